"""`paysignal rules`: equal rules for Prometheus, and what is wrong told line by line."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import yaml
from click.testing import CliRunner
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from paysignal.board.board import Board
from paysignal.board.updates import Received
from paysignal.command.prometheus_rules import NoMetricError, alert_name, prometheus_rules
from paysignal.command.rules import rules as command
from paysignal.engine.alerting.rules import Rules
from paysignal.exposition.collector import BoardCollector
from paysignal.exposition.text import encoder_for
from paysignal.facts.readings import Reading
from tests.tools.alerting import record, rules, told, valued
from tests.tools.figures import RUSSIA

ASKED = rules(
    "rule: plain, indicator: stated_growth, baseline: year_ago, above: 1",
    "rule: certain, indicator: stated_growth, baseline: year_ago, above: 1, certain: true, unless: [conflict]",
    "rule: fall, indicator: stated_growth, baseline: year_ago, below: -0.2, clear: 0, certain: true",
    "rule: some, indicator: stated_growth, baseline: year_ago, above: 1, match: {provider: [p-0, '~p-[12]', 'z*'], "
    "market: 'R?'}",
    "rule: previous, indicator: stated_growth, baseline: previous, above: 1",
    "rule: aged, indicator: stated_growth, baseline: year_ago, above: 1, max_age: 9000d",
)
#: Value, low, high, flags: beyond, only the value, only the interval, open ends, below, doubted.
FIGURES = (
    (3.0, 2.5, 3.5, ()),
    (1.2, 0.8, 1.6, ()),
    (0.9, 0.5, 1.4, ()),
    (2.0, 2.0, None, ()),
    (2.0, None, 2.0, ()),
    (-0.5, -0.6, -0.4, ()),
    (-0.3, -0.5, -0.1, ()),
    (3.0, 3.0, 3.0, ("conflict",)),
    (1.0, 1.0, 1.0, ()),
)


def _readings() -> list[Reading]:
    return [
        valued(
            value, 1, low=low, high=high, flags=flags, series=msgspec.structs.replace(RUSSIA, provider=f"p-{number}")
        )
        for number, (value, low, high, flags) in enumerate(FIGURES)
    ]


def _exposed(readings: list[Reading]) -> list[dict[str, str]]:
    """The samples of an exporter that has the readings, as promtool takes series."""
    board = Board(100, 1e9)
    board.apply([Received(each.key, each) for each in readings], 0.0)
    registry = CollectorRegistry()
    registry.register(BoardCollector(lambda: board.snapshot(0.0)))
    text = encoder_for("text/plain")[0](registry).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    samples = [sample for sample in samples if "provider" in sample.labels]
    return [
        {
            "series": sample.name + "{" + ", ".join(f'{name}="{value}"' for name, value in sample.labels.items()) + "}",
            "values": f"{sample.value}x8",
        }
        for sample in samples
    ]


def _test_file(folder: Path, asked: Rules, readings: list[Reading]) -> Path:
    """A promtool test: the rules built fire for exactly those that the alerts topic says firing of."""
    (folder / "built.yml").write_text(prometheus_rules(asked.all))
    firing = {
        (alert_name(each.rule), each.series.provider)
        for each in told(map(record, readings), asked)
        if each.state == "firing"
    }
    thresholds = [
        {"series": f'paysignal_threshold{{rule="{rule.name}"}}', "values": f"{rule.threshold}x8"} for rule in asked.all
    ]
    case = {
        "interval": "15s",
        "input_series": [*_exposed(readings), *thresholds],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname, provider) (ALERTS{alertstate="firing"})',
                "eval_time": "1m",
                "exp_samples": [
                    {"labels": f'{{alertname="{name}", provider="{provider}"}}', "value": 1}
                    for name, provider in sorted(firing)
                ],
            }
        ],
    }
    assert len(firing) >= len(FIGURES)
    file = folder / "test.yml"
    file.write_text(yaml.safe_dump({"rule_files": ["built.yml"], "evaluation_interval": "15s", "tests": [case]}))
    return file


@pytest.mark.prometheus
def test_the_rules_built_fire_for_what_the_topic_says_firing_of(tmp_path: Path, require: Callable[[str], str]) -> None:
    """The same thresholds file and readings: Prometheus over the exporter's own samples, and alerting's step, agree."""
    file = _test_file(tmp_path, ASKED, _readings())
    done = subprocess.run([require("promtool"), "test", "rules", file], capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr


def test_a_rule_becomes_an_alert_with_its_threshold_joined() -> None:
    """The number of the threshold stands nowhere in it, so a changed file reaches Prometheus without another build."""
    (rule,) = yaml.safe_load(prometheus_rules(rules(above=7.25, severity="critical").all))["groups"][0]["rules"]

    assert ("Surge", {"severity": "critical", "rule": "surge"}) == (rule["alert"], rule["labels"])
    assert 'paysignal_growth_ratio{origin="stated", baseline="year_ago"}' in rule["expr"]
    assert 'max(paysignal_threshold{rule="surge"})' in rule["expr"]
    assert "7.25" not in rule["expr"]


@pytest.mark.parametrize(
    ("fields", "told_of"),
    [
        ({"indicator": "nobodys"}, "indicator 'nobodys' has no metric"),
        ({"indicator": "level"}, "baseline 'year_ago': readings of level have none"),
        ({"indicator": "year_on_year_growth", "baseline": "previous"}, "readings of year_on_year_growth have year_ago"),
        ({"window": "24h"}, "window '24h': readings of stated_growth have none"),
    ],
)
def test_what_no_metric_shows_is_told(fields: dict[str, str], told_of: str) -> None:
    """A rule that is silently left out would never be missed."""
    with pytest.raises(NoMetricError, match="rule surge: ") as refused:
        prometheus_rules(rules(**fields).all)
    assert told_of in str(refused.value)


@pytest.mark.prometheus
def test_check_agrees_with_the_rules_that_ship(require: Callable[[str], str]) -> None:
    """And so does promtool with what is built of them."""
    require("promtool")
    done = CliRunner().invoke(command, ["check"])

    assert (0, "defaults.yaml: 9 rules, and promtool agrees\n") == (done.exit_code, done.output)


def test_build_writes_every_rule_of_a_file(tmp_path: Path) -> None:
    """To standard output, with a head that says not to change it there."""
    file = tmp_path / "t.yaml"
    file.write_text("rules: [{rule: one, indicator: level, above: 1}, {rule: two, indicator: level, below: 1}]")
    done = CliRunner().invoke(command, ["build", str(file)])

    assert (0, True) == (done.exit_code, done.output.startswith("# Written by `paysignal rules build`"))
    assert ["One", "Two"] == [each["alert"] for each in yaml.safe_load(done.output)["groups"][0]["rules"]]


def test_check_tells_every_mistake_with_its_line(tmp_path: Path) -> None:
    """As a compiler does, before promtool is asked at all."""
    file = tmp_path / "t.yaml"
    file.write_text(
        "rules:\n  - {rule: one, indicator: level, above: x}\n  - {rule: TWO, indicator: level, above: 1}\n"
    )
    done = CliRunner().invoke(command, ["check", str(file)])

    assert done.exit_code != 0
    assert [f"{file}:2:", f"{file}:3:"] == [line[: len(str(file)) + 3] for line in str(done.exception).splitlines()]
