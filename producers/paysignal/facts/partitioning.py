"""Which partition a key belongs to: Kafka's default, murmur2, so that every Java and kafka-python client agrees."""

from functools import lru_cache

_SEED = 0x9747B28C
_MULTIPLIER = 0x5BD1E995
_MASK = 0xFFFFFFFF


@lru_cache(maxsize=262_144)
def partition_of(key: bytes, partitions: int) -> int:
    """The partition, of `partitions`, that a record with this key belongs to."""
    return positive_murmur2(key) % partitions


def positive_murmur2(key: bytes) -> int:
    """The hash whose remainder is the partition: its sign bit is dropped, as Kafka does."""
    return murmur2(key) & 0x7FFFFFFF


def murmur2(data: bytes) -> int:
    """MurmurHash2, 32 bits, with the seed Kafka uses (Austin Appleby's public-domain algorithm)."""
    length = len(data)
    whole = length - length % 4
    state = (_SEED ^ length) & _MASK
    for index in range(0, whole, 4):
        block = int.from_bytes(data[index : index + 4], "little") * _MULTIPLIER & _MASK
        block = (block ^ block >> 24) * _MULTIPLIER & _MASK
        state = state * _MULTIPLIER & _MASK ^ block
    if whole < length:
        state = (state ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _MASK
    state = (state ^ state >> 13) * _MULTIPLIER & _MASK
    return state ^ state >> 15
