"""Prometheus' configuration, rules and their tests, checked by Prometheus' own tool, and what it does not check."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from paysignal.facts.segments import VARIANTS
from paysignal.page.tables import LeftOut
from tests.tools.dashboards import rule_files, rules
from tests.tools.exposed import SHIPPED_RULES
from tests.tools.need import CHECKOUT
from tests.tools.prometheus import SHIPPED

RULE_TESTS = sorted((SHIPPED / "tests").glob("*.yml"))
ALERTS = [rule for rule in rules() if "alert" in rule]
RUNBOOKS = "docs/runbooks.md"

of_every_alert = pytest.mark.parametrize("alert", ALERTS, ids=[rule["alert"] for rule in ALERTS])


def _expectations(alert: str) -> list[Any]:
    """What the promtool tests of an alert expect, one list of alerts for each moment."""
    cases = [case for path in RULE_TESTS for case in yaml.safe_load(path.read_text())["tests"]]
    found = [each for case in cases for each in case.get("alert_rule_test", [])]
    return [each["exp_alerts"] for each in found if each["alertname"] == alert]


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.prometheus
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", SHIPPED / "prometheus.yml"),
        ("check", "rules", "--lint-fatal", *rule_files()),
        ("test", "rules", *RULE_TESTS),
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_promtool_agrees(arguments: tuple[str | Path, ...], require: Callable[[str], str]) -> None:
    """The configuration loads, the rules parse, and every rule test holds."""
    done = subprocess.run([require("promtool"), *arguments], capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr


@of_every_alert
def test_an_alert_says_all_that_is_asked_of_it(alert: dict[str, Any]) -> None:
    """How long it must stand and is kept, how grave it is, what it is about and what it says in words."""
    assert {"for", "keep_firing_for"} <= alert.keys()
    assert alert["labels"]["severity"] in {"info", "warning", "critical"}
    assert alert["labels"]["about"] in {"growth", "figures", "pipeline"}
    assert {"summary", "description", "runbook_url"} == alert["annotations"].keys()


@of_every_alert
def test_an_alert_links_to_its_paragraph(alert: dict[str, Any]) -> None:
    """Who is woken finds what to do: the link's anchor is a heading of the runbooks."""
    page, anchor = alert["annotations"]["runbook_url"].split("#")

    assert RUNBOOKS == page
    assert anchor in _anchors(CHECKOUT / RUNBOOKS)


def test_no_runbook_without_its_alert() -> None:
    """A paragraph whose alert is gone or renamed misleads."""
    paragraphs = re.findall(r"^## (.+)$", (CHECKOUT / RUNBOOKS).read_text(), flags=re.MULTILINE)

    assert sorted(paragraphs) == sorted(rule["alert"] for rule in ALERTS)


@of_every_alert
def test_an_alert_has_a_test_that_fires_and_one_that_does_not(alert: dict[str, Any]) -> None:
    """An alert that always fires, or never, would pass with one of them."""
    expected = _expectations(alert["alert"])

    assert [True, True] == [any(expected), not all(expected)]


def test_flags_that_keep_a_growth_from_firing_are_those_of_the_table() -> None:
    """What *Strongest* leaves out for a flag of its reading, the alert and the dashboard leave out as well."""
    (expression,) = (rule["expr"] for rule in rules() if rule.get("record") == "paysignal:growth_ratio:doubted")
    (flags,) = re.findall(r'flag=~"([^"]*)"', expression)

    assert set(LeftOut) - {LeftOut.UNSTATED, LeftOut.VARIANT} == set(flags.split("|"))


def test_variants_left_out_are_those_of_the_vocabulary() -> None:
    """A variant added to paysignal.facts.segments would be ranked and alerted on if the rules did not learn of it."""
    lists = [found for rule in rules() for found in re.findall(r'segment!~"([^"]*)"', rule["expr"])]

    assert [sorted(VARIANTS)] * 2 == [found.split("|") for found in lists]


def test_the_thresholds_without_an_exporter_are_those_that_ship() -> None:
    """The constants in the rules stand in until the exposed thresholds are scraped: they must be the same."""
    joined = re.compile(r'max\(paysignal_threshold\{rule="([^"]+)"\}\) or vector\((-?[\d.]+)\)')
    constants = {found[1]: float(found[2]) for rule in rules() if (found := joined.fullmatch(rule["expr"]))}

    assert {rule: SHIPPED_RULES.named[rule].threshold for rule in constants} == constants
    assert {rule.name.removesuffix("-derived") for rule in SHIPPED_RULES.all} == set(constants)


def test_at_least_sixteen_rules_ship() -> None:
    """Of alerts and of recordings together far more; of alerts alone as many."""
    assert len(ALERTS) >= 16
