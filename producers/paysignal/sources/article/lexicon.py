"""The words of the grammar: what names a measure, a segment, a market. A new word is one line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pycountry

from paysignal.facts.providers import providers


@dataclass(frozen=True, slots=True)
class Words:
    """Names of things, as one pattern and what each of them stands for."""

    pattern: re.Pattern[str]
    values: Mapping[str, str]


#: Pattern → measure. Of patterns that match at one place the longest wins.
_PERSON = r"(?:user|customer|consumer|person|tourist|shopper)s?"
_OF_A_PERSON = rf"(?:\s(?:per|by|of)\s(?:an?\s)?(?:[\w-]+\s)?{_PERSON})"
_VALUE_OF = r"(?:gross|total|payments?|transactions?|processing|processed|transfers?|remittance|merchandise|dollar)"
MEASURES = (
    (rf"(?:average|mean)\s(?:spend(?:ing)?|purchase|outlay|basket|ticket(?:\ssize)?){_OF_A_PERSON}?", "average_spend"),
    (rf"spend(?:ing)?\sper\s(?:[\w-]+\s)?(?:{_PERSON}|head|capita)", "average_spend"),
    (rf"average\s(?:[\w-]+\s)?{_PERSON}\s(?:[\w-]+\s)?spent|spent\san\saverage", "average_spend"),
    (r"(?:active|paying|transacting)\s(?:users?|customers?|accounts?|wallets?|consumers?)", "active_users"),
    (r"registered\s(?:users?|customers?|accounts?|wallets?|members?)|registrations", "registered_users"),
    (r"users?|customers|subscribers|user\sbase|customer\sbase|consumers", "active_users"),
    (r"merchants?|retailers?|sellers|points\sof\sacceptance|acceptance\spoints", "merchants"),
    (r"agents?|agent\snetwork", "agents"),
    (rf"(?:{_VALUE_OF}\s){{1,3}}(?:volumes?|values?)|TPV|GMV|GPV", "transaction_value"),
    (r"(?:value|volume)\sof\s(?:its\s|all\s|the\s)?(?:[\w-]+\s)?(?:transactions|payments|transfers)",
     "transaction_value"),
    (r"(?:(?<=transactions\s)|(?<=payments\s)|(?<=transfers\s))(?:worth|valued\sat|totall?ing)", "transaction_value"),
    (r"number\sof\s(?:[\w-]+\s){0,2}(?:transactions|payments|transfers)", "transactions"),
    (r"transactions?|transfers|transaction\s(?:count|numbers?)|payments?\stransactions?", "transactions"),
    (r"payments|processed", "payments"),
    (r"(?:net\s|total\s)?revenues?|turnover", "revenue"),
    (r"raised|raising|raises|funding|fundraising|investment\sround|financing", "funding"),
    (r"valuation|valued\s(?:it\s|the\scompany\s)?at|valuing", "valuation"),
    (r"market\sshare|share\sof\s(?:the\s)?(?:[\w-]+\s){0,3}(?:market|transactions|payments|volume)", "market_share"),
    (r"app\sopens|openings\sof\sthe\sapp", "app_opens"),
)  # fmt: skip

#: Pattern → segment, with the measures it can be a segment of.
_FLOWS = frozenset({"transactions", "transaction_value", "average_spend", "active_users"})
SEGMENTS = (
    (r"abroad|overseas|outside\s(?:of\s)?(?:mainland\s)?(?:China|their\s(?:home\s)?countr(?:y|ies))", "abroad", _FLOWS),
    (r"cross-border", "cross-border", _FLOWS),
    (r"online|e-commerce", "online", _FLOWS),
    (r"in-store|in\sstores", "in-store", _FLOWS),
    (r"contactless", "contactless", _FLOWS),
    *((rf"Series\s{letter}", f"series-{letter.lower()}", frozenset({"funding"})) for letter in "ABCD"),
)

#: Names of markets that ISO 3166 writes otherwise. Adjectives are left out: Chinese tourists are not in China.
_MARKET_NAMES = {
    "US": ("the United States", "United States", "USA", "U.S.", "US", "America"),
    "GB": ("United Kingdom", "UK", "U.K.", "Britain"), "CN": ("China", "mainland China"), "RU": ("Russia",),
    "KR": ("South Korea", "Korea"), "KP": ("North Korea",), "VN": ("Vietnam",), "TZ": ("Tanzania",),
    "BO": ("Bolivia",), "VE": ("Venezuela",), "IR": ("Iran",), "TW": ("Taiwan",), "MD": ("Moldova",), "LA": ("Laos",),
    "CZ": ("Czech Republic", "Czechia"), "CI": ("Ivory Coast",), "TR": ("Turkey",), "PS": ("Palestine",),
    "AE": ("United Arab Emirates", "UAE"), "CD": ("DR Congo",), "BN": ("Brunei",), "SY": ("Syria",),
    "MK": ("North Macedonia", "Macedonia"), "NL": ("the Netherlands", "Holland"), "MO": ("Macau", "Macao"),
    "MM": ("Burma",),
}  # fmt: skip
#: ISO names that are everyday words or first names in news.
_NOT_READ = frozenset({"Jersey", "Guernsey", "Chad", "Jordan", "Georgia"})


@lru_cache(maxsize=1)
def market_words() -> Words:
    """Every name of a country that is read, with its code."""
    words = {country.name: country.alpha_2 for country in pycountry.countries}
    named = (country for country in pycountry.countries if hasattr(country, "common_name"))
    words |= {country.common_name: country.alpha_2 for country in named}
    words |= {name: code for code, names in _MARKET_NAMES.items() for name in names}
    return _words({name: code for name, code in words.items() if name not in _NOT_READ})


@lru_cache(maxsize=1)
def provider_words() -> Words:
    """Every name and alias of a provider, with its slug."""
    return _words({name: entry.slug for entry in providers().values() for name in (entry.name, *entry.aliases)})


def _words(values: dict[str, str]) -> Words:
    """One pattern of many names, the longest first, each as a word of its own: `US` is not in `US$`."""
    alternatives = "|".join(re.escape(name) for name in sorted(values, key=lambda name: (-len(name), name)))
    return Words(re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w$]|-\w)"), values)
