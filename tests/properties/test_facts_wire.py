"""What holds for every record, and for every sequence of bytes."""

import json
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import jsonschema
import msgspec
import pytest
from hypothesis import given, settings

from paysignal.facts import wire
from paysignal.facts.claims import Claim
from paysignal.facts.errors import Malformed
from paysignal.facts.identity import claim_id, claim_parts, identified
from paysignal.facts.rejections import Origin, Reason, rejected
from paysignal.facts.schemas import schema_of
from tests.tools import strategies

Decoder = Callable[[bytes], msgspec.Struct]

RECORDS: dict[str, tuple[st.SearchStrategy[Any], Decoder]] = {
    "claim": (strategies.claims(), wire.decode_claim),
    "retraction": (strategies.retractions, wire.decode_claim),
    "increment": (strategies.increments(), wire.decode_increment),
    "tick": (strategies.ticks, wire.decode_increment),
    "reading": (strategies.readings(), wire.decode_reading),
    "alert": (strategies.alerts(), wire.decode_alert),
    "rejected": (strategies.rejecteds, wire.decode_rejected),
    "late": (strategies.lates, wire.decode_late),
}
FACTS = ("claim", "retraction", "increment", "tick")
ANY = st.one_of([strategy for strategy, _ in RECORDS.values()])
DECODERS = {decode for _, decode in RECORDS.values()} | {wire.decode_fact}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | strategies.moments | strategies.slugs,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


VALIDATORS = {kind: jsonschema.Draft202012Validator(schema_of(kind)) for kind in wire.SCHEMAS}


@pytest.mark.parametrize("name", RECORDS)
@settings(max_examples=40)
@given(data=st.data())
def test_every_record_comes_back_and_fits_its_schema(name: str, data: st.DataObject) -> None:
    """Equal as a struct, equal as bytes when sent on, within the size limits, and valid for subscribers."""
    strategy, decode = RECORDS[name]
    record = data.draw(strategy)
    raw = wire.encode(record)
    assert decode(raw) == record
    assert wire.encode(decode(raw)) == raw
    VALIDATORS[type(record)].validate(json.loads(raw))


@pytest.mark.parametrize("name", FACTS)
@settings(max_examples=15)
@given(data=st.data())
def test_a_mixed_file_gives_each_fact_its_type(name: str, data: st.DataObject) -> None:
    """JSON lines have no headers: the fields alone tell."""
    record = data.draw(RECORDS[name][0])
    assert wire.decode_fact(wire.encode(record)) == record


def _outcome(decode: Decoder, raw: bytes) -> None:
    """A record, or Malformed, which makes a record for the rejected topic; either comes back from the wire."""
    record: msgspec.Struct
    try:
        record = decode(raw)
    except Malformed as malformed:
        record = rejected(Reason(malformed.reason), malformed.detail, raw, Origin())
        decode = wire.decode_rejected
    assert wire.encode(decode(wire.encode(record))) == wire.encode(record)


@settings(max_examples=200)
@given(st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_record_or_malformed(raw: bytes) -> None:
    """Every decoder; and the rejection it gives can itself be sent and read."""
    for decode in DECODERS:
        _outcome(decode, raw)


@settings(max_examples=300)
@given(record=ANY, junk=st.binary(max_size=4), data=st.data())
def test_a_record_with_bytes_changed_is_a_record_or_malformed(
    record: msgspec.Struct, junk: bytes, data: st.DataObject
) -> None:
    """Some bytes of a valid record are cut out and others put in."""
    raw = wire.encode(record)
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 9)))
    for decode in DECODERS:
        _outcome(decode, raw[:start] + junk + raw[end:])


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON value
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [place for key, each in inner for place in ((*path, key), *_places(each, (*path, key)))]


@settings(max_examples=400)
@given(record=ANY, new=json_values, data=st.data())
def test_a_record_with_one_value_changed_is_a_record_or_malformed(
    record: msgspec.Struct, new: object, data: st.DataObject
) -> None:
    """Any value at any depth becomes any other: of another type, another size, another sense."""
    fields = json.loads(wire.encode(record))
    *path, last = data.draw(st.sampled_from(_places(fields)))
    target = fields
    for key in path:
        target = target[key]
    target[last] = new
    raw = json.dumps(fields).encode()
    for decode in DECODERS:
        _outcome(decode, raw)


@settings(max_examples=50)
@given(strategies.claims())
def test_a_claims_identity_is_its_own(claim: Claim) -> None:
    """The id stands, and is found again from the bytes; the interval holds the value; the keys fit together."""
    assert claim.id == claim_id(claim)
    assert identified(claim) == claim
    assert claim.interval.holds(claim.value)
    assert claim_parts(claim)[1] == claim.series.key
    assert claim.series.partition_key == claim.partition_key


@settings(max_examples=50)
@given(strategies.claims(), st.data())
def test_a_claim_with_another_value_has_another_id(claim: Claim, data: st.DataObject) -> None:
    """So no revision is taken for a duplicate."""
    value = data.draw(st.floats(0, 1).filter(lambda value: value != claim.value))
    assert claim_id(msgspec.structs.replace(claim, value=value)) != claim.id
