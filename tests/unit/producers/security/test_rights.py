"""The rights of each component: what it needs, and nothing more."""

import pytest

from paysignal.facts.topics import FACTS, READINGS, TOPICS
from paysignal.security.rights import COMPONENTS, commands_of, rights_of


@pytest.mark.parametrize("component", COMPONENTS)
def test_nobody_has_more_than_named_resources(component: str) -> None:
    """No component has rights on all topics or all groups, and none may delete or alter anything."""
    rights = rights_of(component, "g")

    assert all(right.name not in {"", "*"} for right in rights)
    assert {each for right in rights for each in right.operations} <= {
        "read", "write", "describe", "create", "describe-configs",
    }  # fmt: skip
    assert {right.name for right in rights if right.resource == "topic"} <= {topic.name for topic in TOPICS}


def test_who_may_write_what() -> None:
    """Facts are written by producers and by an operator, who puts them back; readings by workers alone."""
    writers = {
        topic: {
            component
            for component in COMPONENTS
            for right in rights_of(component, "g")
            if right.name == topic and "write" in right.operations
        }
        for topic in (FACTS, READINGS)
    }

    assert {FACTS: {"producer", "operator"}, READINGS: {"worker"}} == writers


def test_transactional_ids_are_those_of_the_group() -> None:
    """Another group's worker can not be fenced: the ids that may be taken begin with the own group's name."""
    lines = list(commands_of(rights_of("worker", "mine"), "User:w"))

    assert (
        "--add --allow-principal User:w --operation Write --operation Describe --transactional-id mine- "
        "--resource-pattern-type prefixed"
    ) in lines
