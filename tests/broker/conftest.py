"""Fixtures of the broker tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.system import System


@pytest.fixture
def system(request: pytest.FixtureRequest, broker: str, tmp_path: Path, unique: Callable[[str], str]) -> System:
    """Our topics, empty, on either broker, and a group of workers that no other test has."""
    embedded = request.node.callspec.params["broker"] == "embedded"
    made = System(broker, embedded=embedded, folder=tmp_path, group=unique("paysignal"))
    made.make_topics()
    return made


@pytest.fixture
def kafka_system(real_kafka: str, tmp_path: Path, unique: Callable[[str], str]) -> System:
    """The same on Apache Kafka alone, for what the embedded broker can not do."""
    made = System(real_kafka, embedded=False, folder=tmp_path, group=unique("paysignal"))
    made.make_topics()
    return made
