"""v1 stays v1: nothing that a reader or a sender relies on is taken away."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from paysignal.facts import asyncapi, topics
from paysignal.facts.wire import SCHEMAS
from tests.tools.compatibility import broken, current, current_api, missing, promised, promised_api
from tests.tools.need import CHECKOUT

GOLDEN = Path(__file__).parent / "wire"


@pytest.mark.parametrize("name", sorted(promised()))
def test_no_schema_breaks_what_was_promised(name: str) -> None:
    """No field gone or retyped, none newly required, no value of an enumeration gone; what is added is held from then.

    A deliberate break is a new type (claim.v2), never an edit of the snapshot.
    """
    assert broken(promised()[name], current()[name]) == []
    assert missing(promised()[name], current()[name]) == [], "run: python -m tests.tools.compatibility"


def test_no_answer_of_the_api_breaks_what_was_promised() -> None:
    """Every address is there and answers with every field it had; the check sees a field that is gone."""
    assert broken(promised_api(), current_api()) == []
    changed: Any = copy.deepcopy(dict(current_api()))
    changed["$defs"]["ShownRow"]["properties"].pop("low")
    assert "./v1/series.series[].level.low: is gone" in broken(promised_api(), changed)


def _reading(change: Callable[[dict[str, Any]], object]) -> list[str]:
    old = promised()["reading.v1.json"]
    new = copy.deepcopy(dict(old))
    change(new["$defs"])
    return broken(old, new)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda defs: defs["Reading"]["properties"].pop("low"), ".low: is gone"),
        (lambda defs: defs["Reading"]["properties"].update(value={"type": "string"}), ".value: is of type ['string']"),
        (lambda defs: defs["Reading"]["properties"].update(low={"type": "number"}), ".low: is of type ['number']"),
        (lambda defs: defs["Reading"]["properties"].update(series={"type": "string"}), ".series: is of type"),
        (lambda defs: defs["Reading"]["properties"]["sources"].update(items={"type": "integer"}), ".sources[]: is of"),
        (lambda defs: defs["Series"]["properties"].pop("grain"), ".series.grain: is gone"),
        (lambda defs: defs["Reading"]["required"].append("note"), ".note: is required, and was not"),
        (lambda defs: defs["Reading"]["required"].remove("value"), ".value: may be left out"),
        (lambda defs: defs["Unit"]["enum"].remove("users"), ".unit: may no longer be 'users'"),
        (lambda defs: defs["Series"]["properties"]["provider"].update(maxLength=3), ".provider: maxLength is lower"),
        (lambda defs: defs["Series"]["properties"]["provider"].update(pattern="^x$"), ".provider: has another pattern"),
    ],
)
def test_each_kind_of_break_is_found(change: Callable[[dict[str, Any]], object], told: str) -> None:
    """The test above can fail."""
    found = _reading(change)
    assert any(told in each for each in found), found


def test_what_is_added_breaks_nothing() -> None:
    """A field that need not be there, another value, a longer text."""
    assert _reading(lambda defs: defs["Reading"]["properties"].update(note={"type": "string"})) == []
    assert _reading(lambda defs: defs["Unit"]["enum"].append("cows")) == []
    assert _reading(lambda defs: defs["Series"]["properties"]["provider"].update(maxLength=99)) == []


def test_the_asyncapi_document_is_the_committed_one() -> None:
    """`make schemas` writes it again."""
    assert asyncapi.text(asyncapi.COMMITTED) == (CHECKOUT / "docs" / "asyncapi.json").read_text(encoding="utf-8")


def test_the_asyncapi_document_has_every_topic_and_every_type() -> None:
    """Each by its name, with its policy; every reference leads somewhere."""
    document = asyncapi.document("1")
    channels = document["channels"]
    assert {each["address"] for each in channels.values()} == {each.name for each in topics.TOPICS}
    assert {each["name"] for each in document["components"]["messages"].values()} == set(SCHEMAS.values())
    text = json.dumps(document)
    for reference in {part.partition('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        node: Any = document
        if not reference.startswith("definitions/"):
            for step in reference.split("/"):
                node = node[step]
    compacted = {each["address"] for each in channels.values()
                 if each["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == ["compact"]}  # fmt: skip
    assert compacted == {topics.READINGS, topics.ALERTS, topics.STATE, topics.CROSS}


@pytest.mark.parametrize("record", list(SCHEMAS), ids=lambda each: each.__name__)
def test_golden_records_fit_the_documents_payloads(record: type) -> None:
    """What tools make of the AsyncAPI document accepts what is really sent, and its header."""
    name = SCHEMAS[record].removeprefix("paysignal.").partition("/")[0]
    message = asyncapi.document("1")["components"]["messages"][name]
    schema = message["payload"]["schema"]
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    cases = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    values = [json.loads(case["bytes"]) for case in cases]
    assert values
    for value in values:
        validator.validate(value)
        assert not validator.is_valid({**value, next(iter(schema["definitions"][record.__name__]["required"])): []})
    jsonschema.validate({"schema": SCHEMAS[record]}, message["headers"])
