"""Records of the readings topic as updates."""

import pytest

from paysignal.board.updates import Received, Unreadable, Withdrawn, update_of
from paysignal.consuming.records import Record
from paysignal.facts.wire import encode
from tests.tools.figures import reading

KEY = reading().key.encode()


def test_a_reading_under_its_key_is_received() -> None:
    """A well-formed record gives its reading."""
    assert update_of(Record(KEY, encode(reading()))) == Received(reading().key, reading())


@pytest.mark.parametrize(
    ("sent_ms", "now_ms", "age"),
    [(1_000, 3_500, 2.5), (9_000, 3_500, 0.0), (-1, 1_000, 1.001), (None, 1_000, 0.0), (1_000, None, 0.0)],
)
def test_a_reading_is_as_old_as_its_record(sent_ms: int | None, now_ms: int | None, age: float) -> None:
    """From when it was sent; what comes from the future, or says nothing, is new."""
    update = update_of(Record(KEY, encode(reading()), sent_ms), now_ms)
    assert isinstance(update, Received)
    assert update.age == age


def test_a_null_value_withdraws() -> None:
    """A null value is the withdrawal of its key."""
    assert update_of(Record(KEY, None)) == Withdrawn(reading().key)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (KEY, b""),
        (KEY, b"{"),
        (KEY, b"\xff\xfe"),
        (KEY, b"[]"),
        (KEY, b"x" * 900_000),
        (KEY, encode(reading(sources=("x" * 200,) * 60))),
        (KEY, encode(reading()).replace(b"50.0", b"NaN")),
        (KEY, encode(reading()).replace(b'"version":1', b'"version":"1"')),
        (KEY, encode(reading()).replace(b"2018-07-16", b"2018-13-45")),
        (b"another|key", encode(reading())),
        (b"\xff", encode(reading())),
        (None, encode(reading())),
        (None, None),
    ],
)
def test_anything_else_is_unreadable_with_a_reason(key: bytes | None, value: bytes | None) -> None:
    """Bad JSON, encoding, types, dates, sizes and foreign keys are told, never raised."""
    update = update_of(Record(key, value))
    assert isinstance(update, Unreadable)
    assert update.reason
