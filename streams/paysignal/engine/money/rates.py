"""Rates: dated exchange rates as published, and what they are over a period or on a day.

A rate that was not published is not guessed: outside the dates that a table holds, and beyond its reach on a day
without one, there is no rate and hence no figure.
"""

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.facts.errors import PaySignalError
from paysignal.facts.markets import checked_currency
from paysignal.facts.measures import Nature
from paysignal.facts.moments import instant_of
from paysignal.facts.periods import Period

#: Daily rates pause for weekends and holidays: five days at Christmas at most, seven with a margin.
_DAILY_REACH: Final = 7

#: A monthly rate stands for its month.
_MONTHLY_REACH: Final = 31

Days = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class RatesError(PaySignalError):
    """A file of rates that can not be read; says the line, the rule and the fix."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """Published rates of one currency: units of it for one unit of the table's base, by day (proleptic ordinal)."""

    days: Days
    units: Floats


@dataclass(frozen=True, slots=True)
class _Pair:
    """Units of two currencies for one of the base, on the days that both were published.

    A rate stands for `reach` days when no newer one was published.
    """

    days: Days
    source: Floats
    target: Floats
    reach: int


@dataclass(frozen=True, eq=False)
class RateTable:
    """Dated rates against one base currency; empty when there are none. Compared by identity: it is one loaded file."""

    base: str
    quotes: Mapping[str, Quotes]

    def span(self, first: int, last: int, source: str, target: str) -> tuple[float, float] | None:
        """The least and the greatest rate published from day `first` to day `last`; None when there is none."""
        pair = self._pair(source, target)
        if pair is None:
            return None
        begin, end = np.searchsorted(pair.days, [first, last + 1])
        rates = pair.target[begin:end] / pair.source[begin:end]
        return (float(rates.min()), float(rates.max())) if begin < end else None

    def on(self, day: int, source: str, target: str) -> float | None:
        """Units of `target` for one of `source` on a day: the latest published by then, None beyond its reach."""
        pair = self._pair(source, target)
        if pair is None:
            return None
        index = int(np.searchsorted(pair.days, day, side="right")) - 1
        if index < 0 or day - int(pair.days[index]) > pair.reach:
            return None
        return float(pair.target[index] / pair.source[index])

    def over(self, first: int, last: int, source: str, target: str) -> float | None:
        """The average rate from day `first` to day `last`, both included: the quotient of the two sides' mean quotes.

        Quotes are averaged as published (units for one of the base), so that both directions of a rate, and a detour
        over the base, agree to the last digits. None unless they reach over the whole period without a hole; a period
        without any, such as a Sunday, has the rate of its end.
        """
        pair = self._pair(source, target)
        if pair is None:
            return None
        begin, end = np.searchsorted(pair.days, [first, last + 1])
        if begin == end:
            return self.on(last, source, target)
        inside = pair.days[begin:end]
        if np.diff(inside, prepend=first, append=last).max() > pair.reach:
            return None
        return float(np.mean(pair.target[begin:end]) / np.mean(pair.source[begin:end]))

    @lru_cache(maxsize=1_024)  # noqa: B019 -- one table a process, held for its life
    def _pair(self, source: str, target: str) -> _Pair | None:
        """The quotes of both; None when they are one currency, or one of them has none."""
        given, wanted = self._side(source), self._side(target)
        if source == target or given is None or wanted is None:
            return None
        if source == self.base:
            given = Quotes(wanted.days, np.ones(len(wanted.days)))
        if target == self.base:
            wanted = Quotes(given.days, np.ones(len(given.days)))
        days, left, right = np.intersect1d(given.days, wanted.days, assume_unique=True, return_indices=True)
        return _Pair(days, given.units[left], wanted.units[right], _reach(days)) if len(days) else None

    def _side(self, currency: str) -> Quotes | None:
        if currency == self.base:
            return Quotes(np.empty(0, dtype=np.int64), np.empty(0))
        return self.quotes.get(currency)


NO_RATES: Final = RateTable("EUR", {})


def rate_of(rates: RateTable, period: Period, nature: Nature, source: str, target: str) -> float | None:
    """The rate that converts a figure of `period`: a stock's at its as-of day, else the mean over the period."""
    if source == target:
        return 1.0
    last = _last_day(period)
    if nature is Nature.STOCK or period.start is None:
        return rates.on(last, source, target)
    return rates.over(instant_of(period.start).toordinal(), last, source, target)


