"""What the compose file starts, as plain processes on a real Kafka, watched by a real Prometheus."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.brokers import RealKafka
from tests.tools.compose import PlainCompose
from tests.tools.dashboards import assert_all_answered
from tests.tools.prometheus import Prometheus

#: Some 30 s on two free cores: Kafka, five processes of ours, a group that finds itself, Prometheus.
pytestmark = [pytest.mark.kafka, pytest.mark.prometheus, pytest.mark.alone, pytest.mark.timeout(300)]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[PlainCompose]:
    """Topics made, samples sent, worker, exporter and stream healthy; on a Kafka of its own, for the topics' names."""
    folders = [tmp_path / name for name in ("kafka", "paysignal")]
    for folder in folders:
        folder.mkdir()
    with RealKafka(folders[0]) as kafka, PlainCompose(folders[1], kafka.address) as system:
        yield system


def test_every_panel_and_rule_finds_something_in_the_samples(started: PlainCompose, tmp_path: Path) -> None:
    """A newcomer who starts the compose file sees no empty panel, and the surges of the samples are alerts."""
    with Prometheus(tmp_path, started.targets) as prometheus:
        assert_all_answered(prometheus, seconds=30)

        surges = {(each["labels"].get("provider"), each["labels"].get("market")) for each in prometheus.alerts()}

    assert ("alipay", "RU") in surges
