"""Stages: what a worker does with the lanes of each source topic. One worker runs several.

facts, increments ──▶ indicators ──▶ readings, cross ──▶ cross-sections ──▶ readings ──▶ alerts
"""
