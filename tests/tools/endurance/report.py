"""The report of a run: Markdown, and one picture of memory and of what was behind, with the faults marked."""

import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

from paysignal.facts import topics
from tests.tools.endurance.plan import Kind
from tests.tools.endurance.running import LONGEST_EXIT, STEEPEST, Endured, kinds_of
from tests.tools.endurance.watching import Sample

_WIDTH, _HEIGHT, _LEFT, _GAP = 720, 110, 70, 34
_MIB = 1_048_576
_COLOURS = ("#1f5fa8", "#c98a2b", "#4c8c4a", "#8a5aa8", "#a84c4c")


def write_report(run: Endured, folder: Path, name: str = "soak") -> str:
    """Writes `name`.md and `name`.svg; returns the text."""
    text = "\n".join(_lines(run, name)) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / f"{name}.svg").write_text(picture(run), encoding="utf-8")
    return text


def _lines(run: Endured, name: str) -> Iterator[str]:
    ask, increments = run.ask, run.wanted.outcomes[topics.INCREMENTS]
    broken = run.broken()
    rate = run.sent / run.took
    yield f"Seed {ask.seed}, {ask.seconds:g} s, {ask.rate:,} increments a second asked for, {rate:,.0f} sent."
    yield f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; the broker on the same."
    yield ""
    yield f"![Memory of each worker and increments behind, faults marked]({name}.svg)"
    yield ""
    yield "| increments | |"
    yield "|---|---|"
    feed = run.feed
    yield f"| sent | {run.sent:,}: {feed.distinct:,} events, {feed.again:,} copies, {feed.poison:,} no facts |"
    for outcome in ("accepted", "duplicate", "late", "rejected"):
        yield f"| {outcome} | {increments[outcome]:,} |"
    yield f"| readings that stand | {len(run.stands.outputs[topics.READINGS]):,} |"
    yield f"| finals that stand | {len(run.stands.outputs[topics.FINALS]):,} |"
    yield f"| memory, MiB a minute after {ask.warm_up:.0f} s | {run.growth:+.2f} (at most {STEEPEST:g}) |"
    yield f"| from SIGTERM to the end, longest | {max(run.exits):.1f} s (at most {LONGEST_EXIT:g}) |"
    yield f"| what does not hold | {'; '.join(broken) or 'nothing'} |"
    yield ""
    yield "| fault | times | caught up within a second's increments, median and longest |"
    yield "|---|---|---|"
    for kind, times in kinds_of(run.faults).items():
        yield f"| {kind} | {times} | {_recovered(run, kind)} |"


def _recovered(run: Endured, kind: Kind) -> str:
    took = [seconds for _, fault, seconds in run.recoveries if fault.kind is kind]
    known = sorted(seconds for seconds in took if seconds is not None)
    never = f", {len(took) - len(known)} not before the next" if len(known) < len(took) else ""
    return f"{known[len(known) // 2]:.0f} s, {known[-1]:.0f} s{never}" if known else never.removeprefix(", ")


def picture(run: Endured) -> str:
    """Two plots over one time."""
    ports = sorted({port for each in run.samples for port in each.resident})
    lines = [
        ([(each.at, each.resident[port] / _MIB) for each in run.samples if port in each.resident], port == run.witness)
        for port in ports
    ]
    behind = [(each.at, float(each.behind)) for each in run.samples if each.behind is not None]
    longest = run.samples[-1].at
    memory = _plot([points for points, _ in lines], 0, longest, "MiB", [own for _, own in lines])
    lag = _plot([behind], _HEIGHT + _GAP, longest, "behind", [True])
    marks = "".join(
        f'<line x1="{_across(at, longest):.1f}" x2="{_across(at, longest):.1f}" y1="18" y2="{2 * _HEIGHT + _GAP}" '
        f'stroke="#d33" stroke-opacity="0.35"><title>{at:.0f} s: {fault.kind}</title></line>'
        for at, fault in run.faults
    )
    height = 2 * (_HEIGHT + _GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'font-family="sans-serif" font-size="11" fill="#333" role="img" aria-label="Memory and increments behind">'
        f'<rect width="100%" height="100%" fill="#fff"/>{marks}{memory}{lag}'
        f'<text x="{_WIDTH - 6}" y="{height - 8}" text-anchor="end">{longest:.0f} s; red: faults</text></svg>\n'
    )


def _across(at: float, longest: float) -> float:
    return _LEFT + at / longest * (_WIDTH - _LEFT - 6)


def _plot(
    lines: Sequence[Sequence[tuple[float, float]]], top: float, longest: float, label: str, thick: Sequence[bool]
) -> str:
    most = max((value for points in lines for _, value in points), default=1.0) or 1.0
    parts = [f'<text x="{_LEFT - 6}" y="{top + 24}" text-anchor="end">{most:,.0f}</text>']
    parts.append(f'<text x="{_LEFT - 6}" y="{top + _HEIGHT}" text-anchor="end">0 {label}</text>')
    for number, points in enumerate(lines):
        path = " ".join(
            f"{_across(at, longest):.1f},{top + _HEIGHT - value / most * (_HEIGHT - 20):.1f}" for at, value in points
        )
        colour = _COLOURS[number % len(_COLOURS)]
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{1.8 if thick[number] else 1}"/>'
        )
    return "".join(parts)


def watched(samples: Sequence[Sample], port: int) -> list[float]:
    """The MiB that a worker held, look by look."""
    return [each.resident[port] / _MIB for each in samples if port in each.resident]
