"""The wire codec: what is Malformed, and why."""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from paysignal.facts import wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import Malformed
from paysignal.facts.identity import identified
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.rejections import Reason
from tests.tools.examples import PRESS, claim, growth, increment, reading, retraction

CLAIM = wire.encode(identified(claim()))
INCREMENT = wire.encode(increment())
DECODERS: list[Callable[[bytes], msgspec.Struct]] = [
    wire.decode_claim,
    wire.decode_increment,
    wire.decode_fact,
    wire.decode_reading,
    wire.decode_alert,
    wire.decode_rejected,
    wire.decode_late,
]


def _with(raw: bytes, **changes: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return json.dumps(json.loads(raw) | changes).encode()


def _without(raw: bytes, field: str) -> bytes:
    fields = json.loads(raw)
    del fields[field]
    return json.dumps(fields).encode()


@pytest.mark.parametrize("decode", DECODERS)
@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", Reason.BAD_JSON, id="empty"),
        pytest.param(None, Reason.BAD_JSON, id="null value"),
        pytest.param(b"null", Reason.BAD_TYPE, id="JSON null"),
        pytest.param(b"[]", Reason.BAD_TYPE, id="list"),
        pytest.param(b"{}", Reason.BAD_TYPE, id="object without fields"),
        pytest.param(b"{", Reason.BAD_JSON, id="cut"),
        pytest.param(b"\xef\xbb\xbf{}", Reason.BAD_JSON, id="byte order mark"),
        pytest.param('{"a": "\u00e9"'.encode("latin-1"), Reason.BAD_ENCODING, id="Latin-1"),
        pytest.param(b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", Reason.BAD_JSON, id="deep list"),
        pytest.param(b'{"x":' * 10_000 + b"1" + b"}" * 10_000, Reason.BAD_JSON, id="deep object"),
        pytest.param(b'{"value":' + b"9" * 60_000 + b"}", Reason.BAD_TYPE, id="huge integer"),
        pytest.param(b'{"at":1' + b" " * 200_000 + b"}", Reason.TOO_LARGE, id="large"),
    ],
)
def test_what_is_no_record_is_malformed(decode: Callable[[bytes], msgspec.Struct], raw: bytes, reason: Reason) -> None:
    """Every decoder names the reason and raises nothing else, whatever the bytes."""
    with pytest.raises(Malformed) as malformed:
        decode(raw)
    assert malformed.value.reason == reason
    assert len(malformed.value.detail) < 400


@pytest.mark.parametrize(
    ("raw", "reason", "detail"),
    [
        (_with(CLAIM, value="8.7e9"), Reason.BAD_TYPE, "`$.value`"),
        (_with(CLAIM, value=None), Reason.BAD_TYPE, "`$.value`"),
        (CLAIM.replace(b"8700000000.0", b"1e999"), Reason.BAD_TYPE, "`$.value`"),
        (CLAIM.replace(b"8700000000.0", b"NaN"), Reason.BAD_JSON, "malformed"),
        (CLAIM.replace(b"8700000000.0", b"Infinity"), Reason.BAD_JSON, "malformed"),
        (_with(CLAIM, value=-1.0), Reason.BAD_TYPE, "a level is at least 0"),
        (_with(CLAIM, kind="increment"), Reason.BAD_TYPE, "`$.kind`"),
        (_with(CLAIM, unit="users"), Reason.BAD_TYPE, "write transactions"),
        (_with(CLAIM, provider="UPI"), Reason.BAD_TYPE, "'UPI'"),
        (_with(CLAIM, market="in"), Reason.BAD_TYPE, "'in'"),
        (_with(CLAIM, known_at="2023-04-02T10:00:00.50Z"), Reason.BAD_TYPE, "without trailing zeros"),
        (_with(CLAIM, known_at=None), Reason.BAD_TYPE, "required on the wire"),
        (_with(CLAIM, period=None), Reason.BAD_TYPE, "required on the wire"),
        (_with(CLAIM, period={"start": "2023-04-01", "end": "2023-03-01"}), Reason.BAD_TYPE, "`$.period`"),
        (_with(CLAIM, source={"publisher": "p", "name": "\x1b", "tier": "press"}), Reason.BAD_TYPE, "`$.source`"),
        (_with(CLAIM, source={"publisher": "p", "name": "n", "tier": "blog"}), Reason.BAD_TYPE, "`$.source.tier`"),
        (_with(CLAIM, id="0" * 32), Reason.BAD_ID, "486b91a80f5949a1eab810f463293e5b"),
        (_with(CLAIM, id="x" * 60_000), Reason.BAD_ID, "486b91a80f5949a1eab810f463293e5b"),
        (_with(CLAIM, id=None), Reason.BAD_ID, "id None"),
        (_without(CLAIM, "id"), Reason.BAD_ID, "id None"),
        (_with(CLAIM, value=8.8e9), Reason.BAD_ID, "leave hashing to paysignal.facts"),
        (_without(CLAIM, "source"), Reason.BAD_TYPE, "`source`"),
        (CLAIM.replace(b"Business Standard", b"\\ud800"), Reason.BAD_JSON, ""),  # a lone surrogate
        (CLAIM.replace(b"Business Standard", b"\xff\xfe"), Reason.BAD_ENCODING, ""),
        (_with(wire.encode(identified(retraction())), known_at="today"), Reason.BAD_TYPE, "'today'"),
        (_with(wire.encode(identified(retraction())), known_at="2023-04-04"), Reason.BAD_ID, "hash to"),
        (_with(CLAIM, retracts="F0001"), Reason.BAD_TYPE, "retracts"),
        (CLAIM + CLAIM, Reason.BAD_JSON, "trailing"),
    ],
)
def test_a_claim_that_is_wrong_in_one_place_says_which(raw: bytes, reason: Reason, detail: str) -> None:
    """The reason tells kinds of fault apart, the detail names the field or the value."""
    with pytest.raises(Malformed) as malformed:
        wire.decode_claim(raw)
    assert malformed.value.reason == reason
    assert detail in malformed.value.detail
    assert len(malformed.value.detail) < 600


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (_with(INCREMENT, value="1"), "`$.value`"),
        (_with(INCREMENT, value=2.0**62), "2 ** 62"),
        (_with(INCREMENT, at="2024-02-29T12:30:00"), "`$.at`"),
        (_with(INCREMENT, at="2023-02-29T12:30:00Z"), "`$.at`"),
        (_with(INCREMENT, at="0001-01-01T00:00:00+14:00"), "from 1 to 9999"),
        (_with(INCREMENT, at=1_700_000_000), "`$.at`"),
        (_with(INCREMENT, id="1"), "an id is 32"),
        (_without(INCREMENT, "value"), "`value`"),  # no tick: it names a provider
        (_without(INCREMENT, "provider"), "`provider`"),  # no tick: it has a value
        (b'{"publisher": "p"}', "`id`"),
    ],
)
def test_an_increment_that_is_wrong_in_one_place_says_which(raw: bytes, detail: str) -> None:
    """A tick is what has neither provider nor value, and only that."""
    with pytest.raises(Malformed, match=re.escape(detail)) as malformed:
        wire.decode_increment(raw)
    assert malformed.value.reason == Reason.BAD_TYPE


