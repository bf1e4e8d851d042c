"""The batch transport: a Faust driver whose consumer hands on chunks of records, read without an object a record.

broker ── aiokafka's fetcher ──▶ raw batches ── reading ──▶ Chunk ── getmany, paced, bounded ──▶ agent ──▶ Lane
"""
