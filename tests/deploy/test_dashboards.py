"""Dashboards are what their Python says, say what they show in which unit, and are provisioned."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.tools.dashboards import DASHBOARDS, dashboards, panels
from tests.tools.need import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
PROVISIONING = DEPLOY / "grafana" / "provisioning"

#: What Grafana shows units by; another name would be printed behind the number as it stands.
UNITS = {"percentunit", "s", "dateTimeAsIso", "short", "cps", "bytes"}

#: The grid is this wide.
COLUMNS = 24

of_every_dashboard = pytest.mark.parametrize("dashboard", dashboards(), ids=lambda dashboard: dashboard["uid"])
of_every_panel = pytest.mark.parametrize(
    "panel",
    [panel for dashboard in dashboards() for panel in panels(dashboard)],
    ids=lambda panel: panel["title"],
)


def _cells(panel: dict[str, Any]) -> set[tuple[int, int]]:
    at = panel["gridPos"]
    return {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}


def test_built_again_they_are_the_same(tmp_path: Path) -> None:
    """The committed JSON is what the Python in deploy/grafana writes; otherwise run `python -m grafana.build` there."""
    subprocess.run([sys.executable, "-m", "grafana.build", "--into", tmp_path], cwd=DEPLOY, check=True, timeout=60)

    built = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert built == {path.name: path.read_text() for path in DASHBOARDS.iterdir()}


@of_every_dashboard
def test_a_dashboard_can_be_told_from_others(dashboard: dict[str, Any]) -> None:
    """A title and a description for people, an address that stays, numbers and titles of panels that are its own."""
    numbers = [panel["id"] for panel in panels(dashboard)]
    titles = [panel["title"] for panel in panels(dashboard)]

    assert all([dashboard["title"], dashboard["description"], dashboard["uid"]])
    assert [len(numbers), len(titles)] == [len(set(numbers)), len(set(titles))]
    assert not dashboard["editable"]


@of_every_dashboard
def test_panels_do_not_overlap(dashboard: dict[str, Any]) -> None:
    """Each grid cell belongs to one panel at most, and none lies outside."""
    cells = [cell for panel in panels(dashboard) for cell in _cells(panel)]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < COLUMNS


@of_every_dashboard
def test_the_reader_chooses_what_queries_ask_for(dashboard: dict[str, Any]) -> None:
    """And the data source, so that the JSON works in a Grafana that calls its Prometheus by another name."""
    variables = {each["name"]: each for each in dashboard["templating"]["list"]}
    asked = {name for name in ("provider", "market", "measure") if f"${name}" in str(dashboard["panels"])}
    several = [each["includeAll"] and each["multi"] for name, each in variables.items() if name != "datasource"]

    assert {"datasource", *asked} == variables.keys()
    assert several == [dashboard["uid"] != "paysignal-one-series"] * len(asked)


@of_every_dashboard
def test_the_sdk_reads_it_back_as_it_wrote_it(dashboard: dict[str, Any]) -> None:
    """Every field has the name and the type that Grafana's own schema gives it; marks have two more of Prometheus'."""
    again = json.loads(json.dumps(Dashboard.from_json(dashboard), cls=JSONEncoder))
    for marks in dashboard["annotations"].get("list", []):
        del marks["useValueForTime"], marks["titleFormat"], marks["textFormat"], marks["step"]

    assert dashboard == again


def test_the_facts_of_one_series_stand_at_their_event_time() -> None:
    """As marks on its charts: the value of the query, in milliseconds, is where each of them is."""
    (series,) = (each for each in dashboards() if each["uid"] == "paysignal-one-series")
    (marks,) = series["annotations"]["list"]

    assert ("on", True) == (marks["useValueForTime"], marks["enable"])
    assert marks["expr"].startswith("max without (instance, job) (paysignal_reading_event_timestamp_seconds{")
    assert marks["expr"].endswith(" * 1000")


@of_every_panel
def test_a_panel_says_what_it_shows(panel: dict[str, Any]) -> None:
    """A title, a description of more than a few words, a unit for each number, queries to the chosen data source."""
    field = panel["fieldConfig"]
    units = {field["defaults"]["unit"]} | {
        each["value"]
        for override in field.get("overrides", [])
        for each in override["properties"]
        if each["id"] == "unit"
    }

    assert panel["title"]
    assert len(panel["description"].split()) > 10
    assert units <= UNITS
    assert {"${datasource}"} == {target["datasource"]["uid"] for target in panel["targets"]}


@of_every_panel
def test_a_tables_columns_are_its_queries_and_labels(panel: dict[str, Any]) -> None:
    """Each query's value has a heading with a unit of its own, or its column would show under the first one's unit."""
    if panel["type"] != "table":
        return
    (organised,) = (each["options"] for each in panel["transformations"] if each["id"] == "organize")
    headings = {organised["renameByName"][f"Value #{target['refId']}"] for target in panel["targets"]}

    assert headings == {override["matcher"]["options"] for override in panel["fieldConfig"]["overrides"]}
    assert panel["options"]["sortBy"][0]["displayName"] in headings


def test_grafana_finds_a_default_data_source_and_the_dashboards() -> None:
    """Both are provisioned: the address of Prometheus comes from the environment, the folder is the one to mount."""
    (source,) = yaml.safe_load((PROVISIONING / "datasources" / "prometheus.yml").read_text())["datasources"]
    (provider,) = yaml.safe_load((PROVISIONING / "dashboards" / "paysignal.yml").read_text())["providers"]

    assert ("prometheus", "$PROMETHEUS_URL", True) == (source["type"], source["url"], source["isDefault"])
    assert ("file", "/etc/grafana/dashboards") == (provider["type"], provider["options"]["path"])
