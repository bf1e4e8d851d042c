"""The shared data sets as the product reads them: claims by its own mappings and readers, and books of them.

Read once a run: tests look at these books and change none.
"""

from collections.abc import Iterator
from functools import cache

from paysignal.engine.books import Book
from paysignal.facts.claims import Claim
from paysignal.facts.rejections import Rejected
from paysignal.sources.lines import lines_of
from paysignal.sources.mappings import shipped_text
from paysignal.sources.pulse.places import place_of
from paysignal.sources.pulse.tree import files_of, read_pulse
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.parse import parse_table
from tests.tools.books import books_of
from tests.tools.need import shared

#: Tables: the shipped mapping of each, and where its file stands in ../shared/data.
TABLES = {
    "npci-upi-monthly": ("upi-national", "upi_monthly_npci.csv"),
    "npci-upi-apps": ("upi-national", "upi_apps_monthly.csv"),
    "npci-upi-p2p-p2m": ("upi-national", "upi_p2p_p2m_monthly.csv"),
    "rbi-payment-systems": ("india-rbi-rails", "rbi_payment_system_indicators.csv"),
    "cbk-mobile-money": ("kenya-mobile-money", "Mobile Payments.csv"),
    "bcb-payment-means": ("brazil-pix", "bcb_payment_means_quarterly.csv"),
    "worldbank-findex-2025": ("findex-2025", "GlobalFindexDatabase2025.csv"),
    "provider-facts": ("provider-facts", "facts.csv"),
}


@cache
def outcomes(name: str) -> tuple[Claim | Rejected, ...]:
    """What the shipped mapping called `name` makes of its table."""
    text = shipped_text(name)
    assert text is not None
    with shared("data", *TABLES[name]).open("rb") as stream:
        found = list(parse_table(lines_of(stream), mapping_from(text, name), "/".join(TABLES[name])))
    return tuple(each for each in found if isinstance(each, Claim | Rejected))


def claims(*names: str) -> Iterator[Claim]:
    """The claims of these tables, in the order of their rows; what was rejected is not among them."""
    return (each for name in names for each in outcomes(name) if isinstance(each, Claim))


@cache
def upi() -> list[Book]:
    """NPCI: UPI in India by month; its apps are segments `app-…`, its kinds of payment `p2p` and `p2m`."""
    return books_of(claims("npci-upi-monthly", "npci-upi-apps", "npci-upi-p2p-p2m"))


@cache
def rbi() -> list[Book]:
    """The Reserve Bank's payment systems by month; a row's code is its segment, so `2-7-1` is a part of `2-7`."""
    return books_of(claim for claim in claims("rbi-payment-systems") if claim.provider == "all")


@cache
def kenya() -> list[Book]:
    """The Central Bank of Kenya's mobile money by month."""
    return books_of(claims("cbk-mobile-money"))


@cache
def phonepe(quarters: tuple[str, ...] | None = None) -> list[Book]:
    """PhonePe's payments by quarter (such as `2024Q2`; all where none are named), the country and its states."""
    wanted = None if quarters is None else frozenset(quarters)
    return books_of(
        claim for claim in pulse(wanted) if claim.measure in {"transactions", "transaction_value"} and not claim.segment
    )


def pulse(quarters: frozenset[str] | None = None) -> Iterator[Claim]:
    """Every claim of PhonePe Pulse, of these quarters only where some are named."""
    for path in files_of(shared("data", "phonepe-pulse", "data")):
        start = place_of(path.as_posix()).start
        if quarters is None or f"{start[:4]}Q{int(start[5:7]) // 3 + 1}" in quarters:
            for outcome in read_pulse(path):
                assert isinstance(outcome, Claim)
                yield outcome