def test_unknown_fields_are_ignored() -> None:
    """A newer publisher may say more."""
    assert wire.decode_claim(_with(CLAIM, novelty=[1, {"a": None}])) == identified(claim())
    assert wire.decode_increment(_with(INCREMENT, card={"bin": 1})) == increment()


def test_defaults_are_left_out() -> None:
    """Increments are lean, and a claim says only what it has to say."""
    assert set(json.loads(INCREMENT)) == {"id", "provider", "market", "measure", "value", "at", "publisher"}
    assert not {"segment", "currency", "break", "confidence", "baseline"} & set(json.loads(CLAIM))


def test_a_word_in_a_text_makes_no_retraction() -> None:
    """A publisher called "retracts" is no reason to parse a claim as a retraction."""
    named = identified(claim(source=msgspec.structs.replace(PRESS, ref='"retracts": "x"', name="retracts")))
    assert wire.decode_claim(wire.encode(named)) == named


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (identified(claim()), Claim),
        (identified(growth()), Claim),
        (identified(retraction()), Retraction),
        (increment(), Increment),
        (Tick(id="0" * 32, at=increment().at, publisher="paysignal"), Tick),
    ],
)
def test_a_mixed_file_tells_its_facts_apart(record: msgspec.Struct, kind: type) -> None:
    """By their fields alone, as JSON lines have no headers."""
    decoded = wire.decode_fact(wire.encode(record))
    assert type(decoded) is kind
    assert decoded == record


def test_the_largest_claim_is_far_under_the_limit() -> None:
    """What is over the limit is no fact: every field at its longest, in the longest UTF-8, comes to a fifth of it."""
    wide = "\U0001f41c" * 200
    source = msgspec.structs.replace(
        PRESS,
        publisher="p" * 64,
        name=wide,
        ref=wide,
        url="https://" + "\U0001f41c" * 2_040,
        sha256="0" * 64,
        span=(2**31 - 1, 2**31),
    )
    largest = identified(claim(provider="p" * 64, segment="s" * 64, value=1.7976931348623157e308, source=source))
    assert len(wire.encode(largest)) * 5 < wire.LARGEST_FACT
    assert wire.decode_claim(wire.encode(largest)) == largest


@pytest.mark.parametrize("field", ["event_time", "known_at", "start"])
def test_a_reading_has_real_dates(field: str) -> None:
    """Else whoever orders readings by them would stumble."""
    with pytest.raises(Malformed, match="2023-02-31"):
        wire.decode_reading(_with(wire.encode(reading()), **{field: "2023-02-31"}))


def test_the_header_names_type_and_version() -> None:
    """One for each wire type, all different."""
    assert wire.schema_header(identified(claim())) == ("schema", b"paysignal.claim/1")
    assert wire.schema_header(increment()) == ("schema", b"paysignal.increment/1")
    assert len(set(wire.SCHEMAS.values())) == len(wire.SCHEMAS) == 9
