"""What the bench is made of: jobs, facts, results."""

import io
from itertools import islice

import pytest
from click.testing import CliRunner
from rich.console import Console

from paysignal.command.bench import bench, table_of
from paysignal.command.benching.facts import facts_of
from paysignal.command.benching.jobs import JOBS, Job, job_named
from paysignal.command.benching.measured import Measured
from paysignal.engine.parameters import asked_of
from paysignal.facts import wire
from paysignal.facts.claims import Claim
from paysignal.facts.identity import claim_id
from paysignal.facts.increments import Increment


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_the_facts_of_a_job_are_facts_of_so_many_series(job: Job) -> None:
    """Each value decodes, its key is the fact's, and after one fact of each series the first has its turn again."""
    made = list(islice(facts_of(job, 2_000), 2_000))

    facts = [wire.decode_fact(value) for _, value in made]
    assert len(made) == len({fact.id for fact in facts if isinstance(fact, Claim | Increment)})
    assert [key for key, _ in made] == [f.partition_key.encode() for f in facts if isinstance(f, Claim | Increment)]
    assert min(job.series, 2_000) == len({key for key, _ in made})


def test_claims_carry_the_ids_that_their_fields_give_them() -> None:
    """Or a worker would reject every one of them and the job would measure nothing."""
    (_, value), *_ = facts_of(JOBS[4], 1)
    claim = wire.decode_claim(value)

    assert isinstance(claim, Claim)
    assert claim.id == claim_id(claim)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_jobs_windows_are_ones_that_a_worker_takes(job: Job) -> None:
    """They are written in the words of its setting."""
    assert bool(job.windows) == bool(asked_of(job.windows))
    assert job is job_named(job.name.lower())


def test_the_table_compares_per_cpu_second_within_a_job() -> None:
    """Twice the facts per CPU-second is 2 times, whatever the clock on the wall said."""
    results = [
        Measured("J1", "paysignal", 1_000, seconds=10.0, cpu_seconds=1.0, rss_bytes=1 << 20),
        Measured("J1", "hand-written", 1_000, seconds=1.0, cpu_seconds=2.0, rss_bytes=1 << 20),
    ]
    console = Console(file=io.StringIO(), width=120)

    console.print(table_of(results))

    assert "2.00 ×" in console.file.getvalue()  # type: ignore[attr-defined]


def test_an_unknown_job_is_bad_usage() -> None:
    """The message lists those there are."""
    done = CliRunner().invoke(bench, ["--jobs", "J9"])

    assert done.exit_code == 2
    assert "J9: the jobs are J0, J1" in done.output
