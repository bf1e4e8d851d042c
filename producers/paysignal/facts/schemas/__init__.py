"""JSON Schemas of the wire types, generated from the structs; the files beside this module are their committed text.

`python -m paysignal.facts.schemas [FOLDER]` writes them again, here or into FOLDER, after a struct has changed.
"""

import inspect
import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.wire import SCHEMAS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: A docstring's paragraph for those who use the struct, not the wire.
_PYTHON_ONLY = "\n\nIn Python: "

#: Fields that a struct may lack before it is sent, and a record may not.
_SENT: dict[type, tuple[str, ...]] = {Claim: ("id", "period", "known_at"), Retraction: ("id",)}


def schema_of(record_type: type) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one wire type, self-contained.

    What the decoder accepts is valid; the reverse does not hold, as no schema can hash fields or compare two dates.
    """
    (top,), components = msgspec.json.schema_components([record_type], ref_template="#/$defs/{name}")
    for field in _SENT.get(record_type, ()):
        _require(components[record_type.__name__], field)
    identifier = "urn:" + SCHEMAS[record_type].replace(".", ":").replace("/", ":")
    schema: dict[str, Any] = portable({"$schema": _DIALECT, "$id": identifier, **top, "$defs": components})
    return schema


def _require(struct: dict[str, Any], field: str) -> None:
    (given,) = (each for each in struct["properties"][field]["anyOf"] if each != {"type": "null"})
    struct["properties"][field] = given
    struct["required"] = [name for name in struct["properties"] if name in {*struct["required"], field}]


def portable(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    """`node` as every validator reads it: ECMA patterns, numbers that a double can hold, no remarks about Python."""
    if isinstance(node, list):
        return [portable(each) for each in node]
    if not isinstance(node, dict):
        return node
    result = {key: portable(value) for key, value in node.items()}
    if isinstance(node.get("pattern"), str):
        result["pattern"] = node["pattern"].replace(r"\Z", "$")
    if isinstance(node.get("description"), str):
        result["description"] = inspect.cleandoc(node["description"]).split(_PYTHON_ONLY)[0]
    if node.get("type") == "number":
        result = {"minimum": -sys.float_info.max, "maximum": sys.float_info.max, **result}
    return result


def file_name(record_type: type) -> str:
    """The name of the schema's file, such as `claim.v1.json`."""
    name, version = SCHEMAS[record_type].removeprefix("paysignal.").split("/")
    return f"{name}.v{version}.json"


def schema_text(record_type: type) -> str:
    """The text of the schema's file."""
    return json.dumps(schema_of(record_type), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def committed_text(record_type: type) -> str:
    """The schema as it ships; a test holds it equal to `schema_text`."""
    return resources.files("paysignal.facts.schemas").joinpath(file_name(record_type)).read_text(encoding="utf-8")


def write_schemas(folder: Path) -> None:
    """Write the schema of every wire type into `folder`, which is made when there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    for record_type in SCHEMAS:
        (folder / file_name(record_type)).write_text(schema_text(record_type), encoding="utf-8")
