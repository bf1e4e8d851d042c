"""Published statistics through the pure engine, beside the figures that ../shared/expected calculated on its own."""

import csv
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from paysignal.engine.decoding import decode
from paysignal.engine.emission.figures import Figure
from paysignal.engine.histories import Point, history_of
from paysignal.engine.money.rates import NO_RATES, RateTable
from paysignal.engine.pairs import Level
from paysignal.engine.parts.totals import Amount, Entry, total
from paysignal.engine.records import Record
from paysignal.engine.step import State, absorb
from paysignal.facts import wire
from paysignal.facts.claims import Claim
from paysignal.facts.moments import months_later
from tests.tools.need import shared

#: What ../shared/expected allows: relative on levels and sums, percentage points on growth.
LEVEL, POINTS = 1e-6, 1e-4

UNDEFINED = "undefined"


def state_of(claims: Iterable[Claim], rates: RateTable = NO_RATES) -> State:
    """The engine's state after these claims came as records."""
    state = State()
    records = [Record("published", 0, number, None, wire.encode(claim), None) for number, claim in enumerate(claims)]
    outcomes = absorb(state, decode(records, partitions=None), rates)
    assert not outcomes.rejected
    return state


@dataclass(frozen=True, eq=False)
class Published:
    """The histories of a set's series by the end of their periods."""

    state: State

    @cache  # noqa: B019 - one set, held for a run
    def points(self, series_key: str) -> dict[str, Point]:
        """The periods of one series by their end."""
        return {point.period.end: point for point in history_of(self.state.statements.books[series_key])}


def expected(name: str) -> Iterator[dict[str, str]]:
    """The rows of one file of ../shared/expected."""
    with shared("expected", name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def shown(point: Point | None) -> float | None:
    """The level of a period; None without."""
    return None if point is None or point.level is None else point.level.shown.value


def percent(figure: Figure | None) -> float | None:
    """A growth in per cent; None where undefined."""
    return None if figure is None else 100 * figure.value


class Comparing:
    """Compares cell by cell; `cells` counts, `wrong` tells what differs."""

    def __init__(self) -> None:
        self.cells = 0
        self.wrong: list[str] = []

    def level(self, where: str, printed: str, found: float | None, scale: float = 1.0) -> None:
        """A level or a sum, 1e-6 relative."""
        self._compare(where, printed, found, lambda wanted, got: math.isclose(wanted * scale, got, rel_tol=LEVEL))

    def printed(self, where: str, printed: str, found: float | None) -> None:
        """A quotient that is printed with few decimals: equal to what is printed."""
        decimals = len(printed.partition(".")[2])
        self._compare(where, printed, found, lambda wanted, got: abs(wanted - got) <= 0.5001 * 10.0**-decimals)

    def growth(self, where: str, printed: str, found: float | None) -> None:
        """A growth in per cent, 1e-4 points, which is also what it is printed with."""
        self._compare(where, printed, found, lambda wanted, got: abs(wanted - got) <= POINTS)

    def _compare(self, where: str, printed: str, found: float | None, agree: Callable[[float, float], bool]) -> None:
        self.cells += 1
        right = found is None if printed in {"", UNDEFINED} else found is not None and agree(float(printed), found)
        if not right:
            self.wrong.append(f"{where}: {printed!r} expected, {found!r} found")


def extracts(section: int) -> list[list[dict[str, str]]]:
    """The tables of one section of ../shared/expected/README.md, each as its rows by column."""
    text = shared("expected", "README.md").read_text(encoding="utf-8")
    body = text.split(f"\n## {section}. ", 1)[1].split("\n## ", 1)[0]
    tables: list[list[dict[str, str]]] = []
    header: list[str] = []
    for line in body.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            header = []
        elif not header:
            header = cells
            tables.append([])
        elif not set(line) <= set("|- "):
            tables[-1].append(dict(zip(header, cells, strict=True)))
    return tables


def year_of(published: Published, key: str, first: str) -> float | None:
    """The sum of the twelve months from `first`, by the engine's rules for sums; None where it refuses."""
    ends = [months_later(first, month) for month in range(1, 13)]
    points = [published.points(key).get(end) for end in ends]
    series = published.state.statements.books[key].series
    entries = [Entry(series, Level(point.period, point.level)) for point in points if point is not None and point.level]
    added = total(entries)
    return added.value if isinstance(added, Amount) and len(entries) == 12 else None
