"""Rights: what each component has to be allowed at a broker, and nothing more.

One declaration for `paysignal topics acls`, for the look before a process starts, and for the tests that run each
component with exactly these.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from paysignal.facts.topics import (
    ALERTS,
    CROSS,
    FACTS,
    FINALS,
    INCREMENTS,
    LATE,
    READINGS,
    REJECTED,
    STATE,
    TOPICS,
)

Resource = Literal["topic", "group", "transactional-id"]
Operation = Literal["read", "write", "describe", "create", "describe-configs"]

#: What the spool's transactional ids and groups begin with.
SPOOLS = "paysignal-spool-"

#: What those of an operator's commands begin with: restoring facts, sending rejections again.
OPERATOR = "paysignal-operator-"


@dataclass(frozen=True, slots=True)
class Right:
    """Leave to do `operations` with a resource of that name, or with all whose names begin with it."""

    resource: Resource
    name: str
    operations: tuple[Operation, ...]
    prefixed: bool = False


def rights_of(component: str, group: str) -> tuple[Right, ...]:
    """The rights of a component whose workers' group is `group`; raises KeyError for a component there is none of."""
    return {
        "producer": (
            *_topics((INCREMENTS, REJECTED), "write", "describe"),
            # A spool keeps its place as an offset of this topic, and Kafka takes one only from who may read it.
            *_topics((FACTS,), "read", "write", "describe"),
            Right("transactional-id", SPOOLS, ("write", "describe"), prefixed=True),
            Right("group", SPOOLS, ("read", "describe"), prefixed=True),
        ),
        "worker": (
            *_topics((FACTS, INCREMENTS), "read", "describe"),
            *_topics((STATE, CROSS, READINGS, ALERTS), "read", "write", "describe"),
            *_topics((FINALS, LATE, REJECTED), "write", "describe"),
            Right("group", group, ("read", "describe")),
            Right("transactional-id", f"{group}-", ("write", "describe"), prefixed=True),
        ),
        "exporter": (
            *_topics((READINGS, FACTS, ALERTS), "read", "describe"),
            # How far the workers are, for the page of the pipeline.
            *_topics((INCREMENTS,), "describe"),
            Right("group", group, ("describe",)),
        ),
        "subscriber": _topics((READINGS, FINALS, ALERTS), "read", "describe"),
        "operator": (
            *_topics((FACTS, INCREMENTS, REJECTED), "read", "write", "describe"),
            *_topics((STATE, CROSS, READINGS), "read", "describe"),
            Right("group", group, ("describe",)),
            Right("transactional-id", OPERATOR, ("write", "describe"), prefixed=True),
            Right("group", OPERATOR, ("read", "describe"), prefixed=True),
        ),
        "administrator": _topics((topic.name for topic in TOPICS), "create", "describe", "describe-configs"),
    }[component]


def reading_of(topic: str) -> Right:
    """The right to read one topic, for commands that look at any of them."""
    return Right("topic", topic, ("read", "describe"))


#: Every component that has rights of its own.
COMPONENTS = ("producer", "worker", "exporter", "subscriber", "operator", "administrator")


def _topics(names: Iterable[str], *operations: Operation) -> tuple[Right, ...]:
    return tuple(Right("topic", name, operations) for name in names)


def commands_of(rights: Iterable[Right], principal: str) -> Iterator[str]:
    """The rights as lines for Kafka's `kafka-acls.sh --bootstrap-server … `, one a resource."""
    for right in rights:
        operations = " ".join(f"--operation {_CAMEL[each]}" for each in right.operations)
        pattern = " --resource-pattern-type prefixed" if right.prefixed else ""
        yield f"--add --allow-principal {principal} {operations} --{right.resource} {right.name}{pattern}"


_CAMEL: dict[Operation, str] = {
    "read": "Read",
    "write": "Write",
    "describe": "Describe",
    "create": "Create",
    "describe-configs": "DescribeConfigs",
}
