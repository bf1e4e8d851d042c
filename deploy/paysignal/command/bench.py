"""`paysignal bench`: what the worker takes for a job, beside what others take for it in the same run."""

import os
import platform
from collections.abc import Sequence

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from paysignal.command.benching.jobs import JOBS, USUAL_FACTS, Job, job_named
from paysignal.command.benching.measured import Latency, Measured, Restore, Result
from paysignal.command.drawing import stdout_console
from paysignal.command.settings import Settings, with_settings

OURS = "paysignal"
_MIB = 1_048_576


@click.command()
@click.option("--jobs", default=",".join(job.name for job in JOBS), show_default=True, metavar="JOBS",
              help="Which, by name.")  # fmt: skip
@click.option("--facts", type=click.IntRange(min=1_000), default=USUAL_FACTS, show_default=True, help="Facts a job.")
@click.option(
    "--runs", type=click.IntRange(min=1, max=9), default=1, show_default=True, help="Runs of each, interleaved."
)
@click.option("--rivals/--no-rivals", default=True, show_default=True, help="Measure the baselines beside the worker.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line a run on stdout, nothing else there.")
@with_settings("broker", "worker_port")
def bench(*, settings: Settings, jobs: str, facts: int, runs: int, rivals: bool, as_json: bool) -> None:
    """Measure the worker on a broker of its own, and what others need for the same jobs.

    \b
    make bench                                           a Kafka of its own, from the checkout
    paysignal bench --broker 127.0.0.1:9092 --jobs J1    one job, on a broker you have started for it

    Facts per CPU-second are what compares: user and system time of the engine's process, the broker's apart. The broker
    must have none of paysignal's topics: they are filled with made-up facts, and deleted in the end. Needs the extra
    paysignal[bench] (confluent-kafka), which the hand-written baseline and the filling of the topics use; Linux.
    """  # noqa: D301  click wants the backspace itself
    chosen = _chosen(jobs)
    try:
        from paysignal.command.benching.feeding import delete_all, refuse_used
        from paysignal.command.benching.running import Bench
    except ImportError:
        raise click.UsageError("confluent-kafka is missing; install paysignal[bench]") from None
    console = Console(stderr=True, quiet=as_json)
    refuse_used(settings.broker)
    results: list[Result] = []
    try:
        with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as progress:
            run = Bench(settings.broker, settings.worker_port, facts, runs, rivals, progress)
            for result in run.results(chosen):
                results.append(result)
                if as_json:
                    click.echo(_line(result))
    finally:
        delete_all(settings.broker)
    if not as_json:
        _print(results)


def table_of(results: Sequence[Measured]) -> Table:
    """Throughput as people read it: how much more the worker does of the same job per CPU-second."""
    table = _table(("job", "engine", "facts", "facts/s", "per CPU-second", "paysignal does", "MiB"))
    ours = {each.job: each.facts_per_cpu_second for each in reversed(results) if each.engine == OURS}
    for each in results:
        ratio = "" if each.engine == OURS else f"{ours[each.job] / each.facts_per_cpu_second:,.2f} ×"
        table.add_row(
            each.job, each.engine, f"{each.facts:,}", f"{each.facts_per_second:,.0f}",
            f"{each.facts_per_cpu_second:,.0f}", ratio, f"{each.rss_bytes / _MIB:,.0f}",
        )  # fmt: skip
    return table


def _latency_table(results: Sequence[Latency]) -> Table:
    table = _table(("job", "engine", "facts", "p50", "p99", "of one CPU", "MiB"))
    for each in results:
        table.add_row(
            each.job, each.engine, f"{each.facts:,}", f"{each.p50_ms:.1f} ms", f"{each.p99_ms:.1f} ms",
            f"{each.cpu_share:.0%}", f"{each.rss_bytes / _MIB:,.0f}",
        )  # fmt: skip
    return table


def _restore_table(results: Sequence[Restore]) -> Table:
    table = _table(("job", "engine", "series", "assignment to first fetch", "CPU-seconds with start", "MiB"))
    for each in results:
        table.add_row(
            each.job, each.engine, f"{each.series:,}", f"{each.seconds:.2f} s", f"{each.cpu_seconds:.1f}",
            f"{each.rss_bytes / _MIB:,.0f}",
        )  # fmt: skip
    return table


def _table(columns: Sequence[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="left" if column in {"job", "engine"} else "right")
    return table


def _line(result: Result) -> str:
    told = msgspec.to_builtins(result)
    if isinstance(result, Measured):
        told |= {
            "facts_per_second": round(result.facts_per_second, 1),
            "facts_per_cpu_second": round(result.facts_per_cpu_second, 1),
        }
    return msgspec.json.encode(told).decode()


def _print(results: Sequence[Result]) -> None:
    console = stdout_console()
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    console.print(table_of([each for each in results if isinstance(each, Measured)]))
    if latencies := [each for each in results if isinstance(each, Latency)]:
        console.print(_latency_table(latencies))
    if restores := [each for each in results if isinstance(each, Restore)]:
        console.print(_restore_table(restores))


def _chosen(text: str) -> list[Job]:
    found = {name: job_named(name) for name in text.split(",") if name.strip()}
    if unknown := [name for name, job in found.items() if job is None]:
        raise click.UsageError(f"{', '.join(unknown)}: the jobs are {', '.join(job.name for job in JOBS)}")
    return [job for job in found.values() if job is not None]
