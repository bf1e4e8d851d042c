"""`paysignal export --openmetrics`: the past for Prometheus, readings of claims and finals at their event time."""

from collections.abc import Iterable
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from paysignal.command.exporting.past import Source, Span, Told
from paysignal.command.exporting.sheaf import Sheaf
from paysignal.command.parameters import parameters_of
from paysignal.command.rates import published_rates
from paysignal.exposition.openmetrics import END, head_of, samples_of
from paysignal.facts.readings import Reading
from paysignal.history.timeline import timeline

#: Finals put on the sheaf together.
_BATCH = 5_000

#: A progress bar costs ten times what a sample does.
_SHOWN_EVERY = 10_000


def write_openmetrics(source: Source, span: Span, as_of_us: int | None, out: IO[bytes], console: Console) -> int:
    """Writes all samples of the span to `out`, and returns how many; progress goes to `console`."""
    with _bars(console) as bars, Sheaf() as sheaf:
        history = source.history(_telling(bars, "reading facts"))
        parameters, rates = parameters_of(source.settings), published_rates(source.settings.rates)
        told, done, claims = _telling(bars, "computing"), 0, history.counts().claims
        for stretch in timeline(history, parameters, rates, as_of_us):
            # Of one key and moment the later one holds, whatever its version: put as equals.
            sheaf.put((sample, 0) for reading in _within(stretch.readings, span) for sample in samples_of(reading))
            told(done := done + stretch.claims, claims)
        finals = _within(source.finals(_telling(bars, "reading finals")), span)
        sheaf.put((sample, reading.version) for reading in finals for sample in samples_of(reading))
        return _write(sheaf, out, _telling(bars, "writing"))


def _write(sheaf: Sheaf, out: IO[bytes], told: Told) -> int:
    done, total = 0, len(sheaf)
    for name, samples in sheaf.by_name():
        out.write(head_of(name).encode())
        for sample in samples:
            out.write(sample.line().encode())
            done += 1
            if done % _SHOWN_EVERY == 0:
                told(done, total)
    out.write(END.encode())
    out.flush()
    told(done, total)
    return done


def _within(readings: Iterable[Reading], span: Span) -> Iterable[Reading]:
    return (reading for reading in readings if span.holds(reading.event_time))


def _bars(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _telling(bars: Progress, what: str) -> Told:
    task = bars.add_task(what, total=None)
    return lambda done, total: bars.update(task, completed=done, total=total or None)
