"""The wire format, held still: every vector is what some broker already keeps.

A vector has the struct with each of its fields, the exact bytes, and for records with an id the parts that are hashed
into it. Vectors are never changed, only added; what needs one changed is version 2 of the type.
"""

import json
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from paysignal.facts import wire
from paysignal.facts.alerts import Alert
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.members import Member
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Late, Rejected
from paysignal.facts.schemas import schema_of

FOLDER = Path(__file__).with_name("wire")
TYPES: dict[str, tuple[type, Callable[[bytes], msgspec.Struct]]] = {
    "claim": (Claim, wire.decode_claim),
    "retraction": (Retraction, wire.decode_claim),
    "increment": (Increment, wire.decode_increment),
    "tick": (Tick, wire.decode_increment),
    "reading": (Reading, wire.decode_reading),
    "alert": (Alert, wire.decode_alert),
    "rejected": (Rejected, wire.decode_rejected),
    "late": (Late, wire.decode_late),
    "member": (Member, wire.decode_member),
}


def _vectors() -> list[Any]:
    return [
        pytest.param(name, vector, id=f"{name}: {vector['shows']}")
        for name in TYPES
        for vector in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    ]


def spelled(value: Any) -> Any:  # noqa: ANN401 - any field of any struct
    """The value as JSON has it, with every field of every struct: nothing is left out for being a default."""
    if isinstance(value, msgspec.Struct):
        return {field.encode_name: spelled(getattr(value, field.name)) for field in msgspec.structs.fields(value)}
    if isinstance(value, tuple):
        return [spelled(each) for each in value]
    return msgspec.to_builtins(value)


def test_every_type_on_the_wire_has_vectors() -> None:
    """One file a type, none without a type."""
    assert {kind for kind, _ in TYPES.values()} == set(wire.SCHEMAS)
    assert {path.stem for path in FOLDER.iterdir()} == set(TYPES)


@pytest.mark.parametrize(("name", "vector"), _vectors())
def test_the_struct_becomes_exactly_these_bytes(name: str, vector: dict[str, Any]) -> None:
    """Field order, omitted defaults, the form of numbers and instants: all of it."""
    record: msgspec.Struct = msgspec.convert(vector["struct"], TYPES[name][0])
    assert wire.encode(record) == vector["bytes"].encode()


@pytest.mark.parametrize(("name", "vector"), _vectors())
def test_the_bytes_become_exactly_this_struct(name: str, vector: dict[str, Any]) -> None:
    """With the type, the defaults and the id."""
    record_type, decode = TYPES[name]
    record = decode(vector["bytes"].encode())
    assert type(record) is record_type
    assert spelled(record) == vector["struct"]


@pytest.mark.parametrize(("name", "vector"), _vectors())
def test_the_id_is_the_hash_of_these_parts(name: str, vector: dict[str, Any]) -> None:
    """BLAKE2b-128 of the parts joined by the unit separator, with no code of ours: other languages can do the same."""
    if "hashed" in vector:
        joined = "\x1f".join(vector["hashed"]).encode()
        assert vector["struct"]["id"] == blake2b(joined, digest_size=16).hexdigest()
    else:
        assert "id" not in vector["struct"]


@pytest.mark.parametrize(("name", "vector"), _vectors())
def test_the_schema_takes_the_bytes(name: str, vector: dict[str, Any]) -> None:
    """A subscriber who validates loses nothing."""
    validator = jsonschema.Draft202012Validator(schema_of(TYPES[name][0]))
    validator.validate(json.loads(vector["bytes"]))
