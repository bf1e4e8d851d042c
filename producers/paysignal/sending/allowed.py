"""Allowed: what a broker lets this user do, as the broker itself tells it (KIP-430)."""

from collections.abc import Iterable, Mapping
from typing import Any

from kafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError, for_code

from paysignal.sending.connecting import administering

Operations = Mapping[str, frozenset[str]]


def allowed_on(
    broker: str, topics: Iterable[str], groups: Iterable[str], seconds: float
) -> tuple[Operations, Operations]:
    """The operations ("read", "write", "describe" …) that are allowed on each topic and on each group.

    What does not exist is left out, as nothing is known of it; what the broker does not tell of allows nothing. Called
    before a process starts; raises `BrokerUnreachable`, and kafka-python's `KafkaError` where the question is refused.
    """
    with administering(broker, "paysignal-rights", seconds) as admin:
        told = admin.describe_topics(sorted(set(topics)))
        on_topics = {each["name"]: _operations(each) for each in told if _is_known(each["error_code"])}
        on_groups = {group: _on_group(admin, group) for group in groups}
        return on_topics, {group: held for group, held in on_groups.items() if held is not None}


def _on_group(admin: Any, group: str) -> frozenset[str] | None:  # noqa: ANN401 - kafka-python has no types
    """What is allowed on the group; None where the broker does not tell: nobody has joined yet, or it is starting."""
    try:
        told = admin.describe_groups([group])[group]
    except GroupAuthorizationFailedError:
        return frozenset()
    except KafkaError:
        return None
    if told["error"] is not None:
        return frozenset() if GroupAuthorizationFailedError.__name__ in told["error"] else None
    return _operations(told)


def _is_known(code: int) -> bool:
    return not code or for_code(code) is TopicAuthorizationFailedError


def _operations(told: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(name).lower().replace("_", "-") for name in told.get("authorized_operations") or ())
