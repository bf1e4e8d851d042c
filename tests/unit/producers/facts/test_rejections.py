"""Rejected and late: enough of the original to send it again, never more than fits."""

import base64
import hashlib
import json
import math

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.rejections import DETAIL_CHARACTERS, KEPT_BYTES, Origin, Reason, late, rejected
from paysignal.facts.topics import LARGEST_RECORD
from paysignal.facts.wire import decode_late, decode_rejected, encode

ORIGIN = Origin(topic="paysignal.facts.v1", partition=3, offset=41)


@pytest.mark.parametrize("original", [b"", b"{", b"\xff\x00", b"x" * KEPT_BYTES, b"y" * (LARGEST_RECORD)], ids=len)
def test_an_original_is_kept_up_to_its_first_64_kib(original: bytes) -> None:
    """With the length and SHA-256 of the whole; what is kept can be read back, also from the largest record."""
    record = rejected(Reason.BAD_JSON, "cut", original, ORIGIN)
    assert record.original == original[:65_536]
    assert (record.length, record.sha256) == (len(original), hashlib.sha256(original).hexdigest())
    assert decode_rejected(encode(record)) == record
    missed = late(7.5, ("24h", "7d"), original, ORIGIN)
    assert missed.original == record.original
    assert decode_late(encode(missed)) == missed


def test_the_largest_rejection_can_be_read_back() -> None:
    """64 KiB of original with a detail of characters that take six bytes each in JSON."""
    record = rejected(Reason.BAD_ROW, '"\\' * DETAIL_CHARACTERS, b"z" * KEPT_BYTES, ORIGIN)
    assert decode_rejected(encode(record)) == record


def test_on_the_wire_the_original_is_base64() -> None:
    """So any bytes fit into JSON."""
    fields = json.loads(encode(rejected(Reason.BAD_ENCODING, "not UTF-8", b"\xff\x00", ORIGIN)))
    assert base64.b64decode(fields["original"]) == b"\xff\x00"
    assert fields["origin"] == {"topic": "paysignal.facts.v1", "partition": 3, "offset": 41}


@pytest.mark.parametrize("detail", ["\x1b[2J", "\ud800", "a\nb", "x" * 10_000, "\x00" * 10_000])
def test_a_detail_is_printable_and_short(detail: str) -> None:
    """It quotes hostile input and reaches terminals and logs."""
    record = rejected(Reason.BAD_TYPE, detail, b"", ORIGIN)
    assert record.detail.isprintable()
    assert 0 < len(record.detail) <= DETAIL_CHARACTERS
    encode(record)


def test_lateness_is_a_number() -> None:
    """JSON would make NaN null, which nobody could read back."""
    with pytest.raises(Refused, match="late_seconds"):
        late(math.nan, (), b"", ORIGIN)
