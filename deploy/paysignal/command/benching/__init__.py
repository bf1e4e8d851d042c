"""The bench: jobs, what they are fed with, the engines that do them, and what they took.

bench.py ── jobs ── feeding (facts onto the topics) ── runs (each engine a process of its own) ──▶ results (table, JSON)
"""
