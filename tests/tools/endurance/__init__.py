"""Endurance: the running system for minutes or half an hour, under load, while a seeded plan of faults is carried out.

    feeding (made facts, seeded)  ──▶  Kafka  ──▶  workers  ◀── plan (kills, freezes, outages)
                                         │             │
                                      checking      watching (memory, lag)  ──▶  report (Markdown, SVG)

`running.endure` does all of it; tests/soak asks for thirty minutes, tests/broker for the short one.
"""
