"""A stock that never fell, falls: users are counted anew, not lost by the million."""

from typing import Final

from paysignal.engine.books import Book
from paysignal.engine.breaks.changes import change_of, deviation_from
from paysignal.engine.breaks.suspicion import BreakRule, Measured, Suspicion
from paysignal.engine.pairs import Pair, pairs
from paysignal.facts.kinds import Comparison
from paysignal.facts.measures import Unit, measure_named
from paysignal.facts.periods import Grain

#: A stock that rose from three observations to the next has not shown that it does not fall.
FEWEST_EARLIER: Final = 4

#: Spreads below the usual change. A stock whose pace scatters by more than it rises was going to fall some day, and one
#: that slowed down for years turns gently (PayPal in 2023: 0.5 % down where 3 % up, give or take 2, were usual). Both
#: are business; a recount is a step.
LEAST_SCORE: Final = 2.0

#: Half a percent: what rounding and publication days move a stock by.
LEAST_SPREAD: Final = 0.005


def fell(book: Book) -> list[Suspicion]:
    """The falls of a stock that never fell before, earliest first. Called for each touched series: it reads one book.

    It certainly falls when the digits of the two observations leave no common truth. Behind a suspected fall, and
    behind a declared break, the series begins anew. One that falls without suspicion (too early, or in the course of
    things) is a stock that falls, and is not suspected again. Valuations fall with the market, and
    surveyed shares by chance: both are no counts.
    """
    if book.series.grain is not Grain.INSTANT or measure_named(book.series.measure).unit in {Unit.CURRENCY, Unit.RATIO}:
        return []
    if book.has_only_risen():  # intervals hold their shown values, so none of them certainly lies below another
        return []
    found: list[Suspicion] = []
    rises: list[Pair] = []
    falls, last = False, None
    for pair in reversed(list(pairs(book, Comparison.PREVIOUS))):
        if pair.base.period != last:  # the first, or the first behind a declared break
            rises, falls = [], False
        last = pair.current.period
        if not _certainly_lower(pair):
            rises.append(pair)
        elif not falls and len(rises) + 1 >= FEWEST_EARLIER and _is_step(pair, rises):
            found.append(_suspicion(book, pair, len(rises) + 1))
            rises = []
        else:
            falls = True
    return found


def _certainly_lower(pair: Pair) -> bool:
    current, base = pair.current.choice.interval, pair.base.choice.interval
    return current.high is not None and base.low is not None and current.high < base.low


def _is_step(fall: Pair, rises: list[Pair]) -> bool:
    """Whether the fall is off the stock's course; one to nothing at all always is."""
    change = change_of(fall)
    usual = [each for each in map(change_of, rises) if each is not None]
    return change is None or not usual or deviation_from(change, usual, LEAST_SPREAD).score <= -LEAST_SCORE


def _suspicion(book: Book, pair: Pair, earlier: int) -> Suspicion:
    current, base = pair.current, pair.base
    change = current.choice.shown.value / base.choice.shown.value - 1
    note = (
        f"{book.series.measure} of {book.series.provider} never fell in {earlier} observations up to "
        f"{base.period.end}, then fell by {-change:.1%} to {current.period.end}"
    )
    return Suspicion(
        BreakRule.STOCK_FELL, (book.series.key,), base.period.end, current.period.end, note,
        (Measured("change", change), Measured("earlier_observations", earlier)),
    )  # fmt: skip
