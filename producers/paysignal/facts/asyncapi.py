"""The AsyncAPI 3 document: every topic with its keys, headers and schemas, generated from what the code uses.

`python -m paysignal.facts.asyncapi` prints it; docs/asyncapi.json is its committed text, and the exporter serves it.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from paysignal.facts import topics
from paysignal.facts.alerts import Alert
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Late, Rejected
from paysignal.facts.schemas import schema_of
from paysignal.facts.wire import SCHEMA_HEADER, SCHEMAS

#: The version of the contract in the committed text; the exporter tells its own.
COMMITTED: Final = "1"

_DIALECT: Final = "application/schema+json;version=draft-07"
_KAFKA: Final = "0.5.0"

_SERIES: Final = "provider|market|measure|segment|grain|currency|prices"
_OF_FACTS: Final = "provider|market|measure|segment|currency|prices"
_OF_READINGS: Final = f"{_SERIES}|indicator|window|baseline"
_OF_ALERTS: Final = f"rule|{_SERIES}"
_ORIGINAL: Final = "as the original's; may be any bytes, or none"

_ABOUT: Final = """What flows through paysignal: facts in, readings, finals and alerts out, and what was refused.

Values are JSON in UTF-8, keys are UTF-8, and the header `schema` names the type and its version. Unknown fields are to
be ignored: fields and values of enumerations may be added within a version; none is taken away or retyped. Read with
`isolation.level=read_committed`. Of two readings of one key the higher `version` is the newer, and one not above the
last that was seen is to be left out; `paysignal.subscribe` does that. A null value withdraws its key."""

_NULL: Final = "A null value withdraws the key."


@dataclass(frozen=True, slots=True)
class _Channel:
    """A topic as others see it; `action` is what paysignal does there, None for what is its own."""

    name: str
    topic: str
    action: Literal["send", "receive"] | None
    key: str
    records: tuple[type, ...]
    about: str = ""


_CHANNELS: Final = (
    _Channel("facts", topics.FACTS, "receive", _OF_FACTS, (Claim, Retraction)),
    _Channel("increments", topics.INCREMENTS, "receive", _OF_FACTS, (Increment, Tick)),
    _Channel("readings", topics.READINGS, "send", _OF_READINGS, (Reading,), _NULL),
    _Channel("finals", topics.FINALS, "send", _OF_READINGS, (Reading,), "A correction has the higher version."),
    _Channel("alerts", topics.ALERTS, "send", _OF_ALERTS, (Alert,), _NULL),
    _Channel("late", topics.LATE, "send", _ORIGINAL, (Late,)),
    _Channel("rejected", topics.REJECTED, "send", _ORIGINAL, (Rejected,)),
    _Channel("state", topics.STATE, None, "the worker's own", (), "Private: its form changes without notice."),
    _Channel("cross", topics.CROSS, None, "the worker's own", (), "Private: its form changes without notice."),
)


def document(version: str) -> dict[str, Any]:
    """The document; the same for the same version."""
    records = list(SCHEMAS)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "paysignal",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {each.name: _channel(each) for each in _CHANNELS},
        "operations": {f"{each.action}{each.name.capitalize()}": _operation(each) for each in _CHANNELS if each.action},
        "components": {"messages": {_name(each): _message(each) for each in records}},
    }


def text(version: str) -> str:
    """The document as it is committed."""
    return json.dumps(document(version), indent=2, ensure_ascii=False) + "\n"


def _channel(channel: _Channel) -> dict[str, Any]:
    topic = next(each for each in topics.TOPICS if each.name == channel.topic)
    return {
        "address": topic.name,
        "title": topic.purpose,
        "description": " ".join(filter(None, (f"Key: {channel.key}.", channel.about))),
        "messages": {_name(each): {"$ref": f"#/components/messages/{_name(each)}"} for each in channel.records},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topics.DEFAULT_PARTITIONS,
                "topicConfiguration": _configuration(topic.settings),
                "bindingVersion": _KAFKA,
            }
        },
    }


def _configuration(settings: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the binding knows, in its types."""
    known: dict[str, Any] = {"cleanup.policy": settings["cleanup.policy"].split(",")}
    numbers = ("retention.ms", "max.message.bytes")
    return known | {name: int(settings[name]) for name in numbers if name in settings}


def _operation(channel: _Channel) -> dict[str, Any]:
    reference = f"#/channels/{channel.name}"
    return {
        "action": channel.action,
        "channel": {"$ref": reference},
        "summary": f"paysignal {'reads' if channel.action == 'receive' else 'writes'} {channel.topic}.",
        "messages": [{"$ref": f"{reference}/messages/{_name(each)}"} for each in channel.records],
    }


def _message(record: type) -> dict[str, Any]:
    keys = _keys_of(record)
    return {
        "name": SCHEMAS[record],
        "title": record.__name__,
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "required": [SCHEMA_HEADER],
            "properties": {SCHEMA_HEADER: {"type": "string", "const": SCHEMAS[record]}},
        },
        "payload": {"schemaFormat": _DIALECT, "schema": _as_draft_7(schema_of(record))},
        "bindings": {"kafka": {"key": {"type": "string", "description": " or ".join(keys)}, "bindingVersion": _KAFKA}},
    }


def _keys_of(record: type) -> Sequence[str]:
    return tuple(dict.fromkeys(each.key for each in _CHANNELS if record in each.records))


def _as_draft_7(schema: dict[str, Any]) -> dict[str, Any]:
    """The same for AsyncAPI's own dialect, under whose name tools know it; ours use nothing that it has not.

    But `$defs`, which is `definitions` there, and references beside which draft 7 looks at nothing else.
    """
    renamed: dict[str, Any] = _renamed(schema)
    return {**renamed, "$schema": "http://json-schema.org/draft-07/schema#"}


def _renamed(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, list):
        return [_renamed(each) for each in node]
    if not isinstance(node, dict):
        return node.replace("#/$defs/", "#/definitions/") if isinstance(node, str) else node
    if "prefixItems" in node:
        node = {**node, "items": node["prefixItems"], "additionalItems": node.get("items", True)}
        del node["prefixItems"]
    renamed = {("definitions" if name == "$defs" else name): _renamed(value) for name, value in node.items()}
    reference = renamed.get("$ref")
    if reference is not None and len(renamed) > 1:
        return {"allOf": [{"$ref": reference}], **{name: value for name, value in renamed.items() if name != "$ref"}}
    return renamed


def _name(record: type) -> str:
    return SCHEMAS[record].removeprefix("paysignal.").partition("/")[0]


if __name__ == "__main__":
    sys.stdout.write(text(COMMITTED))
