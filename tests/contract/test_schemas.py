"""The JSON Schemas that ship."""

import copy
import json
import re
from importlib import resources
from typing import Any

import jsonschema
import pytest

from paysignal.facts.claims import Claim
from paysignal.facts.identity import identified
from paysignal.facts.increments import Increment
from paysignal.facts.schemas import committed_text, file_name, schema_of, schema_text
from paysignal.facts.wire import SCHEMAS, encode
from tests.tools.examples import growth, increment

TYPES = sorted(SCHEMAS, key=SCHEMAS.__getitem__)


@pytest.mark.parametrize("record_type", TYPES, ids=file_name)
def test_the_committed_schema_is_the_generated_one(record_type: type) -> None:
    """A struct never changes without its schema; `python -m paysignal.facts.schemas` writes them again."""
    assert committed_text(record_type) == schema_text(record_type)


def test_no_schema_is_left_over() -> None:
    """A file for each wire type, and none besides."""
    folder = resources.files("paysignal.facts.schemas")
    assert {each.name for each in folder.iterdir() if each.name.endswith(".json")} == {file_name(t) for t in TYPES}


@pytest.mark.parametrize("record_type", TYPES, ids=file_name)
def test_a_schema_is_valid_and_describes_itself(record_type: type) -> None:
    """By the meta-schema of 2020-12; every struct and enum in it has a description; all references resolve."""
    schema = schema_of(record_type)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert all(part["description"] for part in schema["$defs"].values())
    names = set(re.findall(r'"#/\$defs/(\w+)"', schema_text(record_type)))
    assert names == set(schema["$defs"])


GROWTH: dict[str, Any] = json.loads(encode(identified(growth())))
PAYMENT: dict[str, Any] = json.loads(encode(increment()))


@pytest.mark.parametrize(
    ("record_type", "changes"),
    [
        (Claim, {"id": None}),
        (Claim, {"id": "F0001"}),
        (Claim, {"provider": "UPI"}),
        (Claim, {"market": "in"}),
        (Claim, {"measure": "volume"}),
        (Claim, {"currency": "usd"}),
        (Claim, {"kind": "increment"}),
        (Claim, {"value": "0.6"}),
        (Claim, {"value": 10**400}),
        (Claim, {"step": 0}),
        (Claim, {"confidence": 1.1}),
        (Claim, {"known_at": None}),
        (Claim, {"known_at": "2023-04-02T10:00:00.50Z"}),
        (Claim, {"period": None}),
        (Claim, {"period": {"start": None, "end": "2023-04-01", "length": "P1Y"}}),
        (Claim, {"period": {"start": None}}),
        (Claim, {"source": GROWTH["source"] | {"url": "javascript:alert(1)"}}),
        (Claim, {"source": GROWTH["source"] | {"name": "\u001b[2J"}}),
        (Claim, {"source": GROWTH["source"] | {"name": ""}}),
        (Claim, {"source": GROWTH["source"] | {"span": [-1, 5]}}),
        (Claim, {"source": GROWTH["source"] | {"span": [1, 5, 6]}}),
        (Increment, {"value": 2.0**62}),
        (Increment, {"publisher": ""}),
        (Increment, {"at": 1_700_000_000}),
    ],
)
def test_what_the_decoder_refuses_by_form_the_schema_refuses(record_type: type, changes: dict[str, Any]) -> None:
    """Each in one field of a record that is valid without the change."""
    validator = jsonschema.Draft202012Validator(schema_of(record_type))
    record = copy.deepcopy(GROWTH if record_type is Claim else PAYMENT)
    validator.validate(record)
    assert not validator.is_valid(record | changes)
