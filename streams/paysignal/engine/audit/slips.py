"""Slips of unit: figures that are right but for a power of ten, lakh for crore or millions for billions."""

import math
from collections.abc import Iterable, Iterator
from typing import Final

from paysignal.engine.audit.findings import Finding, Rule
from paysignal.engine.audit.kin import Kin, KinKey, ids_of
from paysignal.engine.books import Book
from paysignal.engine.choice import Choice
from paysignal.engine.pairs import Level
from paysignal.facts.claims import Claim
from paysignal.facts.intervals import Interval
from paysignal.facts.kinds import Kind
from paysignal.facts.periods import Period

#: Slips people make, by factor.
NAMES: Final = {
    10: "a digit",
    100: "lakh for crore",
    1_000: "thousands, millions or billions for one another",
    100_000: "lakh for units",
    1_000_000: "millions for units",
    10_000_000: "crore for units",
}

#: Between neighbouring periods an average payment stays within a factor of a few; a slip moves it by a power of ten.
#: The tolerance, in powers of ten, leaves room for real growth between the two (10 ** 0.2 is 58 %).
_TOLERANCE: Final = 0.2


def check_conflicts(books: Iterable[Book]) -> Iterator[Finding]:
    """Conflicting levels that would agree, digits and all, but for a power of ten; bounds agree with anything."""
    for book in books:
        for period, _, choice in book.choices(Kind.LEVEL):
            if not math.isfinite(choice.interval.width):
                continue
            for claim in filter(_two_sided, choice.conflicting):
                for factor in NAMES:
                    up, down = _scaled(claim.interval, factor), _scaled(claim.interval, 1 / factor)
                    if up.meets(choice.interval) or down.meets(choice.interval):
                        note = (
                            f"{claim.value:g} is {choice.shown.value:g} of {choice.shown.source.publisher} but for a "
                            f"factor of {factor:,}: {NAMES[factor]}"
                        )
                        yield Finding(
                            Rule.UNIT_SLIP, (str(claim.id),), book.series.key, period.text, claim.value,
                            choice.shown.value, choice.interval, note,
                        )  # fmt: skip


def check_averages(families: dict[KinKey, Kin]) -> Iterator[Finding]:
    """Counts or values whose average payment jumps by a power of ten against the neighbouring period."""
    for key, kin in families.items():
        counts = families.get((key[0], key[1], "transactions", *key[3:]))
        if key[2] == "transaction_value" and counts is not None:
            for values in kin.with_levels:
                for count in counts.with_levels:
                    yield from _check_pairs(values, count)


def _check_pairs(values: Book, counts: Book) -> Iterator[Finding]:
    by_period = {(period.start, period.end): choice for period, _, choice in counts.choices(Kind.LEVEL)}
    both = [
        (period, choice, by_period[period.start, period.end])
        for period, _, choice in reversed(values.choices(Kind.LEVEL))
        if by_period.get((period.start, period.end)) is not None
    ]
    usable = [entry for entry in both if entry[1].shown.value > 0 and entry[2].shown.value > 0]
    found = (each for at in range(1, len(usable)) for each in _compare(values, counts, usable, at))
    # A slip between two good neighbours is found from both sides.
    yield from {(each.series_key, each.claims): each for each in found}.values()


_Entry = tuple[Period, Choice, Choice]
_VALUE: Final = 1
_COUNT: Final = 2


def _compare(values: Book, counts: Book, entries: list[_Entry], at: int) -> Iterator[Finding]:
    """The slip between the entry before `at` and the one there, if any."""
    earlier, later = entries[at - 1], entries[at]
    factor = _factor(earlier, later)
    if factor is None:
        return
    for book, part in ((values, _VALUE), (counts, _COUNT)):
        first, second = _level(earlier, part), _level(later, part)
        # Of value and count the one that moved by about the factor itself has slipped.
        if _power_of_ten(second.choice.shown.value / first.choice.shown.value) == factor:
            slipped, other = (first, second) if _is_earlier(entries, at, part) else (second, first)
            lost = other.choice.shown.value > slipped.choice.shown.value
            computed = slipped.choice.shown.value * (factor if lost else 1 / factor)
            note = (
                f"{slipped.choice.shown.value:g} makes the average payment jump by a factor of {factor:,} between "
                f"{earlier[0].text} and {later[0].text}: {NAMES[factor]}; {computed:.6g} goes with its neighbours"
            )
            yield Finding(
                Rule.UNIT_SLIP, ids_of(slipped.choice), book.series.key, slipped.period.text,
                slipped.choice.shown.value, computed, other.choice.interval, note,
            )  # fmt: skip


def _is_earlier(entries: list[_Entry], at: int, part: int) -> bool:
    """Whether of the two entries around a jump the earlier one slipped.

    The one that is off its other neighbour as well did; where neither is, as with two periods only, the smaller figure
    is taken for the slipped one: units are lost, not invented.
    """
    if at > 1 and _factor(entries[at - 2], entries[at - 1]) is not None:
        return True
    if at + 1 < len(entries) and _factor(entries[at], entries[at + 1]) is not None:
        return False
    return _level(entries[at - 1], part).choice.shown.value < _level(entries[at], part).choice.shown.value


def _factor(earlier: _Entry, later: _Entry) -> int | None:
    """The factor by which the average payment jumps between the two; None when it does not."""
    return _power_of_ten(_average(later) / _average(earlier))


def _average(entry: _Entry) -> float:
    return entry[1].shown.value / entry[2].shown.value


def _level(entry: _Entry, index: int) -> Level:
    return Level(entry[0], entry[1] if index == _VALUE else entry[2])


def _power_of_ten(ratio: float) -> int | None:
    """The factor in `NAMES` that the ratio, or its inverse, is near; None when it is none."""
    size = abs(math.log10(ratio))
    factor = 10 ** round(size)
    return factor if factor in NAMES and abs(size - round(size)) <= _TOLERANCE else None


def _two_sided(claim: Claim) -> bool:
    return math.isfinite(claim.interval.width)


def _scaled(interval: Interval, factor: float) -> Interval:
    return Interval(*(None if end is None else end * factor for end in (interval.low, interval.high)))
