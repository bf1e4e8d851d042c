"""Topics: made when they are missing, compared when they exist, never changed."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import InvalidReplicationFactorError, KafkaError, TopicAlreadyExistsError

from paysignal.facts.topics import TOPICS, Topic
from paysignal.sending.connecting import administering
from paysignal.sending.errors import TopicsRefused

#: kafka-python has no types.
_Admin = Any

_METADATA_SECONDS = 10.0
_METADATA_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """A topic that is not as declared; `found` is None where the broker does not tell its settings."""

    topic: str
    setting: str
    wanted: str
    found: str | None

    @property
    def known(self) -> bool:
        """Whether the broker told; the embedded one keeps no settings and tells none."""
        return self.found is not None

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.topic}: {self.setting} can not be told, the broker does not say; wanted is {self.wanted}"
        return f"{self.topic}: {self.setting} is {self.found}, wanted is {self.wanted}"


@dataclass(frozen=True, slots=True)
class TopicsReport:
    """Which topics were made, stood already or are missing, and where those that stand are not as declared."""

    created: tuple[str, ...]
    present: tuple[str, ...]
    missing: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def conflicts(self) -> tuple[Difference, ...]:
        """The differences that are known to be ones."""
        return tuple(difference for difference in self.differences if difference.known)


def create_topics(
    broker: str, partitions: int, replication: int, topics: Iterable[Topic] = TOPICS, seconds: float = 10.0
) -> TopicsReport:
    """Make the missing topics and compare the others; returns when every new one can be written to.

    Raises `BrokerUnreachable` or `TopicsRefused`. Called by `topics create`, `up` and tests.
    """
    declared = tuple(topics)
    with _admin(broker, seconds) as admin:
        standing = _partitions_of(admin, declared)
        made = [topic for topic in declared if topic.name not in standing]
        for topic in made:
            _create(admin, topic, partitions, replication)
        _wait_for(admin, broker, made)
        present = [topic for topic in declared if topic.name in standing]
        differences = (*_different_partitions(standing, partitions), *_different_settings(admin, present))
    return TopicsReport(_names(made), _names(present), (), differences)


def check_topics(broker: str, partitions: int, topics: Iterable[Topic] = TOPICS, seconds: float = 10.0) -> TopicsReport:
    """Compare the topics with what is declared, changing nothing; raises as `create_topics`."""
    declared = tuple(topics)
    with _admin(broker, seconds) as admin:
        standing = _partitions_of(admin, declared)
        present = [topic for topic in declared if topic.name in standing]
        differences = (*_different_partitions(standing, partitions), *_different_settings(admin, present))
    missing = [topic for topic in declared if topic.name not in standing]
    return TopicsReport((), _names(present), _names(missing), differences)


@contextmanager
def _admin(broker: str, seconds: float) -> Iterator[_Admin]:
    with administering(broker, "paysignal-topics", seconds) as admin:
        try:
            yield admin
        except KafkaError as error:
            raise TopicsRefused(broker, f"{type(error).__name__}: {error}") from error


def _create(admin: _Admin, topic: Topic, partitions: int, replication: int) -> None:
    wanted = {"num_partitions": partitions, "replication_factor": replication, "configs": dict(topic.settings)}
    deadline = time.monotonic() + _METADATA_SECONDS
    while True:
        try:
            admin.create_topics({topic.name: wanted})
        except TopicAlreadyExistsError:
            return  # another process was quicker; what it made is what was declared
        except InvalidReplicationFactorError as error:
            # A broker that answers already, and is fenced until its first heartbeat: a busy one for seconds.
            if "fenced" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_METADATA_PAUSE)
        else:
            return


def _wait_for(admin: _Admin, broker: str, made: list[Topic]) -> None:
    """Topics are made behind the answer: a producer that is quicker than the metadata would fail."""
    deadline = time.monotonic() + _METADATA_SECONDS
    while {topic.name for topic in made} - _partitions_of(admin, made).keys():
        if time.monotonic() > deadline:
            raise TopicsRefused(broker, f"new topics did not show within {_METADATA_SECONDS:g} s")
        time.sleep(_METADATA_PAUSE)


def _partitions_of(admin: _Admin, declared: Iterable[Topic]) -> dict[str, int]:
    names = set(_names(declared)) & set(admin.list_topics())
    if not names:
        return {}
    return {row["name"]: len(row["partitions"]) for row in admin.describe_topics(sorted(names)) if row["partitions"]}


def _different_partitions(standing: Mapping[str, int], wanted: int) -> tuple[Difference, ...]:
    return tuple(
        Difference(name, "partitions", str(wanted), str(found)) for name, found in standing.items() if found != wanted
    )


def _different_settings(admin: _Admin, present: list[Topic]) -> tuple[Difference, ...]:
    if not present:
        return ()
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in present]
    told: dict[str, dict[str, Any]] = next(iter(admin.describe_configs(resources, config_filter="all").values()), {})
    return tuple(
        Difference(topic.name, setting, wanted, found)
        for topic in present
        for setting, wanted in topic.settings.items()
        if (found := _setting(told.get(topic.name), setting)) != wanted
    )


def _setting(told: Mapping[str, Mapping[str, Any]] | None, setting: str) -> str | None:
    return None if not told or setting not in told else str(told[setting]["value"])


def _names(topics: Iterable[Topic]) -> tuple[str, ...]:
    return tuple(topic.name for topic in topics)
