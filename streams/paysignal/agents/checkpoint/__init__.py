"""Checkpoints: the state of each lane as rows of `paysignal.state.v1`, one Kafka transaction a lane and checkpoint.

flusher: outputs acknowledged ──▶ writer: blocks, then the marker, committed ──▶ offsets mirrored to the group
take-over: fence the former owner ──▶ read what it committed ──▶ check it ──▶ state and position of the lane

The protocol and what it survives: docs/decisions/013-checkpoints.md.
"""
