"""The shipped dashboards and rules as a list of queries, and which of them a Prometheus answers with nothing."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.tools.need import CHECKOUT
from tests.tools.prometheus import PACE, SHIPPED, Prometheus

DASHBOARDS = CHECKOUT / "deploy" / "grafana" / "dashboards"

#: What Grafana puts in for "All"; the rate interval is four scrapes there, and more where a busy machine misses some.
_VARIABLES = {
    "$provider": ".+",
    "$market": ".+",
    "$measure": ".+",
    "$__rate_interval": f"{15 * PACE}s",
    "$__interval": f"{15 * PACE}s",
}

#: The alert that the samples and the readings made by hand fire; no other finds anything on a system that works.
FIRING = "PaymentGrowthSurge"

#: A ratio of what is rejected has no value where nothing comes.
_UNDEFINED_AT_REST = frozenset({"paysignal:worker_rejected:ratio_rate5m"})


@dataclass(frozen=True, slots=True)
class Query:
    """One query and where it stands, such as "Growth overview: Records not yet read, B"."""

    where: str
    expression: str


def dashboards() -> list[dict[str, Any]]:
    """Every committed dashboard."""
    return [json.loads(path.read_text()) for path in sorted(DASHBOARDS.glob("*.json"))]


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Its panels, without the rows that only group them."""
    flat: list[dict[str, Any]] = []
    for panel in dashboard["panels"]:
        flat += [*panel.get("panels", []), panel]
    return [panel for panel in flat if panel["type"] != "row"]


def panel_queries() -> list[Query]:
    """Every query of every panel, and of marks on them, as Grafana sends it with "All" chosen."""
    return [
        Query(f"{dashboard['title']}: {panel['title']}, {target['refId']}", _filled(target["expr"]))
        for dashboard in dashboards()
        for panel in panels(dashboard)
        for target in panel["targets"]
    ] + [
        Query(f"{dashboard['title']}: marks {marks['name']}", _filled(marks["expr"]))
        for dashboard in dashboards()
        for marks in dashboard["annotations"].get("list", [])
        if "expr" in marks
    ]


def rule_files() -> list[Path]:
    """The shipped files of rules."""
    return sorted((SHIPPED / "rules").glob("*.yml"))


def rules() -> list[dict[str, Any]]:
    """Every rule that ships."""
    return [
        rule for path in rule_files() for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]
    ]


def rule_queries() -> list[Query]:
    """The expression of every rule that finds something on a system that works and has a surge among its growths."""
    named = [(rule.get("record") or rule["alert"], rule["expr"]) for rule in rules()]
    silent = _UNDEFINED_AT_REST | {rule["alert"] for rule in rules() if "alert" in rule} - {FIRING}
    return [Query(f"rule {name}", expression) for name, expression in named if name not in silent]


def unanswered(prometheus: Prometheus, queries: Iterable[Query]) -> list[Query]:
    """The queries that find nothing; raises AssertionError for one that Prometheus refuses."""
    return [query for query in queries if not prometheus.query(query.expression)]


def assert_all_answered(prometheus: Prometheus, *, seconds: float = 30.0) -> None:
    """Every query of every panel and rule finds something, at the latest after `seconds`; says which do not.

    Some seconds are needed because a recording rule is there one evaluation after what it is made of, and a scrape that
    a busy machine gives up leaves its series out until the next one.
    """
    left = panel_queries() + rule_queries()
    assert left, "no queries found: the dashboards or the rules are gone"
    end = time.monotonic() + seconds
    while left := unanswered(prometheus, left):
        empty = "; ".join(query.where for query in left)
        assert time.monotonic() < end, f"after {seconds:g} s these still find nothing: {empty}"
        time.sleep(PACE / 5)


def _filled(expression: str) -> str:
    for name, value in _VARIABLES.items():
        expression = expression.replace(name, value)
    assert "$" not in expression, f"a variable that this test does not know: {expression}"
    return expression
