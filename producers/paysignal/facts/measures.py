"""The catalogue of measures: what is counted, how it may be used, in which unit.

A new measure is one line of `MEASURES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Kind
from paysignal.facts.texts import form


class Nature(StrEnum):
    """What arithmetic a measure bears."""

    STOCK = "stock"  #: a state at an instant: never summed over periods
    FLOW = "flow"  #: summed over periods
    PRICE = "price"  #: recomputed from its parts: never summed or averaged
    RATIO = "ratio"  #: recomputed from its parts: never summed or averaged; its change is in points
    COVERAGE = (
        "coverage"  #: a ratio at an instant, such as a survey's share of adults: compared like a stock, not summed
    )

    @property
    def at_instant(self) -> bool:
        """Whether a level stands at one day, and joins whatever was observed before."""
        return self in {Nature.STOCK, Nature.COVERAGE}

    @property
    def up_to_one(self) -> bool:
        """Whether a level is a part of one, and a change in points."""
        return self in {Nature.RATIO, Nature.COVERAGE}


class Unit(StrEnum):
    """What one unit of a value is; money is in units of the fact's currency."""

    RATIO = "ratio"
    CURRENCY = "currency"
    USERS = "users"
    TRANSACTIONS = "transactions"
    MERCHANTS = "merchants"
    AGENTS = "agents"
    OPENS = "opens"
    # Of readings only; no measure has one of these.
    INCREMENTS = "increments"  #: occurrences
    FACTS = "facts"
    PUBLISHERS = "publishers"
    DAYS = "days"
    DEVIATIONS = "deviations"  #: robust standard deviations
    MEMBERS = "members"  #: series that stand beside each other
    PLACES = "places"  #: ranks


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted.

    `floor` is the smallest base, in `unit`, from which a growth is worth ranking: below it a growth says more about
    the base than about the growth (three users becoming thirty). `company_wide` measures are of
    the whole firm: a reader gives them the market `world`, unless the publisher names another (a subsidiary's round).
    """

    name: str
    nature: Nature
    unit: Unit
    floor: float
    company_wide: bool = False


#: Floors: counts of people or payments from 100,000, of shops and agents from 1,000, money from a million units of any
#: currency (the weakest listed, the Indonesian rupiah, makes that 60 US dollars: the floor only stops rounding to 0).
MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for measure in (
            Measure("active_users", Nature.STOCK, Unit.USERS, 100_000),
            Measure("registered_users", Nature.STOCK, Unit.USERS, 100_000),
            Measure("merchants", Nature.STOCK, Unit.MERCHANTS, 1_000),
            Measure("agents", Nature.STOCK, Unit.AGENTS, 1_000),
            Measure("valuation", Nature.STOCK, Unit.CURRENCY, 1_000_000, company_wide=True),
            Measure("transactions", Nature.FLOW, Unit.TRANSACTIONS, 100_000),
            Measure("transaction_value", Nature.FLOW, Unit.CURRENCY, 1_000_000),
            Measure("revenue", Nature.FLOW, Unit.CURRENCY, 1_000_000),
            Measure("funding", Nature.FLOW, Unit.CURRENCY, 1_000_000, company_wide=True),
            Measure("app_opens", Nature.FLOW, Unit.OPENS, 100_000),
            Measure("average_spend", Nature.PRICE, Unit.CURRENCY, 0),
            Measure("adult_share", Nature.COVERAGE, Unit.RATIO, 0.01),
            Measure("market_share", Nature.RATIO, Unit.RATIO, 0.01),
        )
    }
)


MeasureName = Annotated[str, form("A measure of the catalogue.", enum=sorted(MEASURES))]


def measure_named(name: str) -> Measure:
    """The measure called `name`; raises `Refused` when the catalogue has none."""
    measure = MEASURES.get(name)
    if measure is None:
        raise Refused("measure", name, f"the catalogue has {', '.join(MEASURES)}", "use one of these names")
    return measure


def unit_of(measure: str, kind: Kind) -> Unit:
    """The one unit that a fact of `measure` and `kind` has: a growth is a ratio, all else the measure's own unit."""
    return Unit.RATIO if kind is Kind.GROWTH else measure_named(measure).unit
