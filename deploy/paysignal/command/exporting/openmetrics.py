"""`paysignal export --openmetrics`: the past for Prometheus, readings of claims and finals at their event time."""

from collections.abc import Iterable
from typing import IO

from rich.console import Console

from paysignal.command.exporting.bars import SHOWN_EVERY, bars_of, telling
from paysignal.command.exporting.past import Source, Span, Told
from paysignal.command.exporting.sheaf import Sheaf
from paysignal.command.parameters import parameters_of
from paysignal.command.rates import published_rates
from paysignal.exposition.openmetrics import END, head_of, samples_of
from paysignal.facts.readings import Reading
from paysignal.history.timeline import timeline

#: Finals put on the sheaf together.
_BATCH = 5_000


def write_openmetrics(source: Source, span: Span, as_of_us: int | None, out: IO[bytes], console: Console) -> int:
    """Writes all samples of the span to `out`, and returns how many; progress goes to `console`."""
    with bars_of(console) as bars, Sheaf() as sheaf:
        history = source.history(telling(bars, "reading facts"))
        parameters, rates = parameters_of(source.settings), published_rates(source.settings.rates)
        told, done, claims = telling(bars, "computing"), 0, history.counts().claims
        for stretch in timeline(history, parameters, rates, as_of_us):
            # Of one key and moment the later one holds, whatever its version: put as equals.
            sheaf.put((sample, 0) for reading in _within(stretch.readings, span) for sample in samples_of(reading))
            told(done := done + stretch.claims, claims)
        finals = _within(source.finals(telling(bars, "reading finals")), span)
        sheaf.put((sample, reading.version) for reading in finals for sample in samples_of(reading))
        return _write(sheaf, out, telling(bars, "writing"))


def _write(sheaf: Sheaf, out: IO[bytes], told: Told) -> int:
    done, total = 0, len(sheaf)
    for name, samples in sheaf.by_name():
        out.write(head_of(name).encode())
        for sample in samples:
            out.write(sample.line().encode())
            done += 1
            if done % SHOWN_EVERY == 0:
                told(done, total)
    out.write(END.encode())
    out.flush()
    told(done, total)
    return done


def _within(readings: Iterable[Reading], span: Span) -> Iterable[Reading]:
    return (reading for reading in readings if span.holds(reading.event_time))
