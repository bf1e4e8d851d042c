"""JSON Schemas of the wire types, generated from the structs; the files beside this module are their committed text."""

import json
from importlib import resources
from typing import Any

import msgspec

from paysignal.facts.wire import SCHEMAS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(record_type: type) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one wire type, self-contained."""
    (top,), components = msgspec.json.schema_components([record_type], ref_template="#/$defs/{name}")
    return {"$schema": _DIALECT, "$id": f"urn:{SCHEMAS[record_type].replace('/', ':')}", **top, "$defs": components}


def file_name(record_type: type) -> str:
    """The name of the schema's file, such as `claim.v1.json`."""
    name, version = SCHEMAS[record_type].removeprefix("paysignal.").split("/")
    return f"{name}.v{version}.json"


def schema_text(record_type: type) -> str:
    """The text of the schema's file."""
    return json.dumps(schema_of(record_type), indent=2, sort_keys=True) + "\n"


def committed_text(record_type: type) -> str:
    """The schema as it ships; a test holds it equal to `schema_text`."""
    return resources.files("paysignal.facts").joinpath("schemas", file_name(record_type)).read_text()
