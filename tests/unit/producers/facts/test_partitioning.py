"""Partitions agree with every client of Kafka's default partitioner."""

import pytest
from kafka.partitioner.default import murmur2 as kafka_pythons

from paysignal.facts.partitioning import murmur2, partition_of


@pytest.mark.parametrize(
    ("data", "signed"),
    [
        # Published by Apache Kafka's own test of its hash (org.apache.kafka.common.utils.UtilsTest).
        (b"21", -973_932_308),
        (b"foobar", -790_332_482),
        (b"a-little-bit-long-string", -985_981_536),
        (b"a-little-bit-longer-string", -1_486_304_829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        (b"abc", 479_470_107),
    ],
)
def test_murmur2_equals_kafkas(data: bytes, signed: int) -> None:
    """Every length modulo 4 among them; Java shows the 32 bits as a signed number."""
    assert murmur2(data) == signed % 2**32


def test_murmur2_equals_kafka_pythons() -> None:
    """The client that our producers send with, over keys of every length modulo 4 and bytes beyond ASCII."""
    for key in ("", "a", "upi|IN|transactions||month", "é", "支付宝|CN", "x" * 1_000):
        for cut in range(4):
            data = key.encode()[cut:]
            assert murmur2(data) == kafka_pythons(data) % 2**32


def test_the_sign_bit_is_cut_off_before_the_remainder() -> None:
    """Kafka masks the hash to 31 bits, which makes -790,332,482 the number 1,357,151,166: 193,878,738 times 7."""
    assert [partition_of(b"foobar", count) for count in (1, 7, 8)] == [0, 0, 6]
