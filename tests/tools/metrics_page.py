"""docs/metrics.md, written from the code: `python -m tests.tools.metrics_page` in the checkout.

Every metric with its labels and help: those over readings from their table, the others from registries.
"""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric

from paysignal.exposition.families import EVENT_TIME, FAMILIES, FINDINGS, FLAGGED, INDICATORS, SERIES_LABELS, Family
from tests.tools.exposed import exporter_registry, producer_registry, worker_registry
from tests.tools.need import CHECKOUT

PAGE = CHECKOUT / "docs" / "metrics.md"

_HEAD = """# Metrics

Written by `python -m tests.tools.metrics_page` from the code; a test holds it to that. Every process serves
`/metrics` as Prometheus' text or, by content negotiation, as OpenMetrics (with exemplars), gzipped where asked for.
The ports of `paysignal up`: exporter 9464, worker 9465, producer 9466 (while it follows or paces its sources).

Values stand at the time of the scrape; what they are of is `paysignal_reading_event_timestamp_seconds`. Base units:
ratios (1 is +100 %), seconds, bytes; money in the currency of the label. Where a metric has `_low` and `_high`,
these are there when the interval is one-sided or wider than 1 % of the value. An undefined indicator has no sample,
never a 0.

## What bounds them

At most `--max-series` (100,000) readings are held; a new one beyond is dropped and counted
(`paysignal_exporter_series_dropped_total{reason="full"}`). A published figure is shown for `--series-ttl-seconds`
(500 days) after it was sent, a window over increments for `--window-ttl-seconds` (a week); what expires is counted
as well ([why](decisions/034-figures-live-longer-than-windows.md)). Label values are slugs and codes of at most 64
characters; a window or baseline of any length is cut at 128 and told apart by a hash.

## The past

A scrape stores what is known now. What was published before comes in by a file:

```
paysignal export --openmetrics > past.om
promtool tsdb create-blocks-from openmetrics --max-block-duration=8760h past.om DATA
prometheus --storage.tsdb.path=DATA --storage.tsdb.retention.time=100y …
```

Each figure then has one sample at its event time, under the name and labels it is scraped with. Prometheus looks
back five minutes, so ask over time: `last_over_time(paysignal_level{provider="upi"}[400d])`. `--since`, `--until`
cut it, `--as-of T` writes what was known then ([decision
035](decisions/035-the-past-is-computed-along-event-time.md)).

## Over readings

All have the labels {series} of their series, and those in the table; those with ± have `_low` and `_high` beside
them.

| metric | labels | says | indicators |
|---|---|---|---|
"""
_OWN = """
## Of the {process}

| metric | type | labels | says |
|---|---|---|---|
"""
_SUFFIX = {"counter": "_total", "info": "_info"}
_PROCESSES = {"exporter": exporter_registry, "worker": worker_registry, "producer": producer_registry}


def text() -> str:
    """The page."""
    series = ", ".join(f"`{name}`" for name in SERIES_LABELS)
    parts = [_HEAD.replace("{series}", series), *map(_line, (*FAMILIES, EVENT_TIME, FLAGGED, FINDINGS))]
    for process, registry in _PROCESSES.items():
        parts += [_OWN.format(process=process), *_own(registry())]
    return "".join(parts)


def _line(family: Family) -> str:
    ends = " ±" if family.interval else ""
    labels = [*family.labels, *(["flag"] if family is FLAGGED else [])]
    indicators = [name for name, shown in INDICATORS.items() if shown.family is family]
    told = _all_but_axes(indicators)
    return f"| `{family.name}`{ends} | {_listed(labels)} | {family.help} | {_listed(told)} |\n"


def _all_but_axes(indicators: Iterable[str]) -> list[str]:
    """Cross-sections once, whatever they are over."""
    found = [
        f"{name.rpartition('_')[0]}_…" if name.rpartition("_")[0].endswith(("_over", "_among")) else name
        for name in indicators
    ]
    return list(dict.fromkeys(found))


def _own(registry: CollectorRegistry) -> Iterator[str]:
    over_readings = {family.name + end for family in (*FAMILIES, EVENT_TIME, FLAGGED) for end in ("", "_low", "_high")}
    for metric in sorted(registry.collect(), key=lambda each: each.name):
        if metric.name not in over_readings and not metric.name.startswith("process_"):
            yield _own_line(metric)


def _own_line(metric: Metric) -> str:
    labels = sorted({name for sample in metric.samples for name in sample.labels} - {"le"})
    name = f"{metric.name}{_SUFFIX.get(metric.type, '')}"
    return f"| `{name}` | {metric.type} | {_listed(labels)} | {metric.documentation} |\n"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
