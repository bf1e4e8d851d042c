"""The Alertmanager configuration: it loads, and every alert that ships reaches those it is for."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.alertmanager import CONFIG, Alertmanager
from tests.tools.dashboards import rules
from tests.tools.waiting import eventually

pytestmark = pytest.mark.prometheus

ALERTS = [rule for rule in rules() if "alert" in rule]


def _receivers(require: Callable[[str], str], **labels: str) -> str:
    command = [require("amtool"), "config", "routes", "test", f"--config.file={CONFIG}"]
    done = subprocess.run(
        [*command, *(f"{name}={value}" for name, value in labels.items())], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_amtool_has_nothing_to_say(require: Callable[[str], str]) -> None:
    """The configuration is a valid one."""
    done = subprocess.run(
        [require("amtool"), "check-config", CONFIG], capture_output=True, text=True, check=False
    )  # fmt: skip

    assert (0, "") == (done.returncode, done.stderr)
    assert "SUCCESS" in done.stdout


@pytest.mark.parametrize(
    ("about", "severity", "receiver"),
    [
        ("pipeline", "critical", "operators-at-once"),
        ("pipeline", "warning", "operators"),
        ("figures", "warning", "curators"),
        ("figures", "info", "curators"),
        ("growth", "info", "analysts"),
        ("growth", "warning", "analysts"),
        ("else", "warning", "analysts"),
    ],
)
def test_an_alert_reaches_whom_it_is_about(
    about: str, severity: str, receiver: str, require: Callable[[str], str]
) -> None:
    """Operators, curators or analysts; what nobody thought of reaches analysts and is not lost."""
    assert receiver == _receivers(require, alertname="Any", about=about, severity=severity)


SERIES = {"provider": "upi", "market": "IN", "measure": "transactions", "grain": "month", "prices": "current"}

#: What stands, and whether each is told: graver ones hold back what they explain, of the same topic or series only.
STANDING = {
    "PaySignalExporterDown": ({}, "active"),
    "PaySignalWorkerDown": ({}, "active"),
    "PaySignalWorkerLag": ({"topic": "a"}, "suppressed"),
    "PaymentFigureStale": (SERIES, "suppressed"),
}
OF_SERIES = {
    "PaymentFigureBreak": (SERIES, "active"),
    "PaymentGrowthSurge": (SERIES, "suppressed"),
    "PaymentGrowthCollapse": ({**SERIES, "market": "BR"}, "active"),
    "PaySignalPartitionStuck": ({"topic": "a", "partition": "1"}, "active"),
    "PaySignalWorkerLag": ({"topic": "a"}, "suppressed"),
}


@pytest.mark.parametrize("standing", [STANDING, OF_SERIES], ids=["nothing is known", "of one series or topic"])
def test_what_is_graver_holds_back_what_it_explains(
    standing: dict[str, tuple[dict[str, str], str]], tmp_path: Path
) -> None:
    """A real Alertmanager, asked what it would tell of alerts that stand together."""
    with Alertmanager(tmp_path) as alertmanager:
        alertmanager.hear({"alertname": name, **labels} for name, (labels, _) in standing.items())
        expected = {name: state for name, (_, state) in standing.items()}
        eventually(lambda: alertmanager.states() == expected, "what is held back", seconds=20)


def test_every_name_in_an_inhibition_is_an_alert_that_ships() -> None:
    """An alert that is renamed would no longer hold back what it explains."""
    config: dict[str, Any] = yaml.safe_load(CONFIG.read_text())
    named = {
        name
        for rule in config["inhibit_rules"]
        for matcher in (*rule["source_matchers"], *rule["target_matchers"])
        for name in matcher.split('"')[1].split("|")
    }

    assert named <= {rule["alert"] for rule in ALERTS}
    assert {rule["labels"]["about"] for rule in ALERTS} == {"growth", "figures", "pipeline"}
