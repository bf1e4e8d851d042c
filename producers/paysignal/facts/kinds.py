"""The small closed vocabularies of a fact."""

from enum import StrEnum


class Kind(StrEnum):
    """What a claim states; the fourth kind of fact, the increment, has a type of its own."""

    LEVEL = "level"  #: was X
    CHANGE = "change"  #: gained X over the period; of a share: in points
    GROWTH = "growth"  #: relative: +5,000 % is 50.0; "tripled", "3-fold", "3 times as many" are 2.0


class Bound(StrEnum):
    """How the statement limits its value."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


class Prices(StrEnum):
    """Whether money is at the prices and rates of its own time or at constant ones."""

    CURRENT = "current"
    CONSTANT = "constant"


class Tier(StrEnum):
    """How near a source is to the figure; decides conflicts, best first."""

    OFFICIAL = "official"
    COMPANY = "company"
    PRESS = "press"
    OTHER = "other"

    @property
    def rank(self) -> int:
        """0 for the best tier, rising."""
        return list(Tier).index(self)


class Basis(StrEnum):
    """Whether the known time was stated by the source or estimated by us."""

    STATED = "stated"
    ESTIMATED = "estimated"


class Comparison(StrEnum):
    """The named baselines of a change or growth."""

    PREVIOUS = "previous"
    YEAR_AGO = "year_ago"
    UNSTATED = "unstated"


class Role(StrEnum):
    """What a segment is to the whole."""

    WHOLE = "whole"
    PART = "part"  #: of the whole
    VARIANT = "variant"  #: another definition or statistic: never in sums, shares, residuals, ranks
