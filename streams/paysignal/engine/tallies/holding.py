"""What windows hold: the panes of many rows put together, an element a row, as the indicators read them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paysignal.indicators.rolling import Held
from paysignal.windows.columns import Floats, Ints
from paysignal.windows.exact import spreads, totals
from paysignal.windows.grids import DAY_US
from paysignal.windows.rings import Held as HeldSlots
from paysignal.windows.rings import Ring
from paysignal.windows.spans import Window


@dataclass(frozen=True, slots=True)
class Contents:
    """Windows of one length: `held` are their panes' slots in `ring`, `lasts` the pane each of them ends with."""

    window: Window
    ring: Ring
    held: HeldSlots
    lasts: Ints

    def read(self, wanted: Collection[Held]) -> Mapping[Held, npt.NDArray[Any]]:
        """One array for each of `wanted`, and the counts."""
        return {each: _READ[each](self) for each in {Held.COUNT, *wanted}}

    def summed(self, name: str) -> npt.NDArray[np.int64]:
        """A column of integers, added up."""
        return np.add.reduceat(self.ring.columns[name][self.held.slots], self.held.starts, axis=0)

    def newest(self, name: str) -> npt.NDArray[Any]:
        """A column of each window's newest pane."""
        return self.ring.columns[name][self.held.slots[self.held.starts]]

    def oldest(self, name: str) -> npt.NDArray[Any]:
        """A column of each window's oldest pane."""
        return self.ring.columns[name][self.held.slots[self.held.ends]]


def _count(contents: Contents) -> Ints:
    return contents.summed("count")


def _sum(contents: Contents) -> Floats:
    return np.array(totals(contents.summed("sum")))


def _spread(contents: Contents) -> Floats:
    return np.array(spreads(_count(contents), contents.summed("sum"), contents.summed("squares")))


def _min(contents: Contents) -> Floats:
    lows: Floats = np.minimum.reduceat(contents.ring.columns["min"][contents.held.slots], contents.held.starts)
    return lows


def _max(contents: Contents) -> Floats:
    highs: Floats = np.maximum.reduceat(contents.ring.columns["max"][contents.held.slots], contents.held.starts)
    return highs


def _days(contents: Contents) -> Floats:
    window = contents.window
    lengths = {last: np.diff(window.bounds(last))[0] for last in set(contents.lasts.tolist())}
    return np.array([lengths[last] for last in contents.lasts.tolist()]) / DAY_US


def _quantile(share: float, contents: Contents) -> Floats:
    rows = np.split(contents.held.slots, contents.held.starts[1:])
    return np.array([contents.ring.sketches.quantile(slots, share) for slots in rows])


_READ: Final[dict[Held, Callable[[Contents], npt.NDArray[Any]]]] = {
    Held.COUNT: _count,
    Held.SUM: _sum,
    Held.SPREAD: _spread,
    Held.MIN: _min,
    Held.MAX: _max,
    Held.FIRST: lambda contents: contents.oldest("first"),
    Held.LAST: lambda contents: contents.newest("last"),
    Held.DAYS: _days,
    Held.P50: partial(_quantile, 0.5),
    Held.P95: partial(_quantile, 0.95),
}
