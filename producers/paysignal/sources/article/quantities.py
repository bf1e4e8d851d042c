"""Second stage: the figures of a sentence. Dates are no figures: the spans of time are left out before."""

import re
from collections.abc import Iterable
from decimal import Decimal

from paysignal.facts.errors import Refused
from paysignal.facts.intervals import step_of
from paysignal.facts.markets import checked_currency
from paysignal.sources.article.model import Form, Quantity, Span

_SCALES = {
    "hundred": 10**2, "thousand": 10**3, "k": 10**3, "lakh": 10**5, "lakhs": 10**5, "million": 10**6, "mn": 10**6,
    "mln": 10**6, "m": 10**6, "crore": 10**7, "crores": 10**7, "cr": 10**7, "billion": 10**9, "bn": 10**9, "b": 10**9,
    "trillion": 10**12, "tn": 10**12, "lakh crore": 10**12,
}  # fmt: skip
#: Signs that name one currency. "$" alone is the US dollar, as news write it; "¥" is two currencies and left out.
_SIGNS = {
    "US$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "Rs.": "INR", "Rs": "INR", "RMB": "CNY", "A$": "AUD",
    "C$": "CAD", "HK$": "HKD", "S$": "SGD", "R$": "BRL", "NT$": "TWD", "₩": "KRW", "₦": "NGN", "₱": "PHP", "₽": "RUB",
    "KSh": "KES", "Ksh": "KES", "GH₵": "GHS", "GH¢": "GHS", "RM": "MYR", "Rp": "IDR", "₫": "VND", "฿": "THB",
    "Tk": "BDT", "zł": "PLN",
}  # fmt: skip
_NAMES = {
    "US dollars": "USD", "dollars": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP", "yuan": "CNY",
    "renminbi": "CNY", "RMB": "CNY", "rupees": "INR", "reais": "BRL", "rubles": "RUB", "roubles": "RUB", "naira": "NGN",
    "yen": "JPY", "won": "KRW", "baht": "THB", "taka": "BDT", "zloty": "PLN", "zlotys": "PLN", "cedis": "GHS",
    "shillings": "KES", "ringgit": "MYR", "rupiah": "IDR", "dong": "VND", "kronor": "SEK", "francs": "CHF",
}  # fmt: skip

_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
_SCALE = r"lakh crore|lakhs?|crores?|thousand|million|billion|trillion|hundred|mln|mn|bn|tn|cr|[kKmMbB]"
_FIGURE = re.compile(
    rf"(?<![\w.,$-])(?P<minus>[-+\N{{MINUS SIGN}}])?(?:(?P<sign>{_SIGN})\s?|(?P<code>[A-Z]{{3}})\s?)?"
    rf"(?P<digits>\d{{1,3}}(?:,\d{{2,3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:[\s-]?(?P<scale>{_SCALE})\b)?"
    rf"(?:\s?(?P<percent>%|percent\b|per\s?cent\b|pct\b)|\s(?P<points>percentage\spoints?\b)"
    rf"|[\s-]?(?P<fold>fold\b)|\s(?P<times>times\b)|\s(?P<name>{_NAME})\b)?"
    rf"(?!\w|-\w|[.,]\d)"
)
#: Growth in one word; "three times as many" and "3-fold" are 2.0 as well.
_WORDS = {"doubled": 1.0, "tripled": 2.0, "trebled": 2.0, "quadrupled": 3.0, "quintupled": 4.0, "halved": -0.5}
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_LONGEST_DIGITS = 25


def quantities_of(text: str, dates: Iterable[Span] = ()) -> tuple[Quantity, ...]:
    """The figures of a sentence in their order, none of them inside one of the `dates`."""
    taken = tuple(dates)
    printed = (_quantity(match) for match in _FIGURE.finditer(text) if not _inside(match.span("digits"), taken))
    worded = (Quantity(match.span(), Form.TIMES, _WORDS[match.group().lower()], None) for match in _WORD.finditer(text))
    return tuple(sorted((one for one in (*printed, *worded) if one is not None), key=lambda one: one.span))


def _quantity(match: re.Match[str]) -> Quantity | None:
    digits = match["digits"].replace(",", "")
    if len(digits) > _LONGEST_DIGITS:
        return None
    form, factor, currency = _form(match)
    value, step = float(Decimal(digits) * factor), float(Decimal(repr(step_of(digits))) * factor)
    if form is Form.TIMES:
        value -= 1  # three times as many is two times more
    minus = match["minus"] in {"-", "\N{MINUS SIGN}"}
    return Quantity(match.span(), form, -value if minus else value, step or None, currency)


def _form(match: re.Match[str]) -> tuple[Form, Decimal, str]:
    factor = Decimal(_SCALES[match["scale"].lower()]) if match["scale"] else Decimal(1)
    if match["percent"] or match["points"]:
        return (Form.PERCENT if match["percent"] else Form.POINTS), factor / 100, ""
    if match["fold"] or match["times"]:
        return Form.TIMES, factor, ""
    currency = _currency(match)
    return (Form.MONEY if currency else Form.COUNT), factor, currency


def _currency(match: re.Match[str]) -> str:
    if match["sign"]:
        return _SIGNS[match["sign"]]
    if match["name"]:
        return _NAMES[match["name"]]
    try:
        return checked_currency(match["code"]) if match["code"] else ""
    except Refused:
        return ""


def _inside(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)
