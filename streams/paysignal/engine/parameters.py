"""Parameters: what an engine is told to compute. Frozen; their fingerprint is the identity of the state they make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from paysignal.facts.errors import Refused
from paysignal.facts.measures import measure_named
from paysignal.indicators.catalogue import EVERY_FIGURE, ROLLING
from paysignal.indicators.trends import EVERY_TREND
from paysignal.windows.grids import DAY_US, HOUR_US, Every, FixedGrid
from paysignal.windows.spans import WINDOWS, Window, window_named

PREFIX: Final = "rolling_"
#: The setting that asks for no window; an empty variable of the environment counts as one that is not set.
NONE: Final = "none"
#: What a window gives unless it is asked for more: enough to tell means and rates from, and two readings a window.
USUAL: Final = ("count", "sum")
#: Sketches of longer windows would be kept for each series and day.
_QUANTILES: Final = frozenset({"p50", "p95"})
#: An increment that is no later than this never changes a window that was closed.
LATENESS_US: Final = HOUR_US
_LONGEST_LATENESS_US: Final = 7 * DAY_US  # what the increments topic keeps beyond the longest ring


class Duplicates(StrEnum):
    """How an increment sent again is recognised."""

    IDS = "ids"  #: each id is remembered for as long as its increment could still be counted
    #: one number is remembered for each publisher and series; what is not above it is a duplicate. An increment that
    #: has no number is told by its id
    SEQUENCE = "sequence"
    OFF = "off"  #: not at all: the sender sends nothing twice


@dataclass(frozen=True, slots=True)
class Asked:
    """One window with its indicators (`count`, `sum` …), and whether its finals are sent."""

    window: Window
    indicators: tuple[str, ...] = USUAL
    finals: bool = True

    def __post_init__(self) -> None:
        known = [indicator.name.removeprefix(PREFIX) for indicator in ROLLING]
        for name in self.indicators:
            if name not in known or self.indicators.count(name) > 1:
                raise Refused("indicator", name, f"once each of {', '.join(known)}", "write them like 24h:count+sum")
        grid = self.window.grid
        day = self.window.length_us <= DAY_US if isinstance(grid, FixedGrid) else grid.every is Every.DAY
        if not day and not _QUANTILES.isdisjoint(self.indicators):
            raise Refused("window", self.window.name, "p50 and p95 are of windows up to a day", "ask a shorter one")
        if not self.indicators:
            raise Refused("window", self.window.name, "a window has an indicator", "write it like 24h:count+sum")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What one engine computes; two engines with one fingerprint compute the same from the same facts.

    `asked` are its windows; one is closed `lateness_us` after its end. Duplicates of a measure are recognised as
    `duplicates` says, or `otherwise`. `rates_release` tells which rates tell money. `figures` are the indicators
    that are computed of claims, `trends` those of history and attention that are computed besides: each of these reads
    all of a series, which costs. With `sections` series are told to the cross-sections that they may stand in. Given to
    `State`.
    """

    asked: tuple[Asked, ...] = tuple(Asked(window) for window in WINDOWS)
    lateness_us: int = LATENESS_US
    duplicates: Mapping[str, Duplicates] = field(default_factory=dict)
    otherwise: Duplicates = Duplicates.IDS
    rates_release: str = ""
    figures: frozenset[str] = EVERY_FIGURE
    trends: frozenset[str] = frozenset()
    sections: bool = False

    def __post_init__(self) -> None:
        names = [each.window.name for each in self.asked]
        for name in names:
            if names.count(name) > 1:
                raise Refused("window", name, "each window is asked for once", "join its indicators with +")
        if not 0 <= self.lateness_us <= _LONGEST_LATENESS_US:
            raise Refused("lateness", self.lateness_us, "from 0 to 7 days", "give it in seconds")
        for measure in self.duplicates:
            measure_named(measure)
        for name in sorted(self.figures - EVERY_FIGURE):
            raise Refused("figures", name, f"of {', '.join(sorted(EVERY_FIGURE))}", "use these names, or `all`")
        for name in sorted(self.trends - EVERY_TREND):
            raise Refused("trends", name, f"of {', '.join(sorted(EVERY_TREND))}", "use these names, or `all`")

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows asked for, in order."""
        return tuple(each.window for each in self.asked)

    @property
    def fingerprint(self) -> bytes:
        """Eight bytes that differ when anything differs that the state of increments or the readings depend on."""
        told = [f"{each.window.name}:{'+'.join(each.indicators)}:{each.finals}" for each in self.asked]
        modes = [f"{measure}={mode}" for measure, mode in sorted(self.duplicates.items())]
        trends = ["+".join(sorted(self.trends))] if self.trends else []
        if self.figures != EVERY_FIGURE:
            trends.append("figures " + "+".join(sorted(self.figures)))
        text = "\n".join([*told, *modes, self.otherwise, str(self.lateness_us), self.rates_release, *trends])
        return blake2b(text.encode(), digest_size=8).digest()

    @property
    def is_sequenced(self) -> bool:
        """Whether some measure's duplicates are told by their publisher's sequence."""
        return Duplicates.SEQUENCE in {self.otherwise, *self.duplicates.values()}

    def mode_of(self, measure: str) -> Duplicates:
        """How duplicates of a measure are recognised."""
        return self.duplicates.get(measure, self.otherwise)


def asked_of(text: str, *, finals: bool = True) -> tuple[Asked, ...]:
    """The windows of a setting such as `24h:count+sum+min, 7d, month@Asia/Kolkata:sum`, or `none`; raises `Refused`."""
    if text.strip() == NONE:
        return ()
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    asked = []
    for entry in entries:
        name, colon, indicators = entry.partition(":")
        told = tuple(each.strip() for each in indicators.split("+")) if colon else USUAL
        asked.append(Asked(window_named(name.strip()), told, finals))
    return tuple(asked)


def figures_of(text: str) -> frozenset[str]:
    """The figures of a setting such as `level, year_on_year_growth`, or `all`; `Parameters` refuses others."""
    names = frozenset(filter(None, (entry.strip() for entry in text.split(","))))
    return EVERY_FIGURE if names == {"all"} else names


def trends_of(text: str) -> frozenset[str]:
    """The trends of a setting such as `trailing_year, robust_z`, or `all`, or none; `Parameters` refuses others."""
    names = frozenset(filter(None, (entry.strip() for entry in text.split(","))))
    return EVERY_TREND if names == {"all"} else names


def duplicates_of(text: str) -> tuple[Duplicates, dict[str, Duplicates]]:
    """The modes of a setting such as `ids, app_opens=off`: the usual one, and those of single measures."""
    otherwise, modes = Duplicates.IDS, {}
    for entry in filter(None, (entry.strip() for entry in text.split(","))):
        measure, equals, mode = entry.rpartition("=")
        if mode not in set(Duplicates):
            raise Refused("duplicates", entry, "ids, sequence or off, or measure=mode", "write ids, app_opens=off")
        if equals:
            modes[measure_named(measure).name] = Duplicates(mode)
        else:
            otherwise = Duplicates(mode)
    return otherwise, modes


#: What is computed unless told otherwise.
DEFAULTS: Final = Parameters()
