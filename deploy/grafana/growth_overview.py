"""The dashboard "Growth overview": who grows fastest, how sure that is, and whether the pipeline is up to date."""

from grafana_foundation_sdk.builders import bargauge, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from grafana import queries
from grafana.boards import board, choosing_some
from grafana.panels import (
    COUNT,
    DATE,
    PER_SECOND,
    RATIO,
    SECONDS,
    About,
    Column,
    Line,
    Place,
    bars,
    chart,
    joined_table,
)

#: What a table names a series by.
_WHO = {"provider": "Provider", "market": "Market", "measure": "Measure", "segment": "Segment"}


def growth_overview() -> Dashboard:
    """The dashboard, for Grafana 10.1 and newer."""
    empty = board(
        "Growth overview",
        "Payment growth as published and as computed from published figures, by provider and market.",
        since="now-6h",
        refresh="30s",
    )
    return (
        choosing_some(empty)
        .with_panel(_fastest(Place(1, 24, 11)))
        .with_panel(_markets(Place(9, 12, 10)))
        .with_panel(_leaders(Place(10, 12, 10)))
        .with_panel(_breadth(Place(11, 24, 9)))
        .with_panel(_stated_against_derived(Place(2, 12, 10)))
        .with_panel(_levels(Place(3, 12, 10)))
        .with_panel(_rolling_count(Place(4, 12, 8)))
        .with_panel(_rolling_sum(Place(5, 12, 8)))
        .with_panel(_age(Place(6, 8, 9)))
        .with_panel(_lag(Place(7, 8, 9)))
        .with_panel(_facts(Place(8, 8, 9)))
    )


def _fastest(place: Place) -> table.Panel:
    top = queries.fastest(25)
    growth = 'baseline="year_ago"'
    return joined_table(
        About(
            "Strongest growth on the year before",
            "The 25 highest growths against the same period a year before, ranked by what is certain: the lower end "
            "of the interval that the printed digits or a bound such as 'more than' leave open. Low and high are "
            "empty where the interval is narrower than 1 % of the value, high also where it has no upper end. Left "
            "out: growths that do not say what they compare with, and variants (other definitions, single days).",
        ),
        place,
        [
            Column("At least", top, RATIO),
            Column("Growth", f"{queries.figure('paysignal_growth_ratio', growth)} and {top}", RATIO),
            Column("Low", f"{queries.figure('paysignal_growth_ratio_low', growth)} and {top}", RATIO),
            Column("High", f"{queries.figure('paysignal_growth_ratio_high', growth)} and {top}", RATIO),
            Column("Period ended", f"{queries.growth_ended_ms()} and {top}", DATE),
        ],
        {**_WHO, "grain": "Period", "origin": "Stated or derived"},
        sort="At least",
    )


def _markets(place: Place) -> table.Panel:
    lower = queries.figure("paysignal:growth_ratio:year_on_year_lower")
    return joined_table(
        About(
            "Markets",
            "By market: the median and the highest certain growth on the year of all its providers and measures, and "
            "of how many series that is. A median of two series says little; markets with one are there as well.",
        ),
        place,
        [
            Column("Median", f"quantile by (market) (0.5, {lower})", RATIO),
            Column("Highest", f"max by (market) ({lower})", RATIO),
            Column("Series", f"count by (market) ({lower})", COUNT),
        ],
        {"market": "Market"},
        sort="Series",
    )


def _leaders(place: Place) -> table.Panel:
    return joined_table(
        About(
            "Leaders by payments",
            "The providers with the most payments in each market, by the length of the period (month, quarter, "
            "year), wholes only, with their growth on the year where it is certain.",
        ),
        place,
        [
            Column("Payments", queries.leaders(3), COUNT),
            Column(
                "Growth, at least",
                f"{queries.grown('transactions')} and {queries.leaders(3)}",
                RATIO,
            ),
        ],
        {"market": "Market", "provider": "Provider", "grain": "Period"},
        sort="Payments",
    )


