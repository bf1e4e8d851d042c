"""The engine: a batch of records and a state in, a new state, readings and outcomes out. Pure: no clock, no Kafka.

    records ── decoding.decode ──▶ Decoded ── step.step ──▶ Step(readings, withdrawn, outcomes)

`statements` holds claims, `tallies` holds increments; `choice`, `pairs` and `emission` make readings of them.
"""
