"""The spool: the outbox on disk. What was read is on disk before it is sent, and leaves it once it is on its topic.

reader ── Spool.put (records and what was read, one SQLite transaction) ──▶ file ── Courier (one Kafka transaction
a batch, the spool's position in it) ──▶ topics, read committed

A crash anywhere loses nothing, because a reader's mark and its records become durable together, and doubles nothing,
because the position behind the batch is committed with the batch: what the broker has is known after a restart.
"""
