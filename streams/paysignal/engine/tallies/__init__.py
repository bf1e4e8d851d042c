"""Tallies: the increments of one partition, in panes.

    Arrivals ── admission ──▶ Facts ──▶ rows, rings (panes), journal (ids) ── closing ──▶ windows to announce

`snapshots` turns all of it into blocks and back. Everything works on whole batches in arrays.
"""
