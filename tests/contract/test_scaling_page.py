"""docs/scaling.md says what follows from the runs that are written down beside it."""

import msgspec
import pytest

from tests.tools.need import CHECKOUT
from tests.tools.scaling.__main__ import told
from tests.tools.scaling.model import LAWS, Model, Run
from tests.tools.scaling.table import lines, sized

RUNS = CHECKOUT / "docs" / "scaling.jsonl"
PAGE = CHECKOUT / "docs" / "scaling.md"


def test_the_page_has_the_tables_of_the_runs() -> None:
    """Every line of every table; `python -m tests.tools.scaling docs/scaling.jsonl --told` prints them."""
    page = PAGE.read_text(encoding="utf-8").splitlines()

    assert [] == [line for line in lines(told(RUNS)) if line and line not in page]


def test_the_runs_are_those_that_were_asked_for() -> None:
    """One and two workers on 1, 4 and 16 partitions, and one run that the model was not fitted on."""
    runs = told(RUNS)

    assert {(run.workers, run.partitions) for run in runs if run.fitted} >= {
        (workers, partitions) for workers in (1, 2) for partitions in (1, 4, 16)
    }
    assert len([run for run in runs if not run.fitted]) == 1


def _made(facts: int, outputs: int, partitions: int, *, fitted: bool = True) -> Run:
    """A run that took exactly 5 and 2 µs, and 0.01 s a partition and second."""
    return Run(
        workers=1, partitions=partitions, series=100, facts=facts, finals=True, fitted=fitted, outputs=outputs,
        seconds=10.0, worker_cpu=5e-6 * facts + 2e-6 * outputs + 0.1 * partitions, broker_cpu=1e-6 * facts,
        grown_bytes=60 * facts, fact_disk_bytes=50 * facts, output_disk_bytes=40 * outputs, state_disk_bytes=44 * facts,
    )  # fmt: skip


def test_the_fit_finds_the_costs_that_made_the_runs() -> None:
    """To the digit where there is no noise, and nothing for what costs nothing; errors are told with their sign."""
    runs = [_made(*each) for each in ((100_000, 50_000, 1), (100_000, 400_000, 4), (300_000, 10_000, 16))]
    model = Model.fitted(runs)
    worker, broker = LAWS[:2]

    assert model.coefficients["worker_cpu"] == pytest.approx(
        {"facts": 5e-6, "outputs": 2e-6, "partition_seconds": 0.01}, rel=1e-6
    )
    assert model.coefficients["broker_cpu"] == pytest.approx(
        {"facts": 1e-6, "outputs": 0.0, "partition_seconds": 0.0}, abs=1e-12
    )
    slower = msgspec.structs.replace(_made(200_000, 100_000, 8, fitted=False), broker_cpu=0.4)
    assert pytest.approx(-0.5) == model.error(broker, slower)
    assert pytest.approx(0.0, abs=1e-6) == model.error(worker, slower)


def test_sizes_are_told_in_words() -> None:
    """Two digits at least."""
    assert ["0.5 B", "12 B", "9.9 KB", "432 GB", "4,320 TB"] == [
        sized(each) for each in (0.5, 12, 9_900, 432e9, 4_320e12)
    ]
