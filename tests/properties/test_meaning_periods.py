"""Which periods compare: a drawn time line for each rule.

[2023-04-01 .... 2024-04-01)  150   previous +0.5   year_ago +0.5
 start          end (excl.)  value  growth against that comparison; none where none is named

o 2023-12-31                  a stock as of that day; `x` declares a break on its date
? 2023-12-31                  published then, of a period that was not stated
"""

import datetime as dt
import re
from dataclasses import dataclass

import pytest

from paysignal.engine.books import Book
from paysignal.engine.histories import history_of
from paysignal.facts.claims import Break, Claim
from paysignal.facts.periods import Period
from tests.tools import examples
from tests.tools.batches import told

_SPAN = re.compile(r"\[(\S+) \.+ (\S+)\)\s+(\S+)")
_POINT = re.compile(r"([o?x]) (\S+)\s+(\S+)")
_GROWTH = re.compile(r"(previous|year_ago) ([+-][\d.]+)")

LINES = {
    "fiscal years from April": """
        [2021-04-01 ........ 2022-04-01)  100
        [2022-04-01 ........ 2023-04-01)  150   previous +0.5   year_ago +0.5
        [2023-04-01 ........ 2024-04-01)  300   previous +1     year_ago +1
    """,
    "a fiscal year and a calendar year": """
        [2022-04-01 ........ 2023-04-01)  100
        [2023-01-01 ........ 2024-01-01)  150
    """,
    "quarters that begin in February": """
        [2022-11-01 .. 2023-02-01)  100
        [2023-02-01 .. 2023-05-01)  110   previous +0.1
        [2024-02-01 .. 2024-05-01)  220   year_ago +1
    """,
    "quarters of two calendars": """
        [2023-01-01 .. 2023-04-01)  100
        [2023-02-01 .. 2023-05-01)  110
        [2024-01-01 .. 2024-04-01)  150   year_ago +0.5
    """,
    "months are as long as they are": """
        [2023-01-01 .. 2023-02-01)  100
        [2023-02-01 .. 2023-03-01)  90    previous -0.1
        [2023-03-01 .. 2023-04-01)  99    previous +0.1
        [2024-02-01 .. 2024-03-01)  180   year_ago +1
    """,
    "months from the 31st end on the last day there is": """
        [2022-12-31 .. 2023-01-31)  100
        [2023-01-31 .. 2023-02-28)  110   previous +0.1
    """,
    "a month from the leap day has no year before": """
        [2023-02-28 .. 2023-03-28)  100
        [2023-03-01 .. 2023-04-01)  100
        [2024-02-29 .. 2024-03-29)  110
    """,
    "half years": """
        [2023-01-01 .... 2023-07-01)  100
        [2023-07-01 .... 2024-01-01)  110   previous +0.1
        [2024-01-01 .... 2024-07-01)  220   previous +1    year_ago +1.2
    """,
    "a half and its quarters": """
        [2023-01-01 .... 2023-07-01)  100
        [2023-04-01 .... 2023-07-01)  60
        [2023-07-01 .... 2023-10-01)  90    previous +0.5
    """,
    "weeks from Wednesday": """
        [2024-01-03 .. 2024-01-10)  100
        [2024-01-10 .. 2024-01-17)  110   previous +0.1
    """,
    "weeks from another day": """
        [2024-01-03 .. 2024-01-10)  100
        [2024-01-08 .. 2024-01-15)  110
        [2024-01-11 .. 2024-01-18)  110
    """,
    "weeks a year apart have the same dates, not the same week days": """
        [2023-01-04 .. 2023-01-11)  100
        [2024-01-03 .. 2024-01-10)  110
        [2024-01-04 .. 2024-01-11)  150   year_ago +0.5
    """,
    "days": """
        [2024-02-28 .. 2024-02-29)  100
        [2024-02-29 .. 2024-03-01)  110   previous +0.1
        [2024-03-01 .. 2024-03-02)  100   previous -0.090909
        [2025-02-28 .. 2025-03-01)  120
        [2025-03-01 .. 2025-03-02)  120   previous +0   year_ago +0.2
    """,
    "hours": """
        [2024-03-01T09:00:00Z .. 2024-03-01T10:00:00Z)  100
        [2024-03-01T10:00:00Z .. 2024-03-01T11:00:00Z)  110   previous +0.1
        [2025-03-01T10:00:00Z .. 2025-03-01T11:00:00Z)  220   year_ago +1
    """,
    "lunar months have 29 or 30 days": """
        [2023-03-23 .. 2023-04-21)  100
        [2023-04-21 .. 2023-05-21)  110
        [2024-03-11 .. 2024-04-10)  150
    """,
    "two lunar months of 29 days, one after the other": """
        [2023-02-21 .. 2023-03-22)  100
        [2023-03-22 .. 2023-04-20)  110   previous +0.1
    """,
    "new year's week moves": """
        [2023-01-21 .. 2023-01-28)  100
        [2024-02-10 .. 2024-02-18)  110
    """,
    "a fiscal year that drifts by a day": """
        [2021-07-16 ........ 2022-07-17)  100
        [2022-07-17 ........ 2023-07-17)  110
        [2023-07-17 ........ 2024-07-16)  150
    """,
    "spans of whole months": """
        [2017-07-01 ... 2017-09-01)  2073
        [2018-05-01 ... 2018-07-01)  1970
        [2018-07-01 ... 2018-09-01)  2955  previous +0.5   year_ago +0.42547
    """,
    "spans of days": """
        [2023-03-04 ... 2023-04-23)  100
        [2023-04-23 ... 2023-06-12)  110   previous +0.1
        [2023-06-12 ... 2023-08-02)  121
    """,
    "a gap": """
        [2023-01-01 .. 2023-02-01)  100
        [2023-03-01 .. 2023-04-01)  110
        [2024-01-01 .. 2024-02-01)  150   year_ago +0.5
    """,
    "a series that starts": """
        [2020-10-01 .. 2021-01-01)  0
        [2021-01-01 .. 2021-04-01)  100
        [2021-04-01 .. 2021-07-01)  110   previous +0.1
        [2021-10-01 .. 2022-01-01)  300
    """,
    "a series that ends": """
        [2023-10-01 .. 2024-01-01)  100
        [2024-01-01 .. 2024-04-01)  0     previous -1
        [2024-04-01 .. 2024-07-01)  0
        [2024-10-01 .. 2025-01-01)  0     year_ago -1
    """,
    "a period that was not stated": """
        [2023-01-01 .. 2023-02-01)  100
        ? 2023-03-01                150
        ? 2024-03-01                300
    """,
    "stocks, irregularly": """
        o 2022-12-31                100
        o 2023-03-15                110   previous +0.1
        o 2023-12-31                150   previous +0.363636   year_ago +0.5
    """,
    "a stock within fifteen days of a year": """
        o 2023-01-15                100
        o 2023-12-31                150   previous +0.5   year_ago +0.5
    """,
    "a stock sixteen days off": """
        o 2023-01-16                100
        o 2023-12-31                150   previous +0.5
    """,
    "of two stocks near a year the nearer": """
        o 2022-12-20                100
        o 2023-01-05                120   previous +0.2
        o 2023-12-31                150   previous +0.25  year_ago +0.25
    """,
    "a stock as of a leap day": """
        o 2023-02-28                100
        o 2024-02-29                150   previous +0.5   year_ago +0.5
    """,
    "a break between": """
        [2023-01-01 .. 2023-02-01)  100
        x 2023-02-01                0
        [2023-02-01 .. 2023-03-01)  200
        [2023-03-01 .. 2023-04-01)  210   previous +0.05
        [2024-01-01 .. 2024-02-01)  300
        [2024-02-01 .. 2024-03-01)  400   previous +0.333333  year_ago +1
    """,
    "a break of a stock": """
        o 2022-12-31                100
        x 2023-06-30                0
        o 2023-06-30                200
        o 2023-12-31                210   previous +0.05
    """,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of a drawing: a period with a value, and the growths that it should have."""

    period: Period
    value: float
    stock: bool
    growths: dict[str, float]


def drawn(line: str) -> Drawn:
    """Reads a line."""
    growths = {name: float(value) for name, value in _GROWTH.findall(line)}
    if span := _SPAN.match(line):
        start, end, value = span.groups()
        return Drawn(Period(start, end), float(value), stock=False, growths=growths)
    point = _POINT.match(line)
    assert point is not None, line
    kind, day, value = point.groups()
    if kind == "o":
        day = (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()
    return Drawn(Period(None, day), float(value), stock=kind == "o", growths=growths)


def claim_of(each: Drawn, broken: str | None) -> Claim:
    """The level that a line draws, with the break if it is the first after it."""
    fields: dict[str, object] = {
        "value": each.value,
        "step": None,
        "bound": "exact",
        "period": each.period,
        "known_at": "2025-12-31",
    }
    fields["break_"] = None if broken is None else Break(broken, "counted anew")
    make = examples.users if each.stock else examples.claim
    return told(make(**fields))


@pytest.mark.parametrize("name", list(LINES))
def test_periods_that_compare(name: str) -> None:
    """Each period of the drawing has just the growths that are written beside it."""
    broken: str | None = None
    lines: list[Drawn] = []
    claims: list[Claim] = []
    for text in filter(None, map(str.strip, LINES[name].splitlines())):
        if text.startswith("x"):
            broken = text.split()[1]
        else:
            lines.append(drawn(text))
            claims.append(claim_of(lines[-1], broken))
            broken = None
    books: dict[str, Book] = {}
    for claim in claims:
        books.setdefault(claim.series.key, Book(claim.series)).put(claim)
    points = {(point.period, book.series.grain): point for book in books.values() for point in history_of(book)}
    for line, claim in zip(lines, claims, strict=True):
        point = points[line.period, claim.series.grain]
        found = {"previous": point.previous, "year_ago": point.year_ago}
        values = {baseline: figure.value for baseline, figure in found.items() if figure is not None}

        assert values == pytest.approx(line.growths, abs=1e-5), f"{name}: {line.period.text}"


def test_the_drawings_say_something() -> None:
    """Some of the drawn periods compare, and some do not; no line is read as another kind."""
    lines = [drawn(line.strip()) for text in LINES.values() for line in text.splitlines() if line.strip()]

    assert sum(bool(line.growths) for line in lines) > 30
    assert sum(not line.growths for line in lines) > 40
    assert {True, False} == {line.stock for line in lines}
