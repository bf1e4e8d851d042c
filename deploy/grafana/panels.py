"""How our panels look: tables of several queries joined by their labels, lines over time, bars.

Every panel has a title, a description and a unit; tests/deploy holds that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grafana_foundation_sdk.builders import bargauge, common, stat, table, timeseries
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BigValueGraphMode,
    BigValueTextMode,
    LegendPlacement,
    VisibilityMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import DataSourceRef, DataTransformerConfig, DynamicConfigValue
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from grafana import queries

#: The data source chosen above the dashboard, so that the JSON works in any Grafana.
SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")

RATIO = "percentunit"  #: 1 shows as 100 %
SECONDS = "s"
DATE = "dateTimeAsIso"  #: of milliseconds
COUNT = "short"
PER_SECOND = "cps"
BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers of a table: its heading, the query that fills it, and its unit as Grafana calls it."""

    heading: str
    query: str
    unit: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands: its number, which links to it contain, its width of 24 and its height in grid rows."""

    number: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class About:
    """What a panel says of itself."""

    title: str
    description: str


_Any = TypeVar("_Any", bargauge.Panel, stat.Panel, table.Panel, timeseries.Panel)


def _framed(panel: _Any, about: About, place: Place) -> _Any:
    """A panel of any kind with what all of ours have: its words, where it stands, and what it says without data."""
    return (
        panel.title(about.title)
        .description(about.description)
        .datasource(SOURCE)
        .id(place.number)
        .span(place.width)
        .height(place.height)
        .no_value("nothing yet")
    )


def joined_table(
    about: About, place: Place, columns: Sequence[Column], labels: Mapping[str, str], sort: str
) -> table.Panel:
    """A table with a row for each label set and a column for each query, highest `sort` first.

    `labels` are the labels shown, in order, with their headings; the queries' other labels are hidden.
    """
    panel = table.Panel().unit(columns[0].unit)
    for ref, column in zip("ABCDEFGH", columns, strict=False):
        panel = panel.with_target(
            Dataquery().expr(column.query).instant().format(PromQueryFormat.TABLE).ref_id(ref).datasource(SOURCE)
        ).override_by_name(column.heading, [DynamicConfigValue("unit", column.unit)])
    values = {f"Value #{ref}": column.heading for ref, column in zip("ABCDEFGH", columns, strict=False)}
    return (
        _framed(panel, about, place)
        .with_transformation(DataTransformerConfig("merge", options={}))
        .with_transformation(DataTransformerConfig("organize", options=_organised({**labels, **values})))
        .sort_by([common.TableSortByFieldState().display_name(sort).desc(desc=True)])
    )


#: What a query brings along that tells the reader nothing: when it ran, its own name, and labels not asked for.
_HIDDEN = ("Time", "__name__", "baseline", "grain", "prices", "unit", "currency", "segment", "origin")


def _organised(headings: Mapping[str, str]) -> dict[str, object]:
    return {
        "excludeByName": {name: True for name in _HIDDEN if name not in headings},
        "indexByName": {name: place for place, name in enumerate(headings)},
        "renameByName": dict(headings),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One query of a chart and how its lines are called (Grafana's template of labels)."""

    query: str
    legend: str


def _asked(line: Line, ref: str) -> Dataquery:
    return Dataquery().expr(line.query).legend_format(line.legend).ref_id(ref).datasource(SOURCE)


def chart(about: About, place: Place, lines: Sequence[Line], unit: str) -> timeseries.Panel:
    """Lines over time, from 0."""
    panel = timeseries.Panel().unit(unit).min(0)
    for ref, line in zip("ABCDEFGH", lines, strict=False):
        panel = panel.with_target(_asked(line, ref).range())
    return _framed(panel, about, place).legend(
        common.VizLegendOptions().show_legend(show_legend=True).placement(LegendPlacement.BOTTOM)
    )


def bars(about: About, place: Place, line: Line, unit: str) -> bargauge.Panel:
    """One bar a label set, of values now."""
    return (
        _framed(bargauge.Panel(), about, place)
        .unit(unit)
        .min(0)
        .orientation(VizOrientation.HORIZONTAL)
        .display_mode(BarGaugeDisplayMode.BASIC)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(_asked(line, "A").instant())
    )


def figure(about: About, place: Place, line: Line, unit: str, more: Sequence[Line] = ()) -> stat.Panel:
    """One number for each label set of each query, as of now."""
    panel = stat.Panel().unit(unit)
    for ref, each in zip("ABCDEFGH", (line, *more), strict=False):
        panel = panel.with_target(_asked(each, ref).instant())
    return (
        _framed(panel, about, place)
        .graph_mode(BigValueGraphMode.NONE)
        .text_mode(BigValueTextMode.VALUE_AND_NAME)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )


def band(about: About, place: Place, metric: str, legend: str, unit: str) -> timeseries.Panel:
    """A metric over time between its `_low` and its `_high`, single samples as points joined by lines."""
    panel = timeseries.Panel().unit(unit)
    for ref, (end, name) in zip("ABC", (("", ""), ("_low", ", low"), ("_high", ", high")), strict=True):
        panel = panel.with_target(_asked(Line(queries.over_time(metric + end), legend + name), ref).range())
    return (
        _framed(panel, about, place)
        .show_points(VisibilityMode.AUTO)
        .span_nulls(span_nulls=True)
        .override_by_regexp("/, (low|high)$/", [
            DynamicConfigValue("custom.lineStyle", {"fill": "dash", "dash": [4, 6]}),
            DynamicConfigValue("custom.lineWidth", 1),
        ])
        .legend(common.VizLegendOptions().show_legend(show_legend=True).placement(LegendPlacement.BOTTOM))
    )  # fmt: skip
