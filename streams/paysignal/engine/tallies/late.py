"""Late increments: what is said of them."""

from collections.abc import Mapping, Sequence

from paysignal.engine.parameters import Asked
from paysignal.engine.tallies.arrivals import Arrivals
from paysignal.facts.rejections import Late, late
from paysignal.windows.grids import SECOND_US
from paysignal.windows.rings import Ring


def lates(
    arrivals: Arrivals, too_old: Mapping[int, list[int | None]], rings: Sequence[Ring], asked: Sequence[Asked]
) -> list[Late]:
    """One for each increment that is too old for a ring of a window `asked` for: by how much, for which windows.

    `too_old` gives for each increment the newest pane of each ring that has moved past it. How late is what was missing
    to be in the ring that waited longest.
    """
    told = []
    for index, ends in too_old.items():
        moved_on = [(ring, end) for ring, end in zip(rings, ends, strict=True) if end is not None]
        grids = {ring.grid for ring, _ in moved_on}
        names = tuple(each.window.name for each in asked if each.window.grid in grids)
        if names:
            wanted = {each.window.grid for each in asked}
            opened = min(ring.grid.start_us(end - ring.open + 1) for ring, end in moved_on if ring.grid in wanted)
            behind = (opened - int(arrivals.at_us[index])) / SECOND_US
            told.append(late(behind, names, *arrivals.original(index)))
    return told
