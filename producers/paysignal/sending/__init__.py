"""Sending: facts onto their topics, each accounted for.

`outbox` makes records of facts, `sender` sends them and checks every answer, `budget` bounds what is in flight,
`account` counts what became of each, `topics` makes the topics and tells where existing ones differ.
"""
