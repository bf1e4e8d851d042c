"""Tables: rows to facts, and a bad row rejected alone with its place."""

import io

import pytest

from paysignal.facts.claims import Claim
from paysignal.facts.increments import Increment
from paysignal.facts.kinds import Comparison
from paysignal.facts.periods import Period
from paysignal.facts.rejections import Reason, Rejected
from paysignal.sources.errors import TableError
from paysignal.sources.lines import LARGEST_LINE, lines_of
from paysignal.sources.table.mapping import TableMapping, mapping_from
from paysignal.sources.table.parse import parse_table

MAPPING = """
fact = "claim"
[columns]
provider = "who"
segment = "part"
segment_role = "role"
value = "figure"
"period.start" = "month"
[constants]
market = "IN"
measure = "transactions"
kind = "level"
known_at = "2023-04-02"
"source.publisher" = "office"
"source.tier" = "official"
[numbers]
scale = "1000000"
grouping = ","
[dates]
span = "month"
[translate.provider]
"Unified Payments Interface" = "upi"
"""
HEADER = "who,part,role,figure,month\n"
ROW = "upi,,,8,2023-03-01\n"


def parse(text: str | bytes, mapping: str = MAPPING) -> list[Claim | Increment | Rejected]:
    """All outcomes of a table called t.csv."""
    raw = text if isinstance(text, bytes) else text.encode()
    return list(parse_table(lines_of(io.BytesIO(raw)), read(mapping), "t.csv"))


def read(mapping: str) -> TableMapping:
    """The mapping."""
    return mapping_from(mapping, "m.toml")


def only_claim(text: str, mapping: str = MAPPING) -> Claim:
    """The single claim of a table."""
    (outcome,) = parse(text, mapping)
    assert isinstance(outcome, Claim)
    return outcome


def rejection(outcome: object) -> tuple[Reason, int | None]:
    """Reason and line."""
    assert isinstance(outcome, Rejected)
    assert outcome.origin.file == "t.csv"
    return outcome.reason, outcome.origin.line


def test_a_row_becomes_a_claim() -> None:
    """Columns, constants, scale, span and translation together."""
    claim = only_claim(HEADER + 'Unified Payments Interface,,,"8,685.3",2023-03-01\n')

    assert (claim.provider, claim.value, claim.step) == ("upi", 8_685_300_000.0, 100_000.0)
    assert claim.period == Period("2023-03-01", "2023-04-01")
    assert (claim.source.publisher, claim.source.name) == ("office", "office")
    assert claim.id is not None


def test_a_bad_row_is_rejected_alone() -> None:
    """The rows around it are read; file, line, reason and the row's own bytes are told."""
    before, bad, after = parse(HEADER + ROW + "upi,,,many,2023-03-01\n" + ROW)

    assert isinstance(before, Claim)
    assert isinstance(after, Claim)
    assert rejection(bad) == (Reason.BAD_ROW, 3)
    assert isinstance(bad, Rejected)
    assert bad.original == b"upi,,,many,2023-03-01\n"
    assert "plain decimal number" in bad.detail


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"upi,,,8\n", Reason.BAD_ROW),
        (b"upi,,,8,2023-03-01,extra\n", Reason.BAD_ROW),
        (b"UPI!,,,8,2023-03-01\n", Reason.BAD_ROW),
        (b"upi,,,-8,2023-03-01\n", Reason.BAD_ROW),
        (b"upi,,,8,2023-13-01\n", Reason.BAD_ROW),
        (b",,,8,2023-03-01\n", Reason.BAD_ROW),
        (b"upi,,,,2023-03-01\n", Reason.BAD_ROW),
        (b"up\xffi,,,8,2023-03-01\n", Reason.BAD_ENCODING),
        (b"upi,daily-average,part,8,2023-03-01\n", Reason.BAD_ROW),
        (b"u" * (LARGEST_LINE + 10) + b"\n", Reason.TOO_LARGE),
    ],
)
def test_each_kind_of_bad_row(row: bytes, reason: Reason) -> None:
    """Its reason, at its line, and the next row is read."""
    bad, good = parse(HEADER.encode() + row + ROW.encode())

    assert rejection(bad) == (reason, 2)
    assert isinstance(good, Claim)


