"""What follows from the runs: the fit with its errors, and a table of 10⁴ to 10⁷ facts a second. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from tests.tools.scaling.model import LAWS, Model, Run

#: A worker is one process of one thread: so much of a CPU leaves room to catch up after a fault.
_BUSY: Final = 0.6

#: Series per fact a second: as many as 10,000 a second of a thousand series.
_SERIES_A_FACT: Final = 0.1

#: Readings of a series in these runs, and how often a second pacing lets a busy one be told at most.
_READINGS: Final = 5
_TELLINGS: Final = 1.0

_DAY: Final = 86_400
#: Event time over which the ids of a 24 h window are held, and a default ring of 90 days with its lateness.
_RING_24H: Final = _DAY + 2 * 3_600
_RING_90D: Final = 91 * _DAY

#: Measured elsewhere: docs/performance.md and CHANGELOG tell where.
_BOARD_READS: Final = 35_000
_BOARD_HOLDS: Final = 100_000

_RATES: Final = (10_000, 100_000, 1_000_000, 10_000_000)
_FACTORS: Final = {"worker_cpu": 1e6, "broker_cpu": 1e6}
_UNITS: Final = {"worker_cpu": "µs of CPU", "broker_cpu": "µs of CPU"}


@dataclass(frozen=True, slots=True)
class Need:
    """What a rate needs."""

    rate: int
    series: float
    outputs: float
    workers: int
    partitions: int
    broker_cpus: float
    ids_bytes: float
    sequences_bytes: float
    series_bytes: float
    day_bytes: float
    exporters: int

    @classmethod
    def of(cls, rate: int, model: Model) -> "Need":
        """By the model, of the workload of the runs with ten facts a second and series."""
        series = rate * _SERIES_A_FACT
        outputs = series * _READINGS * _TELLINGS
        told = model.coefficients
        cpus = rate * told["worker_cpu"]["facts"] + outputs * told["worker_cpu"]["outputs"]
        workers = ceil(cpus / _BUSY)
        partitions = max(8, 2 ** ceil(_log2(2 * workers)))
        cpus += partitions * told["worker_cpu"]["partition_seconds"]
        broker = rate * told["broker_cpu"]["facts"] + outputs * told["broker_cpu"]["outputs"]
        broker += partitions * told["broker_cpu"]["partition_seconds"]
        return cls(
            rate=rate, series=series, outputs=outputs, workers=ceil(cpus / _BUSY), partitions=partitions,
            broker_cpus=broker,
            ids_bytes=rate * _RING_24H * told["grown_bytes"]["facts"],
            sequences_bytes=series * 8,
            series_bytes=series * told["grown_bytes"]["series"],
            day_bytes=rate * _DAY * told["fact_disk_bytes"]["facts"],
            exporters=max(ceil(outputs / _BOARD_READS / _BUSY), ceil(series * _READINGS / _BOARD_HOLDS)),
        )  # fmt: skip


def _log2(number: int) -> float:
    return float((number - 1).bit_length())


def lines(runs: Sequence[Run]) -> Iterator[str]:
    """Markdown: what was measured, the fit, its errors, the table."""
    model = Model.fitted(runs)
    yield from _measured(runs)
    yield ""
    yield from _fit(model)
    yield ""
    yield from _errors(runs, model)
    yield ""
    yield from _needs(model)


def _measured(runs: Sequence[Run]) -> Iterator[str]:
    heads = "workers", "partitions", "series", "facts", "finals", "outputs", "facts/s", "worker CPU s", "broker CPU s"
    yield f"| {' | '.join(heads)} | MiB grown |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for run in runs:
        yield (
            f"| {run.workers} | {run.partitions} | {run.series:,} | {run.facts:,}{'' if run.fitted else ' *'} | "
            f"{'sent' if run.finals else 'off'} | {run.outputs:,} | {run.facts / run.seconds:,.0f} | "
            f"{run.worker_cpu:.1f} | {run.broker_cpu:.1f} | {run.grown_bytes / 2**20:,.0f} |"
        )


def _fit(model: Model) -> Iterator[str]:
    yield "| cost | is |"
    yield "|---|---|"
    for law in LAWS:
        told, factor = model.coefficients[law.cost], _FACTORS.get(law.cost, 1.0)
        unit = _UNITS.get(law.cost, "bytes")
        terms = [f"{value * factor:,.3g} {unit} × {name.replace('_', '-')}" for name, value in told.items() if value]
        yield f"| {law.cost.replace('_', ' ')} | {' + '.join(terms)} |"


def _errors(runs: Sequence[Run], model: Model) -> Iterator[str]:
    yield "| the model is beside | runs it was fitted on, at most | the run it was not fitted on |"
    yield "|---|---|---|"
    for law in LAWS:
        worst = max((model.error(law, run) for run in law.measured(runs, fitted=True)), key=abs)
        unseen = [f"{model.error(law, run):+.0%}" for run in law.measured(runs, fitted=False)]
        yield f"| {law.cost.replace('_', ' ')} | {worst:+.0%} | {', '.join(unseen) or 'not measured'} |"


def _needs(model: Model) -> Iterator[str]:
    yield (
        "| facts/s | series | outputs/s | workers | partitions | broker CPUs | ids, 24 h | sequences | series | "
        "facts on disk, a day | exporters |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for need in (Need.of(rate, model) for rate in _RATES):
        yield (
            f"| {need.rate:,} | {need.series:,.0f} | {need.outputs:,.0f} | {need.workers:,} | {need.partitions:,} | "
            f"{need.broker_cpus:,.1f} | {sized(need.ids_bytes)} | {sized(need.sequences_bytes)} | "
            f"{sized(need.series_bytes)} | {sized(need.day_bytes)} | {need.exporters:,} |"
        )


def sized(number: float) -> str:
    """Bytes in words."""
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if number < 1_000 or unit == "TB":
            return f"{number:,.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"
        number /= 1_000
    raise AssertionError
