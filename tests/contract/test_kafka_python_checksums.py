"""What kafka-python finds installed: without it nothing fails, and producers take half as long again."""

import crc32c
from kafka.record import util


def test_checksums_are_taken_in_c() -> None:
    """Every batch sent or read has one; kafka-python takes the other package's by its name, or its own Python."""
    assert util.crc32c_c is crc32c.crc32c
    assert 0xE3069283 == util.calc_crc32c(b"123456789")
