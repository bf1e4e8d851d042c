"""The cost model: linear in what goes in and out, fitted by least squares without negative costs. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import msgspec
import numpy as np


class Run(msgspec.Struct, frozen=True):
    """One run: what it was given, what came out, and what it took.

    CPU seconds are user and system time of all workers, and of the broker, from the first fact to the last checkpoint.
    `grown_bytes` are what the workers held at the end beyond what they held before the first fact. A cost of 0 was not
    measured.
    """

    workers: int
    partitions: int
    series: int
    facts: int
    finals: bool
    fitted: bool
    outputs: int
    seconds: float
    worker_cpu: float
    broker_cpu: float
    grown_bytes: int
    fact_disk_bytes: int
    output_disk_bytes: int
    state_disk_bytes: int

    @property
    def name(self) -> str:
        """What it was given, for tables."""
        return f"{self.workers} workers, {self.partitions} partitions, {self.series:,} series, {self.facts:,} facts"


Feature = Callable[[Run], float]


@dataclass(frozen=True, slots=True)
class Law:
    """A cost as a sum of coefficients times features, with the names of both."""

    cost: str
    of: Feature
    features: tuple[tuple[str, Feature], ...]

    def measured(self, runs: Sequence[Run], *, fitted: bool) -> list[Run]:
        """The runs that were, or were not, fitted on, and in which this cost was measured."""
        return [run for run in runs if run.fitted is fitted and self.of(run)]


LAWS: Final = (
    Law("worker_cpu", lambda run: run.worker_cpu, (
        ("facts", lambda run: run.facts),
        ("outputs", lambda run: run.outputs),
        ("partition_seconds", lambda run: run.partitions * run.seconds),
    )),
    Law("broker_cpu", lambda run: run.broker_cpu, (
        ("facts", lambda run: run.facts),
        ("outputs", lambda run: run.outputs),
        ("partition_seconds", lambda run: run.partitions * run.seconds),
    )),
    Law("grown_bytes", lambda run: run.grown_bytes, (
        ("facts", lambda run: run.facts),
        ("series", lambda run: run.series),
        ("workers", lambda run: run.workers),
    )),
    Law("fact_disk_bytes", lambda run: run.fact_disk_bytes, (("facts", lambda run: run.facts),)),
    Law("output_disk_bytes", lambda run: run.output_disk_bytes, (("outputs", lambda run: run.outputs),)),
    Law("state_disk_bytes", lambda run: run.state_disk_bytes, (
        ("facts", lambda run: run.facts),
        ("series", lambda run: run.series),
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """Coefficients by cost and feature, fitted on those runs that say so."""

    coefficients: dict[str, dict[str, float]]

    @classmethod
    def fitted(cls, runs: Sequence[Run]) -> "Model":
        """Least squares of relative errors: a large run weighs no more than a small one."""
        return cls({law.cost: _fit(law, law.measured(runs, fitted=True)) for law in LAWS})

    def cost(self, law: Law, run: Run) -> float:
        """What a run should have taken."""
        told = self.coefficients[law.cost]
        return sum(told[name] * feature(run) for name, feature in law.features)

    def error(self, law: Law, run: Run) -> float:
        """By how much of what was measured the model is beside it; positive: it says too much."""
        return self.cost(law, run) / law.of(run) - 1


def _fit(law: Law, runs: Sequence[Run]) -> dict[str, float]:
    """The best of all subsets of features whose coefficients are all positive: a negative cost explains nothing."""
    measured = np.array([law.of(run) for run in runs])
    columns = np.array([[feature(run) for _, feature in law.features] for run in runs]) / measured[:, None]
    best, least = np.zeros(len(law.features)), np.inf
    for size in range(1, len(law.features) + 1):
        for chosen in combinations(range(len(law.features)), size):
            found = np.linalg.lstsq(columns[:, chosen], np.ones(len(runs)), rcond=None)[0]
            left = float(np.square(columns[:, chosen] @ found - 1).sum())
            if (found >= 0).all() and left < least:
                best, least = np.zeros(len(law.features)), left
                best[list(chosen)] = found
    return {name: float(value) for (name, _), value in zip(law.features, best, strict=True)}
