"""Averages: money a payment, of a series of values and one of counts; what two keys say together.

The two lie on different partitions, so no worker makes these readings: who holds all facts does, and exposes them. They
have the form of every reading, under the series of the measure `average_spend` and an indicator of their own, so that
they never meet the averages that somebody published.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from paysignal.engine.books import Book
from paysignal.engine.emission.figures import Figure, bound_of
from paysignal.engine.pairs import Level, levels_of
from paysignal.engine.parts.addable import Refusal
from paysignal.engine.parts.spend import COUNT, VALUE, AverageSpend, average_spend
from paysignal.engine.parts.totals import Entry
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Basis, Prices
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Grain
from paysignal.facts.readings import NAMED_INPUTS, Flag, Reading, reading_key
from paysignal.facts.series import Series

AVERAGE: Final = "average_spend"
INDICATOR: Final = "derived_average"
FORMULA: Final = "{value} / {count}"
_DEFINITION: Final = f"{INDICATOR}/1"


@dataclass(frozen=True, slots=True)
class Average:
    """Value over count of one period, with the two levels."""

    value: Level
    count: Level
    spend: AverageSpend


@dataclass(frozen=True, slots=True)
class Averages:
    """All averages of a series, the latest period first; `series` is that of the average."""

    series: Series
    values: Book
    counts: Book
    found: tuple[Average, ...]

    @property
    def supporting(self) -> tuple[Claim, ...]:
        """The claims behind the latest average."""
        latest = self.found[:1]
        return tuple(
            claim for each in latest for level in (each.value, each.count) for claim in level.choice.supporting
        )

    @property
    def key(self) -> str:
        """The key of its reading."""
        return reading_key(self.series.key, INDICATOR, "", "")

    @property
    def reading(self) -> Reading | None:
        """That of the latest period which has both; None where there is none.

        Its version counts the facts of both series, so it rises with either.
        """
        return _reading(self, self.found[0]) if self.found else None


def value_series(average: Series) -> Series:
    """Whose levels stand above the line."""
    return msgspec.structs.replace(average, measure=VALUE)


def count_series(average: Series) -> Series:
    """Whose levels stand below it."""
    return msgspec.structs.replace(average, measure=COUNT, currency="")


def behind(average: Series) -> tuple[str, str]:
    """The keys of the two series that an average is computed from."""
    return value_series(average).key, count_series(average).key


def averages_of(books: Iterable[Book]) -> Iterator[Averages]:
    """Those of every series of values at current prices that has a series of counts, in the order of their keys."""
    held = {book.series: book for book in books}
    for series in sorted(series for series in held if series.measure == VALUE):
        average = msgspec.structs.replace(series, measure=AVERAGE)
        counts = held.get(count_series(average))
        if counts is not None and series.prices is Prices.CURRENT and series.grain is not Grain.OPEN:
            yield Averages(average, held[series], counts, tuple(_averages(held[series], counts)))


def _averages(values: Book, counts: Book) -> Iterator[Average]:
    """Where both were told for exactly one period; none where nothing was counted."""
    counted = {level.period: level for level in levels_of(counts)}
    for value in levels_of(values):
        count = counted.get(value.period)
        if count is not None:
            spend = average_spend([Entry(values.series, value)], [Entry(counts.series, count)])
            if spend is not None and not isinstance(spend, Refusal):
                yield Average(value, count, spend)


def figure_of(average: Average) -> Figure:
    """The average and what it leaves open."""
    amount = average.spend.average
    return Figure(amount.value, amount.interval.low, amount.interval.high)


def _reading(averages: Averages, latest: Average) -> Reading:
    figure, period = figure_of(latest), latest.value.period
    choices = (latest.value.choice, latest.count.choice)
    supporting = averages.supporting
    newest = max(supporting, key=lambda claim: (claim.known_us, str(claim.known_at)))
    flags = {
        Flag.CONFLICT: any(choice.conflicting for choice in choices),
        Flag.ESTIMATED: any(claim.known_at_basis is Basis.ESTIMATED for claim in supporting),
    }
    return Reading(
        series=averages.series,
        indicator=INDICATOR,
        window="",
        baseline="",
        origin="derived",
        value=figure.value,
        low=figure.low,
        high=figure.high,
        bound=bound_of(figure),
        unit=Unit.CURRENCY,
        start=period.start,
        event_time=period.end,
        known_at=str(newest.known_at),
        gap_days=None,
        facts=len(supporting),
        sources=tuple(dict.fromkeys(claim.source.publisher for claim in supporting))[:NAMED_INPUTS],
        inputs=tuple(str(claim.id) for claim in sorted(supporting, key=_newest_first, reverse=True)[:NAMED_INPUTS]),
        flags=tuple(sorted(flag for flag, is_raised in flags.items() if is_raised)),
        final=False,
        version=averages.values.version + averages.counts.version,
        definition=_DEFINITION,
    )


def _newest_first(claim: Claim) -> tuple[int, int, str]:
    return claim.dated.event_us, claim.known_us, str(claim.id)