def test_a_segment_must_be_what_the_vocabulary_says() -> None:
    """The stated role is checked, not stored."""
    claim = only_claim(HEADER + "upi,daily-average,variant,8,2023-03-01\n")
    assert claim.segment == "daily-average"


def test_an_open_quote_takes_no_good_row_with_it() -> None:
    """Only its own line is rejected; the rows below are read."""
    outcomes = parse(HEADER + 'upi,"oops,,8,2023-03-01\n' + ROW * 200)

    assert rejection(outcomes[0])[1] == 2
    assert len(outcomes) == 201
    assert all(isinstance(one, Claim) for one in outcomes[1:])


def test_a_cell_may_hold_a_line_end() -> None:
    """Lines are counted as an editor shows them."""
    good, bad = parse(HEADER + '"Unified Payments Interface",,,"8",2023-03-01\r\n"a\nb",,,8,2023-03-01\n')

    assert isinstance(good, Claim)
    assert rejection(bad) == (Reason.BAD_ROW, 3)


def test_a_byte_order_mark_is_no_column() -> None:
    """Spreadsheets write one."""
    assert only_claim("\ufeff" + HEADER + ROW).provider == "upi"


@pytest.mark.parametrize("header", ["who,part,role,figure\n", "who,who,part,role,figure,month\n", ""])
def test_a_header_that_does_not_fit_stops_the_table(header: str) -> None:
    """A missing column, a doubled one, none at all: no row could be read rightly."""
    with pytest.raises(TableError, match=r"t\.csv:1"):
        parse(header)


def test_a_table_without_rows_has_no_facts() -> None:
    """A header alone is a table."""
    assert parse(HEADER) == []


JSON_MAPPING = MAPPING.replace('fact = "claim"', 'fact = "claim"\nformat = "jsonl"')


def test_json_lines_keep_the_printed_digits() -> None:
    """8.50 million has a step of ten thousand; null and a missing member are empty."""
    (claim,) = parse('{"who":"upi","part":null,"figure":8.50,"month":"2023-03-01"}\n', JSON_MAPPING)

    assert isinstance(claim, Claim)
    assert (claim.value, claim.step) == (8_500_000.0, 10_000.0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", Reason.BAD_JSON),
        (b"[1]", Reason.BAD_JSON),
        (b'{"who":"\xff"}', Reason.BAD_ENCODING),
        (b'{"who":{"a":1}}', Reason.BAD_ROW),
        (b'{"who":true}', Reason.BAD_ROW),
        (b'{"figure":NaN}', Reason.BAD_JSON),
        (b"[" * 10_000, Reason.BAD_JSON),
        (b'{"who":"' + b"x" * LARGEST_LINE + b'"}', Reason.TOO_LARGE),
    ],
)
def test_each_kind_of_bad_json_line(line: bytes, reason: Reason) -> None:
    """Its reason, and the next line is read."""
    bad, good = parse(line + b'\n{"who":"upi","figure":8,"month":"2023-03-01"}\n', JSON_MAPPING)

    assert rejection(bad) == (reason, 1)
    assert isinstance(good, Claim)


INCREMENTS = """
fact = "increment"
columns = {event="id", value="n", at="t"}
constants = {provider="upi", market="IN", measure="transactions", publisher="me"}
"""


def test_a_table_of_increments() -> None:
    """The same event is the same id; an instant needs its zone."""
    one, again, bad = parse("id,n,t\na,1,2023-03-01T10:00:00Z\na,2,2023-03-01T11:00:00+01:00\nb,1,2023-03-01T10:00\n",
                            INCREMENTS)  # fmt: skip

    assert isinstance(one, Increment)
    assert isinstance(again, Increment)
    assert one.id == again.id
    assert one.at == again.at
    assert rejection(bad) == (Reason.BAD_ROW, 4)


def test_growth_against_a_named_base_period() -> None:
    """baseline.start and baseline.end make a baseline of their own; `baseline` names one."""
    mapping = MAPPING.replace('kind = "level"', 'kind = "growth"').replace("[columns]", '[columns]\nbaseline = "base"')
    claim = only_claim("base," + HEADER + "year_ago," + ROW, mapping)

    assert claim.baseline is Comparison.YEAR_AGO
    assert claim.unit == "ratio"