def _breadth(place: Place) -> table.Panel:
    section = 'baseline="year_ago"'
    return joined_table(
        About(
            "Breadth on the year: over markets, and over the providers of one type",
            "Cross-sections of the latest period: how many members there are, which share of them grew, how far apart "
            "they grew (robust), and how concentrated their levels are (1 is one alone). `world` stands for a "
            "provider's countries, provider `all` for a market's providers.",
        ),
        place,
        [
            Column("Members", queries.figure("paysignal_cross_members", section), COUNT),
            Column("Growing", queries.figure("paysignal_cross_breadth_ratio", section), RATIO),
            Column("Dispersion", queries.figure("paysignal_cross_dispersion_ratio", section), RATIO),
            Column("Concentration", queries.figure("paysignal_cross_concentration_ratio", section), RATIO),
        ],
        {"over": "Over", **_WHO, "grain": "Period", "currency": "Currency"},
        sort="Members",
    )


def _stated_against_derived(place: Place) -> table.Panel:
    stated, derived = queries.growth_from("stated"), queries.growth_from("derived")
    same_period = queries.stated_and_derived_of_one_period()
    return joined_table(
        About(
            "Stated growth against the growth of the levels",
            "Series whose growth a publisher states and whose levels give a growth as well, where the latest of both "
            "are of the same period. A difference beyond rounding means a revision, another definition, constant "
            "currency, or a misprint.",
        ),
        place,
        [
            Column("Difference", f"({stated} - {derived}) and {same_period}", RATIO),
            Column("Stated", f"{stated} and {same_period}", RATIO),
            Column("Derived", f"{derived} and {same_period}", RATIO),
        ],
        {**_WHO, "baseline": "Compared with"},
        sort="Difference",
    )


def _levels(place: Place) -> table.Panel:
    return joined_table(
        About(
            "Levels of the chosen providers",
            "The latest published level of each series, in its own unit (money in the currency named), with the ends "
            "of its interval where that is wider than 1 %, and the day it held or the end of the period it covers. "
            "Choose a provider above.",
        ),
        place,
        [
            Column("Level", queries.figure("paysignal_level"), COUNT),
            Column("Low", queries.figure("paysignal_level_low"), COUNT),
            Column("High", queries.figure("paysignal_level_high"), COUNT),
            Column("As of", queries.level_ended_ms(), DATE),
        ],
        {**_WHO, "grain": "Period", "unit": "Unit", "currency": "Currency"},
        sort="As of",
    )


def _rolling_count(place: Place) -> timeseries.Panel:
    return chart(
        About(
            "Occurrences in the last 24 hours",
            "How many increments (single payments, batches of sign-ups) the last 24 hours of event time hold. In the "
            "samples only `sample-wallet` sends them, and they are synthetic.",
        ),
        place,
        [Line(queries.figure("paysignal_window_count_value", 'window="24h"'), "{{provider}} {{market}} {{measure}}")],
        COUNT,
    )


def _rolling_sum(place: Place) -> timeseries.Panel:
    return chart(
        About(
            "Sum of the last 24 hours",
            "What the increments of the last 24 hours of event time add up to, in the measure's unit or the currency "
            "named. In the samples only `sample-wallet` sends them, and they are synthetic.",
        ),
        place,
        [
            Line(
                queries.figure("paysignal_window_sum_value", 'window="24h"'),
                "{{provider}} {{market}} {{measure}} {{currency}}",
            )
        ],
        COUNT,
    )


def _age(place: Place) -> bargauge.Panel:
    return bars(
        About(
            "Age of the newest reading, by provider",
            "From the end of the newest period or window a provider has a reading for until now: the 20 oldest. "
            "Published figures are months old by nature; a provider beyond its usual rhythm has stopped publishing, "
            "or we have stopped reading it.",
        ),
        place,
        Line(queries.newest_age(20), "{{provider}}"),
        SECONDS,
    )


def _lag(place: Place) -> timeseries.Panel:
    return chart(
        About(
            "Records not yet read",
            "What waits in Kafka for the worker and for the exporter, by topic. It returns to 0 after each burst; a "
            "line that only rises is a process that stands still or is too slow.",
        ),
        place,
        [
            Line(queries.lag("paysignal_worker_lag_records"), "worker: {{topic}}"),
            Line(queries.lag("paysignal_exporter_lag_records"), "exporter: {{topic}}"),
        ],
        COUNT,
    )


def _facts(place: Place) -> timeseries.Panel:
    return chart(
        About(
            "Facts a second, by what became of them",
            "What the worker did with the facts it read: accepted, duplicate, late, rejected, evicted, retracted. "
            "Rejected ones are in the topic paysignal.rejected.v1, with the reason.",
        ),
        place,
        [Line(queries.rate_by("outcome", queries.FACTS), "{{outcome}}")],
        PER_SECOND,
    )
