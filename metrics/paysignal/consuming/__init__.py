"""Reading a whole topic into memory: the one Kafka consumer that board and history share.

Knows nothing of facts or readings: it delivers bytes and says how far it has read.
"""
