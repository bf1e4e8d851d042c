"""What v1 promises: the schemas of wire types and of the API's answers, and what may change about them.

`python -m tests.tools.compatibility` takes additions into the snapshot; it refuses when something would break.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from paysignal.facts.schemas import file_name, schema_of
from paysignal.facts.wire import SCHEMAS
from paysignal.page.query import openapi

_FOLDER: Final = Path(__file__).parents[1] / "contract" / "v1"
SNAPSHOT: Final = _FOLDER / "schemas.json"
API_SNAPSHOT: Final = _FOLDER / "api.json"

_UPPER, _LOWER = ("maximum", "maxLength", "maxItems", "exclusiveMaximum"), ("minimum", "minLength", "minItems")

Schema = Mapping[str, Any]


def promised() -> dict[str, Schema]:
    """The snapshot, by file name."""
    found: dict[str, Schema] = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    return found


def current() -> dict[str, Schema]:
    """The schemas of today, by file name."""
    return {file_name(each): schema_of(each) for each in SCHEMAS}


def promised_api() -> Schema:
    """The snapshot of what the query API answers, as one schema."""
    found: Schema = json.loads(API_SNAPSHOT.read_text(encoding="utf-8"))
    return found


def current_api() -> Schema:
    """What it answers today: a property for each address, of the type of its answer."""
    document = openapi.document("1")
    answers = {
        path: item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for path, item in document["paths"].items()
    }
    return {"type": "object", "properties": answers, "$defs": document["components"]["schemas"]}


def broken(old: Schema, new: Schema) -> list[str]:
    """What a reader or a sender of `old` would stumble over; empty where `new` only adds."""
    return [*_broken(old, new, old, new, "")]


def missing(old: Schema, new: Schema) -> list[str]:
    """Fields that `new` has and the snapshot does not hold yet."""
    fields = ({(name, field) for name, part in each["$defs"].items() for field in part.get("properties", {})}
              for each in (new, old))  # fmt: skip
    return [f"{name}.{field}" for name, field in sorted(next(fields) - next(fields))]


def _broken(old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    if _types(old) != _types(new):
        yield f"{at}: is of type {sorted(_types(new))}, was of {sorted(_types(old))}"
        return
    yield from _broken_object(old, new, old_root, new_root, at)
    yield from _broken_limits(old, new, at)
    for name in ("items",):
        if isinstance(old.get(name), dict) and isinstance(new.get(name), dict):
            yield from _broken(old[name], new[name], old_root, new_root, f"{at}[]")
    for one, other in zip(_options(old), _options(new), strict=False):
        yield from _broken(one, other, old_root, new_root, at)


def _broken_object(old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    yield from (f"{at}.{name}: is gone" for name in before if name not in after)
    needed, given = set(new.get("required", ())), set(old.get("required", ()))
    yield from (f"{at}.{name}: is required, and was not" for name in sorted(needed - given))
    yield from (
        f"{at}.{name}: may be left out, and was always there" for name in sorted(given - needed) if name in after
    )
    for name in before.keys() & after.keys():
        yield from _broken(before[name], after[name], old_root, new_root, f"{at}.{name}")


def _broken_limits(old: Schema, new: Schema, at: str) -> Iterator[str]:
    gone = [each for each in old.get("enum", ()) if each not in new.get("enum", ())] if "enum" in old else []
    yield from (f"{at}: may no longer be {each!r}" for each in gone)
    if old.get("const") != new.get("const"):
        yield f"{at}: is always {new.get('const')!r}, was {old.get('const')!r}"
    if old.get("pattern") != new.get("pattern"):
        yield f"{at}: has another pattern"
    for name in _UPPER:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{at}: {name} is lower"
    for name in _LOWER:
        if name in new and new[name] > old.get(name, float("-inf")):
            yield f"{at}: {name} is higher"


def _resolved(node: Schema, root: Schema) -> Schema:
    while "$ref" in node:
        node = root["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _options(node: Schema) -> list[Schema]:
    found: list[Schema] = sorted(node.get("anyOf", ()), key=lambda each: json.dumps(each, sort_keys=True))
    return found


def _types(node: Schema) -> set[str]:
    """The JSON types, and the structs by their names."""
    if "anyOf" in node:
        return {name for each in node["anyOf"] for name in _types(each)}
    if "$ref" in node:
        return {str(node["$ref"]).rpartition("/")[2]}
    if "type" in node:
        return {node["type"]} if isinstance(node["type"], str) else set(node["type"])
    return {"enum"} if "enum" in node else {"any"}


def main() -> int:
    """Take over what was added; 1 where something breaks."""
    found = [each for name, old in promised().items() for each in broken(old, current().get(name, {"type": "gone"}))]
    found += broken(promised_api(), current_api())
    sys.stderr.writelines(f"{each}\n" for each in found)
    if not found:
        SNAPSHOT.write_text(
            json.dumps(current(), indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
