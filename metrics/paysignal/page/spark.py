"""Sparklines: a series' latest figures as a line of a few pixels. Pure."""

from collections.abc import Sequence
from typing import Final

from paysignal.page.markup import text

_WIDTH: Final = 96
_HEIGHT: Final = 24
#: The line and its last point are not cut off at the edge.
_MARGIN: Final = 3

#: More periods than pixels between two of them could be told apart in.
MOST: Final = 24


def spark(values: Sequence[float], label: str) -> str:
    """The values, the oldest first, as a picture that `label` describes; nothing of fewer than two."""
    if len(values) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    places = _places(values[-MOST:])
    line = " ".join(f"{x:g},{y:g}" for x, y in places)
    x, y = places[-1]
    return (
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{text(label)}">'
        f'<polyline points="{line}"/><circle cx="{x:g}" cy="{y:g}" r="2.5"/></svg>'
    )


def _places(values: Sequence[float]) -> list[tuple[float, float]]:
    low, high = min(values), max(values)
    # Halved first: the difference of two floats may be larger than any.
    height = high / 2 - low / 2
    step = (_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    shares = [(value / 2 - low / 2) / height if height else 0.5 for value in values]
    return [
        (round(_MARGIN + at * step, 1), round(_HEIGHT - _MARGIN - share * (_HEIGHT - 2 * _MARGIN), 1))
        for at, share in enumerate(shares)
    ]
