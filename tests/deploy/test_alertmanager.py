"""The Alertmanager configuration: it loads, and every alert that ships reaches those it is for."""

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.tools.dashboards import rules
from tests.tools.need import CHECKOUT

pytestmark = pytest.mark.prometheus

CONFIG = CHECKOUT / "deploy" / "alertmanager" / "alertmanager.yml"
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
