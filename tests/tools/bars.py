"""The bench's plot: facts per CPU-second of each engine, on a scale where each step is ten times the one before.

paysignal bench --json > bench.jsonl; python -m tests.tools.bars bench.jsonl docs/pictures/bench.svg
"""

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_WIDTH, _LEFT, _RIGHT, _BAR, _GAP = 720, 190, 90, 18, 8
_LEAST, _MOST = 10.0, 1_000_000.0
_COLOURS = {"paysignal": "#1f5fa8", "hand-written": "#8a8a8a", "stock Faust": "#c98a2b"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One run: which job, which engine, facts per CPU-second."""

    job: str
    engine: str
    rate: float


def bars_of(lines: Sequence[str]) -> list[Bar]:
    """The runs of throughput among the bench's JSON lines."""
    told = [json.loads(line) for line in lines if line.startswith("{")]
    return [
        Bar(one["job"], one["engine"], one["facts_per_cpu_second"]) for one in told if "facts_per_cpu_second" in one
    ]


def drawn(bars: Sequence[Bar]) -> str:
    """The bars as SVG, a group a job, with their numbers."""
    parts, top = [], 34
    for number, bar in enumerate(bars):
        if number and bar.job != bars[number - 1].job:
            top += _GAP
        parts.append(_row(bar, top))
        top += _BAR + 4
    height = top + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'font-family="sans-serif" font-size="12" fill="#222" role="img" aria-label="Facts per CPU-second">'
        f'<rect width="100%" height="100%" fill="#fff"/>{_grid(height)}{"".join(parts)}</svg>\n'
    )


def _at(rate: float) -> float:
    share = (math.log10(rate) - math.log10(_LEAST)) / (math.log10(_MOST) - math.log10(_LEAST))
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _row(bar: Bar, top: float) -> str:
    end, middle = _at(bar.rate), top + _BAR - 5
    return (
        f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end">{bar.job} {bar.engine}</text>'
        f'<rect x="{_LEFT}" y="{top}" width="{end - _LEFT:.1f}" height="{_BAR}" fill="{_COLOURS[bar.engine]}"/>'
        f'<text x="{end + 6:.1f}" y="{middle}">{bar.rate:,.0f}</text>'
    )


def _grid(height: int) -> str:
    lines = [f'<text x="{_LEFT}" y="14" fill="#666">facts per CPU-second</text>']
    rate = _LEAST
    while rate <= _MOST:
        x = _at(rate)
        lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="28" y2="{height}" stroke="#e4e4e4"/>')
        lines.append(f'<text x="{x:.1f}" y="26" text-anchor="middle" fill="#888" font-size="10">{rate:,.0f}</text>')
        rate *= 10
    return "".join(lines)


def main() -> None:
    """Reads the lines, writes the picture."""
    source, target = map(Path, sys.argv[1:])
    target.write_text(drawn(bars_of(source.read_text().splitlines())))


if __name__ == "__main__":
    main()
