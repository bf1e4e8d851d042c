"""Integers of variable length, in columns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paysignal.agents.transport.varints import LONGEST, Unreadable, signed


def zigzag(value: int) -> bytes:
    """As Kafka writes it."""
    left, out = (value << 1) ^ (value >> 63), bytearray()
    left &= 2**64 - 1
    while left >= 0x80:
        out.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes([*out, left])


@given(st.lists(st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-200, 200)), min_size=1, max_size=50))
def test_whatever_is_written_is_read(values: list[int]) -> None:
    """All 64 bits, any mixture of lengths; the position behind each is where the next one starts."""
    written = [zigzag(value) for value in values]
    starts = np.cumsum([0, *map(len, written)])
    data = np.frombuffer(b"".join(written) + bytes(LONGEST), np.uint8)
    read, behind = signed(data, starts[:-1])

    assert values == read.tolist()
    assert starts[1:].tolist() == behind.tolist()


def test_more_than_ten_bytes_are_refused() -> None:
    """No integer of 64 bits has them: a hostile one would go on for ever."""
    with pytest.raises(Unreadable):
        signed(np.frombuffer(b"\xff" * 30, np.uint8), np.array([0]))
