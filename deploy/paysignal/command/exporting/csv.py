"""`paysignal export --csv`: facts, readings or finals as a table, by the rules of the API's CSV."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Final

import msgspec
from rich.console import Console

from paysignal.command.exporting.bars import SHOWN_EVERY, bars_of, telling
from paysignal.command.exporting.past import Source, Span, Told
from paysignal.command.exporting.pile import Pile
from paysignal.command.parameters import parameters_of
from paysignal.command.rates import published_rates
from paysignal.facts.readings import Reading
from paysignal.history.rows import FactRow
from paysignal.history.store import History
from paysignal.history.telling import fact_row
from paysignal.history.timeline import timeline
from paysignal.page.query.csv import csv_of, lines_of

#: Rows made into text together.
_ROWS: Final = 1_000


class PastRow(msgspec.Struct, frozen=True):
    """A reading of the past under its key."""

    key: str
    reading: Reading


def write_csv(table: str, source: Source, span: Span, as_of_us: int | None, out: IO[bytes], *, console: Console) -> int:
    """Writes the rows of `table` (facts, readings or finals) in the span to `out`, and returns how many.

    Facts come by provider and event time, with what was taken back among them; readings and finals by key and event
    time, one of each: the corrected one where there is one. Progress goes to `console`.
    """
    with bars_of(console) as bars:
        if table == "facts":
            history = source.history(telling(bars, "reading facts"))
            rows = _facts(history, span, as_of_us)
            return _write(FactRow, rows, history.counts().claims, out, telling(bars, "writing"))
        with Pile() as pile:
            if table == "readings":
                history = source.history(telling(bars, "reading facts"))
                _pile_up(pile, history, source, span, as_of_us, told=telling(bars, "computing"))
            else:
                finals = source.finals(telling(bars, "reading finals"))
                pile.put(each for each in finals if span.holds(each.event_time))
            past = (PastRow(each.key, each) for each in pile)
            return _write(PastRow, past, len(pile), out, telling(bars, "writing"))


def _facts(history: History, span: Span, as_of_us: int | None) -> Iterator[FactRow]:
    for provider in history.providers():
        for held in history.facts_of_provider(provider, as_of_us):
            if span.holds(held.claim.dated.end):
                yield fact_row(held)


def _pile_up(pile: Pile, history: History, source: Source, span: Span, as_of_us: int | None, *, told: Told) -> None:
    done, claims = 0, history.counts().claims
    for stretch in timeline(history, parameters_of(source.settings), published_rates(source.settings.rates), as_of_us):
        pile.put(each for each in stretch.readings if span.holds(each.event_time))
        told(done := done + stretch.claims, claims)


def _write(
    row_type: type[msgspec.Struct], rows: Iterable[msgspec.Struct], total: int, out: IO[bytes], told: Told
) -> int:
    out.write(csv_of(row_type, ()))
    done, left = 0, iter(rows)
    while some := list(islice(left, _ROWS)):
        out.write(lines_of(row_type, some))
        done += len(some)
        if done % SHOWN_EVERY == 0:
            told(done, total)
    out.flush()
    told(done, total)
    return done
