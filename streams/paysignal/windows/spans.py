"""Windows and the grids of panes they are made of."""

from dataclasses import dataclass
from typing import Final

_SECOND_US: Final = 1_000_000
HOUR_US: Final = 3_600 * _SECOND_US
DAY_US: Final = 24 * HOUR_US


@dataclass(frozen=True, slots=True)
class Window:
    """A rolling window: the `panes` newest panes of `pane_us` microseconds each, hopping by one pane."""

    name: str
    pane_us: int
    panes: int

    @property
    def length_us(self) -> int:
        """Length in microseconds."""
        return self.pane_us * self.panes

    def bounds(self, newest_us: int) -> tuple[int, int]:
        """`[start, end)` in microseconds of the window whose last pane holds the instant `newest_us`."""
        end = (newest_us // self.pane_us + 1) * self.pane_us
        return end - self.length_us, end


#: Hours as panes up to a day, days beyond: at most 90 panes a window, and each increment is in one pane of either grid.
WINDOWS: Final = (
    Window("24h", HOUR_US, 24),
    Window("7d", DAY_US, 7),
    Window("30d", DAY_US, 30),
    Window("90d", DAY_US, 90),
)