def _reach(days: Days) -> int:
    """A monthly rate stands for its month; a daily one over weekends and holidays."""
    gaps = np.diff(days)
    return _MONTHLY_REACH if len(gaps) and float(np.median(gaps)) > _DAILY_REACH else _DAILY_REACH


def _last_day(period: Period) -> int:
    """The last day inside the half-open period."""
    return (instant_of(period.end) - dt.timedelta(microseconds=1)).toordinal()


def ecb_rates(lines: Iterable[str]) -> RateTable:
    """The European Central Bank's history: a row a day, a column a currency, units for one euro, N/A where none.

    Raises `RatesError`. Read by column, since the file has 7,000 rows of 41 and every worker reads it when it starts.
    """
    rows = csv.reader(lines)
    header = next(rows, [])
    body = [row for row in rows if row]
    days = np.array([day_on(row[0], number) for number, row in enumerate(body, 2)], dtype=np.int64)
    quotes = {
        code.strip(): _column(days, [row[index] if index < len(row) else "N/A" for row in body], code)
        for index, code in enumerate(header)
        if index and code.strip()
    }
    return RateTable("EUR", quotes)


def _column(days: Days, texts: list[str], code: str) -> Quotes:
    """One currency's quotes, in the order of their days, without the days that have none."""
    try:
        units = np.array([text if text not in ("", "N/A") else "nan" for text in texts], dtype=np.float64)
    except ValueError as error:
        raise RatesError(f"column {code[:10]!r}: {error}; a rate is a positive number or N/A") from None
    if np.any(units <= 0) or np.any(np.isinf(units)):
        raise RatesError(f"column {code[:10]!r}: a rate is a positive number or N/A; mend the file")
    published = np.flatnonzero(~np.isnan(units))
    order = published[np.argsort(days[published], kind="stable")]
    return Quotes(days[order], units[order])


def own_rates(lines: Iterable[str]) -> RateTable:
    """A file of own rates: CSV with the columns date, base, currency, rate (units of currency for one of base).

    One base a file. A rate stands for its day, or for its month where the file is monthly. Raises `RatesError`.
    """
    rows = csv.DictReader(lines)
    missing = {"date", "base", "currency", "rate"} - set(rows.fieldnames or ())
    if missing:
        raise RatesError(f"line 1: no column {', '.join(sorted(missing))}; the header is date,base,currency,rate")
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    bases: set[str] = set()
    for row in rows:
        bases.add(_currency(row["base"], rows.line_num))
        entry = day_on(row["date"], rows.line_num), rate_on(row["rate"], rows.line_num)
        found[_currency(row["currency"], rows.line_num)].append(entry)
    if len(bases) > 1:
        raise RatesError(f"bases {', '.join(sorted(bases))}: a file has one; split the file")
    return table_of(bases.pop() if bases else "EUR", found)


def table_of(base: str, found: Mapping[str, list[tuple[int, float]]]) -> RateTable:
    """The table of these (day, units) by currency. Called by the readers of files."""
    quotes = {}
    for code, entries in found.items():
        # The latest row of a day stands where a file has two.
        by_day = dict(entries)
        days = sorted(by_day)
        quotes[code] = Quotes(np.array(days, dtype=np.int64), np.array([by_day[day] for day in days]))
    return RateTable(base, quotes)


def day_on(text: str, line: int) -> int:
    """The day that a cell on `line` prints; raises `RatesError`."""
    try:
        return dt.date.fromisoformat(text.strip()).toordinal()
    except ValueError:
        raise RatesError(f"line {line}: date {text[:40]!r} is no day; write 2018-09-18") from None


def rate_on(text: str, line: int) -> float:
    """The rate that a cell on `line` prints; raises `RatesError`."""
    try:
        rate = float(text)
    except ValueError:
        rate = float("nan")
    if not (rate > 0 and np.isfinite(rate)):
        raise RatesError(
            f"line {line}: rate {text[:40]!r} is no positive number; leave the row out where there is none"
        )
    return rate


def _currency(text: str, line: int) -> str:
    try:
        return checked_currency(text.strip())
    except ValueError as error:
        raise RatesError(f"line {line}: {error}") from None
