"""The dashboard "One series": what was published of one line of figures, and how sure its growth is."""

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from grafana import queries
from grafana.annotations import EventTimes
from grafana.boards import board
from grafana.choosing import chosen_one
from grafana.panels import (
    COUNT,
    DATE,
    RATIO,
    About,
    Column,
    Line,
    Place,
    band,
    chart,
    figure,
    joined_table,
)


def one_series() -> Dashboard:
    """The dashboard, for Grafana 10.1 and newer."""
    return (
        board(
            "One series",
            "One provider's figures of one measure in one market: levels, growth with its interval, windows. Facts "
            "stand as marks at their event time. The past is there once `paysignal export --openmetrics` was "
            "imported.",
            since="now-10y",
            refresh="1m",
        )
        .with_variable(chosen_one("provider", "Provider"))
        .with_variable(chosen_one("market", "Market", "provider"))
        .with_variable(chosen_one("measure", "Measure", "provider", "market"))
        .annotation(
            EventTimes(
                "Facts",
                queries.facts_at_ms(),
                title="{{indicator}} {{baseline}}",
                text="{{provider}} {{market}} {{measure}} {{segment}} {{grain}}",
            )
        )
        .with_panel(_latest_level(Place(1, 8, 5)))
        .with_panel(_latest_growth(Place(2, 8, 5)))
        .with_panel(_doubts(Place(3, 8, 5)))
        .with_panel(_levels(Place(4, 12, 11)))
        .with_panel(_growth(Place(5, 12, 11)))
        .with_panel(_windows(Place(6, 12, 9)))
        .with_panel(_readings(Place(7, 12, 9)))
    )


def _latest_level(place: Place) -> stat.Panel:
    return figure(
        About(
            "Latest levels",
            "The latest published level of each series of the choice, in its own unit or the currency named: a state "
            "on a day, or the sum of a period.",
        ),
        place,
        Line(queries.figure("paysignal_level"), "{{segment}} {{grain}} {{unit}} {{currency}}"),
        COUNT,
    )


def _latest_growth(place: Place) -> stat.Panel:
    return figure(
        About(
            "Growth on the year, at least",
            "The lower end of the latest growth against the same period a year before, what printed digits and "
            "bounds leave as certain; 0 where nobody states one and no two levels give one.",
        ),
        place,
        Line(queries.or_zero(queries.certain_growth()), "{{segment}} {{grain}} {{origin}}"),
        RATIO,
    )


def _doubts(place: Place) -> stat.Panel:
    return figure(
        About(
            "Reasons to doubt",
            "Readings of the choice with a flag (another publisher excludes the figure, other figures contradict it, "
            "the definition seems to have changed, the base is tiny), and findings against its figures. 0 is good.",
        ),
        place,
        Line(f"count({queries.figure('paysignal_reading_flagged')}) or on () vector(0)", "flagged readings"),
        COUNT,
        more=[Line(f"sum({queries.figure('paysignal_findings')}) or on () vector(0)", "findings")],
    )


def _levels(place: Place) -> timeseries.Panel:
    return band(
        About(
            "Levels",
            "The level as it was shown at each time, between the ends that its printed digits or a bound leave open, "
            "where these are wider than 1 %. Of a Prometheus that scrapes since yesterday this is one day; import "
            "the past with `paysignal export --openmetrics`.",
        ),
        place,
        "paysignal_level",
        "{{segment}} {{grain}} {{currency}}",
        COUNT,
    )


def _growth(place: Place) -> timeseries.Panel:
    return band(
        About(
            "Growth and its interval",
            "Growth as stated and as the levels give it, against the period before and against the year before, "
            "between its ends where these are wider than 1 %. One end alone is a bound, such as 'more than 5,000 %'.",
        ),
        place,
        "paysignal_growth_ratio",
        "{{segment}} {{grain}} {{origin}} {{baseline}}",
        RATIO,
    )


def _windows(place: Place) -> timeseries.Panel:
    return chart(
        About(
            "Windows over increments",
            "What the increments of the latest windows of event time add up to, by window; 0 where a series is one "
            "of published figures and nobody sends its single payments.",
        ),
        place,
        [Line(queries.or_zero(queries.figure("paysignal_window_sum_value")), "{{window}} {{currency}}")],
        COUNT,
    )


def _readings(place: Place) -> table.Panel:
    return joined_table(
        About(
            "What is known, and of when",
            "Every indicator that has a reading for the choice, with the end of the period or window it is about. "
            "One that is missing is undefined: a base is absent or zero, or a break lies between.",
        ),
        place,
        [Column("As of", queries.event_time_ms(), DATE)],
        {
            "indicator": "Indicator",
            "window": "Window",
            "baseline": "Compared with",
            "origin": "Stated or derived",
            "segment": "Segment",
            "grain": "Period",
        },
        sort="As of",
    )
