"""Segments: which part of the whole, or which definition, a fact is about.

The catalogue names the variants: figures under another definition or statistic, which no sum, share or rank may take
in. Every other segment is a part of the whole. A new variant is one line.
"""

from paysignal.facts.kinds import Role

#: Segment → what makes it a variant.
VARIANTS = {
    "annual": "active within a year, where the whole counts another span",
    "daily": "a figure of one day",
    "daily-average": "a mean over days",
    "daily-record": "the greatest day",
    "gmv": "gross merchandise value, wider than payments",
    "half-year": "active within half a year",
    "mobile-money-registered": "registered where the whole is active",
    "mobile-money-with-nagad": "a wider national total",
    "monthly": "active within a month",
    "mtu": "monthly transacting users",
    "net": "after interchange and scheme fees",
    "per-payment": "a mean over payments",
    "per-transfer": "a mean over transfers",
    "series-a": "one funding round",
    "series-b": "one funding round",
    "series-c": "one funding round",
    "series-d": "one funding round",
    "spring-festival": "lunar days that move between years",
    "terminals": "counted at terminals",
    "upi-and-wallet": "two products together",
    "with-cash": "cash operations included",
}


def role_of(segment: str) -> Role:
    """What the segment is to the whole; an unknown one is a part."""
    if segment == "":
        return Role.WHOLE
    return Role.VARIANT if segment in VARIANTS else Role.PART
