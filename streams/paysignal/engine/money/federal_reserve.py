"""The Federal Reserve's monthly rates, as CSV with the columns Date, Country and Exchange rate.

A rate is the mean of its month, dated on its first day. Most are units of the country's currency for one dollar; five
are dollars for one unit, and turned over here.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from paysignal.engine.money.rates import RatesError, RateTable, day_on, rate_on, table_of

HEADER: Final = ("Date", "Country", "Exchange rate")

#: The currency that is quoted beside each country. Those that gave theirs up for the euro are left out, as the
#: table ends for them in 1998; and Venezuela, whose bolívar was renamed three times under one heading.
_CURRENCIES: Final = MappingProxyType({
    "Australia": "AUD", "Brazil": "BRL", "Canada": "CAD", "China": "CNY", "Denmark": "DKK", "Euro": "EUR",
    "Hong Kong": "HKD", "India": "INR", "Japan": "JPY", "Malaysia": "MYR", "Mexico": "MXN", "New Zealand": "NZD",
    "Norway": "NOK", "Singapore": "SGD", "South Africa": "ZAR", "South Korea": "KRW", "Sri Lanka": "LKR",
    "Sweden": "SEK", "Switzerland": "CHF", "Taiwan": "TWD", "Thailand": "THB", "United Kingdom": "GBP",
})  # fmt: skip
_IN_DOLLARS: Final = frozenset({"Australia", "Euro", "Ireland", "New Zealand", "United Kingdom"})


def federal_reserve_rates(lines: Iterable[str]) -> RateTable:
    """The monthly rates of the countries that have a currency of their own, for one US dollar. Raises `RatesError`."""
    rows = csv.DictReader(lines)
    missing = set(HEADER) - set(rows.fieldnames or ())
    if missing:
        raise RatesError(f"line 1: no column {', '.join(sorted(missing))}; the header is {','.join(HEADER)}")
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in rows:
        currency = _CURRENCIES.get(row["Country"])
        if currency is not None:
            rate = rate_on(row["Exchange rate"], rows.line_num)
            day = day_on(row["Date"], rows.line_num)
            found[currency].append((day, 1 / rate if row["Country"] in _IN_DOLLARS else rate))
    return table_of("USD", found)
