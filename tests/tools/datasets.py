"""The shared data sets as books, their figures with the steps they were printed with.

Read once a run: tests look at these books and change none.
"""

import calendar
import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pycountry

from paysignal.engine.books import Book
from paysignal.facts.claims import Claim
from paysignal.facts.periods import Period
from tests.tools.books import books_of, level, period_of
from tests.tools.need import shared

LAKH, CRORE, MILLION = 1e5, 1e7, 1e6


def slug(name: str) -> str:
    """A slug of any name."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(each))
    return "-".join(re.findall("[a-z0-9]+", plain))


def _rows(*parts: str) -> Iterator[dict[str, str]]:
    with shared("data", *parts).open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


@cache
def upi() -> list[Book]:
    """NPCI: UPI in India by month; its apps are segments `app-…`, its kinds of payment `p2p` and `p2m`."""
    return books_of(_upi())


def _upi() -> Iterator[Claim]:
    for row in _rows("upi-national", "upi_monthly_npci.csv"):
        yield from _paid(row["month"], row["volume_million"], row["value_inr_crore"], MILLION, "")
    for row in _rows("upi-national", "upi_apps_monthly.csv"):
        yield from _paid(
            row["month"], row["volume_million"], row["value_inr_crore"], MILLION, f"app-{slug(row['app'])}"
        )
    for row in _rows("upi-national", "upi_p2p_p2m_monthly.csv"):
        for segment in ("p2p", "p2m"):
            volume, crore = row[f"{segment}_volume_million"], row[f"{segment}_value_inr_crore"]
            yield from _paid(row["month"], volume, crore, MILLION, segment)


@cache
def rbi() -> list[Book]:
    """The Reserve Bank's payment systems by month; a row's code is its segment, so `2-7-1` is a part of `2-7`."""
    return books_of(_rbi())


def _rbi() -> Iterator[Claim]:
    for row in _rows("india-rbi-rails", "rbi_payment_system_indicators.csv"):
        if row["section"] == "payment-system":
            segment = slug(row["instrument"] if row["code"] == "total" else row["code"])
            yield from _paid(
                row["month"], row["volume_lakh_or_number_lakh"], row["value_inr_crore"], LAKH, segment, provider="all"
            )


def _paid(  # noqa: PLR0917 - one row of a table
    month: str, volume: str, crore: str, unit: float, segment: str, provider: str = "upi"
) -> Iterator[Claim]:
    period = period_of("transactions", f"{month}-01")
    for measure, printed, factor in (("transactions", volume, unit), ("transaction_value", crore, CRORE)):
        if printed:
            yield _scaled(printed, factor, period, measure=measure, segment=segment, provider=provider)


def _scaled(printed: str, factor: float, period: Period, **changes: object) -> Claim:
    """A figure printed in another unit, with the step of its last decimal."""
    decimals = len(printed.partition(".")[2])
    return level(round(float(printed) * factor, 6), period, step=factor * 10.0**-decimals, **changes)


@cache
def kenya() -> list[Book]:
    """The Central Bank of Kenya's mobile money by month."""
    return books_of(_kenya())


def _kenya() -> Iterator[Claim]:
    numbers = {name: index for index, name in enumerate(calendar.month_name)}
    measures = (("agents", 1.0), ("registered_users", 1e6), ("transactions", 1e6), ("transaction_value", 1e9))
    for row in _rows("kenya-mobile-money", "Mobile Payments.csv"):
        month = f"{row['Year']}-{numbers[row['Month']]:02d}-01"
        for (measure, factor), printed in zip(measures, list(row.values())[2:], strict=True):
            if printed:
                yield _scaled(
                    printed, factor, period_of(measure, month), measure=measure, provider="all", market="KE",
                    segment="mobile-money", **({"currency": "KES"} if measure == "transaction_value" else {}),
                )  # fmt: skip


@cache
def phonepe(quarters: tuple[str, ...] | None = None) -> list[Book]:
    """PhonePe by quarter (such as `2024Q2`; all where none are named), the country and its states."""
    wanted = None if quarters is None else frozenset(quarters)
    return books_of(_phonepe(wanted))


def _phonepe(wanted: frozenset[str] | None) -> Iterator[Claim]:
    root = shared("data", "phonepe-pulse", "data", "aggregated", "transaction", "country", "india")
    for path in sorted(root.rglob("*.json")):
        quarter = f"{path.parent.name}Q{path.stem}"
        if wanted is None or quarter in wanted:
            yield from _quarter(path, root)


def _quarter(path: Path, root: Path) -> Iterator[Claim]:
    parts = path.relative_to(root).parts
    market = _state(parts[1]) if parts[0] == "state" else "IN"
    start = f"{path.parent.name}-{3 * int(path.stem) - 2:02d}-01"
    entries = json.loads(path.read_bytes())["data"]["transactionData"] or []
    for measure, field in (("transactions", "count"), ("transaction_value", "amount")):
        total = sum(entry["paymentInstruments"][0][field] for entry in entries)
        yield level(total, period_of(measure, start, 3), provider="phonepe", market=market, measure=measure)


#: PhonePe's names that are not, or no more, those of ISO 3166-2.
_STATES = {"dadra-&-nagar-haveli-&-daman-&-diu": "IN-DH", "orissa": "IN-OD"}


def _state(name: str) -> str:
    known = {_letters(place.name): place.code for place in pycountry.subdivisions if place.country_code == "IN"}
    return _STATES.get(name) or known[_letters(name)]


def _letters(name: str) -> str:
    return "".join(word for word in slug(name.replace("&", " ")).split("-") if word != "and")
