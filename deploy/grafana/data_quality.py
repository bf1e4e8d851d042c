"""The dashboard "Data quality": what was refused, what contradicts what, and how old and how sure figures are."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from grafana import queries
from grafana.boards import board, choosing_some, with_panels
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
    figure,
    joined_table,
)


def data_quality() -> Dashboard:
    """The dashboard, for Grafana 10.1 and newer."""
    empty = board(
        "Data quality",
        "How far the figures can be trusted: findings of the audit, conflicts, suspected breaks, what readers and "
        "workers refused, and how old each provider's news is.",
        since="now-6h",
        refresh="30s",
    )
    return with_panels(choosing_some(empty), _panels())


def _panels() -> Iterator[Builder[Panel]]:
    yield from _numbers()
    yield from _certainty()
    yield from _doubts()
    yield from _refused()
    yield from _sure()
    yield from _age()
    yield from _unrated()


def _numbers() -> Iterator[Builder[Panel]]:
    yield figure(
        About(
            "Findings",
            "Published figures that can not be right if others are, and suspected breaks, of the chosen series. "
            "Nothing is corrected: `paysignal findings` tells each with its sentence.",
        ),
        Place(1, 6, 4),
        Line(f"sum({queries.figure('paysignal_findings')}) or on () vector(0)", "findings"),
        COUNT,
    )
    yield figure(
        About(
            "Flagged readings",
            "Readings of the chosen series with a reason to look twice: conflict, contradicted, suspected break, "
            "small base, undecided. One reading may have several.",
        ),
        Place(2, 6, 4),
        Line(f"count({queries.figure('paysignal_reading_flagged')}) or on () vector(0)", "flags"),
        COUNT,
    )


def _certainty() -> Iterator[Builder[Panel]]:
    yield figure(
        About(
            "Growths that are a bound or wide",
            "Share of the chosen growths whose interval is one-sided or wider than 1 % of the value: 'more than', "
            "'about', or levels with few digits.",
        ),
        Place(3, 6, 4),
        Line(
            f"(count({queries.figure('paysignal_growth_ratio_low')} or {queries.figure('paysignal_growth_ratio_high')})"
            f" or on () vector(0)) / count({queries.figure('paysignal_growth_ratio')})",
            "of all growths",
        ),
        RATIO,
    )
    yield figure(
        About(
            "Not looked at, not shown",
            "1 under `examining` while facts are held that were not held against the others yet; series without a "
            "metric, records that were no readings or facts, and series dropped since the exporter started.",
        ),
        Place(4, 6, 4),
        Line("max(paysignal_exporter_examining)", "examining"),
        COUNT,
        more=[
            Line("sum(paysignal_exporter_series_unshown)", "without a metric"),
            Line('sum(paysignal_exporter_readings_total{outcome="malformed"})', "malformed readings"),
            Line("sum(paysignal_exporter_facts_malformed_total)", "malformed facts"),
            Line("sum(paysignal_exporter_series_dropped_total)", "dropped"),
        ],
    )


def _doubts() -> Iterator[Builder[Panel]]:
    yield bars(
        About(
            "Findings by rule",
            "How often each rule of the audit found something: growth against levels, averages against their parts, "
            "amounts in two currencies, slips by a power of ten, breaks nobody declared.",
        ),
        Place(5, 8, 9),
        Line(f"sum by (rule) ({queries.figure('paysignal_findings')}) or on () vector(0)", "{{rule}}"),
        COUNT,
    )
    yield bars(
        About(
            "Flagged readings by reason",
            "How many readings of the chosen series carry each flag. Contradicted and conflicting growths fire no "
            "alert and are left out of the table of the strongest.",
        ),
        Place(6, 8, 9),
        Line(f"count by (flag) ({queries.figure('paysignal_reading_flagged')}) or on () vector(0)", "{{flag}}"),
        COUNT,
    )
    yield joined_table(
        About(
            "Series with findings",
            "The series that findings speak against, with their number by rule. `paysignal findings` and the page "
            "tell each with both figures.",
        ),
        Place(7, 8, 9),
        [Column("Findings", f"topk(25, {queries.figure('paysignal_findings')}) or on () vector(0)", COUNT)],
        {"provider": "Provider", "market": "Market", "measure": "Measure", "segment": "Segment", "rule": "Rule"},
        sort="Findings",
    )


def _refused() -> Iterator[Builder[Panel]]:
    yield chart(
        About(
            "Rejected by workers, by reason",
            "Records a second that were no facts or broke a rule. Each is in the topic paysignal.rejected.v1 with "
            "the reason and where it stood; `paysignal tail rejected` shows them.",
        ),
        Place(8, 8, 8),
        [Line(queries.rate_by("reason", "paysignal_worker_rejected_total"), "{{reason}}")],
        PER_SECOND,
    )
    yield chart(
        About(
            "Rejected by producers, by reason",
            "Rows and sentences a second that readers found no payment fact in. Most sentences with a figure are "
            "none, so that a level above 0 is usual; a jump is a source that changed its form.",
        ),
        Place(9, 8, 8),
        [Line(queries.or_zero(queries.rate_by("reason", "paysignal_producer_rejected_total")), "{{reason}}")],
        PER_SECOND,
    )
    yield chart(
        About(
            "Late, duplicate, evicted",
            "Increments a second that came after their window was given up, facts that came again, and claims that "
            "the held history had no room for.",
        ),
        Place(10, 8, 8),
        [
            Line(
                "sum by (outcome) (rate(paysignal_worker_facts_total"
                '{outcome=~"late|duplicate|evicted"}[$__rate_interval]))',
                "{{outcome}}",
            )
        ],
        PER_SECOND,
    )


def _sure() -> Iterator[Builder[Panel]]:
    yield joined_table(
        About(
            "Stated against derived, the largest differences",
            "Growths that a publisher states and levels give as well, of one period, by how far they lie apart in "
            "points of growth. Beyond rounding: a revision, another definition, constant currency, or a misprint.",
        ),
        Place(11, 12, 9),
        [Column("Apart", queries.furthest_apart(15), RATIO)],
        {"provider": "Provider", "market": "Market", "measure": "Measure", "segment": "Segment", "grain": "Period",
         "baseline": "Compared with"},
        sort="Apart",
    )  # fmt: skip


def _age() -> Iterator[Builder[Panel]]:
    yield bars(
        About(
            "Silent for longest",
            "From the end of the newest period or window of each provider until now, the 15 longest. Published "
            "figures are months old by nature; beyond its usual rhythm a source has stopped, or we have stopped "
            "reading it.",
        ),
        Place(12, 12, 9),
        Line(queries.newest_age(15), "{{provider}}"),
        SECONDS,
    )
    yield joined_table(
        About(
            "Sources that are watched",
            "When an item of each watched page, feed or folder was last read or found unchanged, of producers that "
            "follow (`paysignal produce --follow`). Where nothing is watched there is one row without a name, of "
            "now.",
        ),
        Place(13, 12, 7),
        [
            Column(
                "Last success",
                "max by (source) (paysignal_producer_source_last_success_timestamp_seconds) * 1000 or on () "
                "vector(time() * 1000)",
                DATE,
            )
        ],
        {"source": "Source"},
        sort="Last success",
    )


def _unrated() -> Iterator[Builder[Panel]]:
    yield chart(
        About(
            "Money without a rate",
            "Levels of money a second that could not be told in dollars or euros since no rate was published for "
            "their period, by currency; `--rates` takes rates of your own.",
        ),
        Place(14, 12, 7),
        [Line(queries.or_zero(queries.rate_by("currency", "paysignal_worker_unrated_total")), "{{currency}}")],
        PER_SECOND,
    )
