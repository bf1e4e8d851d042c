"""Average spend over parts and periods: Σ value / Σ count, never a mean of means.

A mean of the parts' averages would weigh the smallest part like the largest: Rs. 100 on average in a thousand payments
and Rs. 1,000 in one are Rs. 100.90 together, not Rs. 550.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paysignal.engine.parts.addable import Refusal, Why
from paysignal.engine.parts.totals import Amount, Entry, quotient, total
from paysignal.facts.periods import Period

VALUE = "transaction_value"
COUNT = "transactions"

_What = tuple[str, str, str, Period]


@dataclass(frozen=True, slots=True)
class AverageSpend:
    """Money a payment, in units of `currency`, over the parts and periods behind `value` and `count`."""

    average: Amount
    value: Amount
    count: Amount
    currency: str


def average_spend(values: Iterable[Entry], counts: Iterable[Entry]) -> AverageSpend | Refusal | None:
    """Σ of the values over Σ of the counts of the same parts and periods; a refusal where they do not fit.

    Called by history, the page and the tests. Both have to be addable, in one currency, with a count for every value
    and a value for every count; without any payment there is no average. None when nothing is given.
    """
    paid, made = list(values), list(counts)
    if not paid and not made:
        return None
    refusal = _unmatched(paid, made) or _mismeasured(paid, VALUE) or _mismeasured(made, COUNT)
    if refusal is not None:
        return refusal
    value, count = total(paid), total(made)
    if isinstance(value, Refusal):
        return value
    if isinstance(count, Refusal):
        return count
    if not count.value > 0:
        return Refusal(Why.ZERO, made[0].series)
    average = Amount(value.value / count.value, quotient(value.interval, count.interval))
    return AverageSpend(average, value, count, paid[0].series.currency)


def _unmatched(paid: Sequence[Entry], made: Sequence[Entry]) -> Refusal | None:
    """A value without its count, or the other way round."""
    of_values, of_counts = ({_what(entry): entry for entry in entries} for entries in (paid, made))
    lonely = of_values.keys() ^ of_counts.keys()
    if lonely:
        first = min(lonely, key=lambda what: (*what[:3], what[3].text))
        return Refusal(Why.COUNTERPART, (of_values.get(first) or of_counts[first]).series)
    return None


def _mismeasured(entries: Sequence[Entry], measure: str) -> Refusal | None:
    wrong = next((entry.series for entry in entries if entry.series.measure != measure), None)
    return None if wrong is None else Refusal(Why.MEASURE, wrong)


def _what(entry: Entry) -> _What:
    series = entry.series
    return series.provider, series.market, series.segment, entry.level.period
