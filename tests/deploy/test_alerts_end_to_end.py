"""An alert from end to end: `paysignal up`, a real Prometheus and a real Alertmanager beside it."""

from pathlib import Path
from typing import Any

import pytest

from paysignal.facts import topics, wire
from paysignal.facts.alerts import Alert
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.sending.outbox import retraction_record
from tests.tools.alertmanager import Alertmanager
from tests.tools.dashboards import rules
from tests.tools.prometheus import Prometheus
from tests.tools.reading import read_topic
from tests.tools.system import send
from tests.tools.ups import running
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.prometheus, pytest.mark.timeout(300)]

SURGE = "PaymentGrowthSurge"
RUSSIA = {"provider": "alipay", "market": "RU", "measure": "transactions"}
_SECONDS = 60.0


def _russian(labels: dict[str, str]) -> bool:
    return labels.items() >= RUSSIA.items()


def _in_prometheus(prometheus: Prometheus) -> list[Any]:
    return [
        each
        for each in prometheus.alerts()
        if each["labels"]["alertname"] == SURGE and each["state"] == "firing" and _russian(each["labels"])
    ]


def _in_alertmanager(alertmanager: Alertmanager) -> list[Any]:
    return [each for each in alertmanager.alerts(SURGE) if _russian(each["labels"])]


def _on_topic(broker: str) -> list[Alert]:
    """What the topic has of the Russian figure, in its order."""
    found = [wire.decode_alert(each.value) for each in read_topic(broker, topics.ALERTS) if each.value is not None]
    return [
        each
        for each in found
        if each.rule == "growth-surge" and _russian({name: getattr(each.series, name) for name in RUSSIA})
    ]


def _retract(broker: str) -> None:
    """Every publisher of the figure takes it back, also the one that understood it as 4,900 %."""
    values = [each.value for each in read_topic(broker, topics.FACTS) if each.value is not None]
    claims = [claim for claim in map(wire.decode_claim, values) if isinstance(claim, Claim)]
    of_russia = [claim for claim in claims if _russian({name: getattr(claim.series, name) for name in RUSSIA})]
    assert of_russia
    retractions = [
        (identified(Retraction(retracts=str(claim.id), source=claim.source, known_at="2026-01-01")), claim)
        for claim in of_russia
    ]
    send(broker, [retraction_record(*each) for each in retractions])


def test_the_russian_surge_fires_everywhere_and_resolves_when_its_fact_is_retracted(tmp_path: Path) -> None:
    """In Prometheus by the shipped rules, at Alertmanager's analysts, on the alerts topic; and ends in all three."""
    with running(tmp_path) as up, Alertmanager(tmp_path) as alertmanager:
        up.until("Ctrl-C stops everything.")
        broker = f"127.0.0.1:{up.ports.broker}"
        targets = {
            "paysignal-exporter": f"127.0.0.1:{up.ports.exporter}",
            "paysignal-worker": f"127.0.0.1:{up.ports.worker}",
        }
        with Prometheus(tmp_path, targets, alertmanager.address) as prometheus:
            eventually(lambda: _in_prometheus(prometheus), "the surge in Prometheus", seconds=_SECONDS, pause=0.3)
            heard = eventually(lambda: _in_alertmanager(alertmanager), "it at Alertmanager", seconds=_SECONDS)
            told = eventually(lambda: _on_topic(broker), "it on the topic", seconds=_SECONDS)
            loaded = {rule["name"]: rule["health"] for rule in prometheus.rules()}

            _retract(broker)
            ended = eventually(lambda: _on_topic(broker)[len(told) :], "the topic to have its end", seconds=_SECONDS)
            eventually(lambda: not _in_prometheus(prometheus), "Prometheus to resolve it", seconds=_SECONDS, pause=0.3)
            eventually(lambda: not _in_alertmanager(alertmanager), "Alertmanager as well", seconds=_SECONDS, pause=0.3)

    assert {rule.get("record") or rule["alert"] for rule in rules()} == loaded.keys()
    assert {"ok"} == set(loaded.values())
    assert {"analysts"} == {receiver["name"] for each in heard for receiver in each["receivers"]}
    assert [("firing", "crossed", 50.0)] == [(each.state, each.reason, each.value) for each in told]
    assert [("resolved", "withdrawn")] == [(each.state, each.reason) for each in ended]
