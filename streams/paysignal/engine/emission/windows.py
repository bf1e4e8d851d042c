"""Readings of increments: the newest window of every row a batch touched."""

from collections.abc import Iterator, Sequence

import numpy as np

from paysignal.engine.emission.figures import Figure, bound_of, figures_of
from paysignal.engine.tallies import Row, Tallies
from paysignal.facts.measures import MEASURES, Unit
from paysignal.facts.moments import moment_at
from paysignal.facts.readings import NAMED_INPUTS, Reading
from paysignal.indicators.catalogue import ROLLING, RollingIndicator, definition_of
from paysignal.indicators.rolling import Held
from paysignal.windows.exact import total
from paysignal.windows.spans import WINDOWS, Window


def of_rows(tallies: Tallies, touched: Sequence[int]) -> Iterator[Reading]:
    """Every reading that the touched rows' newest windows give now. Called by the step."""
    for window in WINDOWS:
        held = [tallies.window(row, window) for row in touched]
        counts = np.array([count for count, _ in held])
        sums = np.array([total(limbs) for _, limbs in held])
        for indicator in ROLLING[:2]:
            figures = figures_of(
                indicator.compute(*({Held.COUNT: counts, Held.SUM: sums}[each] for each in indicator.reads))
            )
            for row, figure, count in zip(touched, figures, counts.tolist(), strict=True):
                if figure is not None:
                    yield _reading(indicator, window, tallies.rows[row], figure, count)


def _reading(indicator: RollingIndicator, window: Window, row: Row, figure: Figure, count: int) -> Reading:
    newest = window.grid.panes(np.array([row.newest_us]))
    start, end = window.bounds(window.last_pane(int(newest[0])))
    unit = indicator.unit if isinstance(indicator.unit, Unit) else MEASURES[row.series.measure].unit
    return Reading(
        series=row.series,
        indicator=indicator.name,
        window=window.name,
        baseline="",
        origin=indicator.origin,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        bound=bound_of(figure),
        unit=unit,
        start=moment_at(start),
        event_time=moment_at(end),
        known_at=moment_at(row.newest_us),
        gap_days=None,
        facts=count,
        sources=tuple(sorted(name for name, at in row.publishers.items() if at >= start))[:NAMED_INPUTS],
        inputs=tuple(identity for at, identity in sorted(row.recent, reverse=True) if at >= start),
        flags=(),
        final=False,
        version=row.facts,
        definition=definition_of(indicator),
    )
