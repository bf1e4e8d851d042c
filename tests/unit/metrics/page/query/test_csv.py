"""Rows as CSV."""

import csv
import io

import msgspec
import pytest

from paysignal.history.rows import FactRow, HistoryRow, PointRow
from paysignal.page.query.catalogue import ENDPOINTS
from paysignal.page.query.csv import cell, columns_of, csv_of
from paysignal.page.query.rows import AlertRow, ReadingRow


class Inner(msgspec.Struct, frozen=True):
    """A part."""

    name: str
    size: float | None


class Row(msgspec.Struct, frozen=True):
    """A row with everything."""

    key: str
    reading: Inner
    level: Inner | None
    tags: tuple[str, ...]
    parts: tuple[Inner, ...]
    final: bool


def test_there_is_a_column_for_every_plain_field() -> None:
    """What only wraps gives no prefix; what may be null has its columns all the same; lists are one cell."""
    rows = (Row("a", Inner("x, y", -0.1), None, ("p", "q"), (Inner("z", 1.0),), final=True),
            Row("b", Inner('"', None), Inner("l", 1e300), (), (), final=False))  # fmt: skip
    table = list(csv.reader(io.StringIO(csv_of(Row, rows).decode(), newline="")))
    assert table == [
        ["key", "name", "size", "level_name", "level_size", "tags", "parts", "final"],
        ["a", "x, y", "-0.1", "", "", "p; q", '{"name":"z","size":1.0}', "true"],
        ["b", '"', "", "l", "1e+300", "", "", "false"],
    ]


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.rows], ids=lambda each: each.path)
def test_no_two_columns_have_one_name(endpoint: object) -> None:
    """Though prefixes are left out."""
    rows = getattr(endpoint, "rows")  # noqa: B009 - of any endpoint
    names = [name for name, _ in columns_of(rows[1])]
    assert len(names) == len(set(names))


def test_the_columns_that_people_and_programs_rely_on_are_there() -> None:
    """By their names."""
    assert {"key", "provider", "market", "indicator", "value", "low", "high", "event_time", "marks"} <= {
        name for name, _ in columns_of(ReadingRow)
    }
    assert {"period_end", "level_value", "year_ago_value", "year_ago_low", "broken"} <= {
        name for name, _ in columns_of(PointRow)
    }
    assert {"id", "value", "source_publisher", "source_url", "retracted_at"} <= {n for n, _ in columns_of(FactRow)}
    assert {"rule", "state", "threshold"} <= {name for name, _ in columns_of(AlertRow)}
    assert HistoryRow.__struct_fields__[2] == "points"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+91 Pay", "'+91 Pay"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\N{FULLWIDTH EQUALS SIGN}1", "'\N{FULLWIDTH EQUALS SIGN}1"),
        ("\t=1", "'\N{REPLACEMENT CHARACTER}=1"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}=1", "'\N{REPLACEMENT CHARACTER}=1"),
        (("=1", "x"), "'=1; x"),
        ("a=b", "a=b"),
        ("line\nline", "line\N{REPLACEMENT CHARACTER}line"),
        ("\u202eabc", "\N{REPLACEMENT CHARACTER}abc"),
        ("\x1b[2J", "\N{REPLACEMENT CHARACTER}[2J"),
        ("ക്‍ഷ — पे", "ക്‍ഷ — पे"),
        (-1.5, "-1.5"),
        (-1, "-1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (None, ""),
        (True, "true"),
    ],
)
def test_a_cell_is_safe_and_exact(value: object, shown: str) -> None:
    """Text is no formula, one line, running one way; a number has every digit and no apostrophe; joiners stay."""
    assert cell(value) == shown
