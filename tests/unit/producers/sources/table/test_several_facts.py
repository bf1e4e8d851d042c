"""Tables that state more than one fact a row: sections that come on top of each other, and rows that state nothing."""

import pytest

from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Basis
from paysignal.facts.rejections import Rejected
from paysignal.sources.errors import MappingError, TableError
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.parse import parse_table

WIDE = """
fact = "claim"
absent = ["NA"]
[templates]
"period.start" = "{year} {month}"
segment = "App {app}"
[slugs]
segment = "words"
[where]
group = ["all", "some"]
[unless]
app = ["Total"]
[constants]
provider = "upi"
market = "IN"
kind = "level"
"source.publisher" = "npci"
"source.tier" = "company"
[dates]
format = "%Y %B"
span = "month"
known_after = 5
[[facts]]
columns = { value = "volume" }
constants = { measure = "transactions" }
scale = "1000000"
[[facts]]
columns = { value = "people" }
constants = { measure = "registered_users" }
times = "adults"
"""
HEADER = "year,month,group,app,volume,people,adults\n"


def outcomes(rows: str, mapping: str = WIDE) -> list[object]:
    """What the table gives."""
    return list(parse_table((HEADER + rows).encode().splitlines(keepends=True), mapping_from(mapping, "m"), "t.csv"))


def test_a_row_states_a_fact_for_each_section() -> None:
    """A flow over its month and a stock as of its end, the second a share of another column, both by their scale."""
    flow, stock = outcomes("2024,June,all,Google Pay,12.5,0.25,4000\n")

    assert isinstance(flow, Claim)
    assert isinstance(stock, Claim)
    assert ("app-google-pay", 12.5e6, 1e5) == (flow.segment, flow.value, flow.step)
    assert ("2024-06-01", "2024-07-01") == (flow.dated.start, flow.dated.end)
    assert (1000.0, 40.0, None, "2024-07-01") == (stock.value, stock.step, stock.dated.start, stock.dated.end)


def test_the_known_time_of_a_table_that_tells_none_is_an_estimate() -> None:
    """Five days after the month."""
    claim, _ = outcomes("2024,June,all,a,1,1,1\n")

    assert isinstance(claim, Claim)
    assert ("2024-07-06", Basis.ESTIMATED) == (claim.known_at, claim.known_at_basis)


@pytest.mark.parametrize(
    ("row", "facts"),
    [
        ("2024,June,none,a,1,1,1", 0),
        ("2024,June,some,a,1,1,1", 2),
        ("2024,June,all,Total,1,1,1", 0),
        ("2024,June,all,a,NA,1,1", 1),
        ("2024,June,all,a,NA,NA,1", 0),
    ],
)
def test_rows_that_state_nothing_are_passed_over(row: str, facts: int) -> None:
    """By a cell that has to be there, one that may not, or a value that says that there is none."""
    assert facts == len(outcomes(row + "\n"))


def test_a_bad_cell_is_rejected_for_its_fact_alone() -> None:
    """The other fact of the row stands."""
    bad, good = outcomes("2024,June,all,a,many,1,1\n")

    assert isinstance(bad, Rejected)
    assert isinstance(good, Claim)


def test_a_quarter_is_told_by_its_last_day() -> None:
    """With a span the end is enough; a share of adults stands at the day, and has no start."""
    mapping = WIDE.replace('"period.start" = "{year} {month}"', '"period.as_of" = "{year} {month}"').replace(
        'span = "month"', 'span = "quarter"').replace('"%Y %B"', '"%Y %d.%m"')  # fmt: skip
    flow, stock = outcomes("2024,30.06,all,a,1,1,1\n", mapping)

    assert isinstance(flow, Claim)
    assert isinstance(stock, Claim)
    assert ("2024-04-01", "2024-07-01") == (flow.dated.start, flow.dated.end)
    assert (None, "2024-07-01") == (stock.dated.start, stock.dated.end)


def test_every_column_that_is_read_is_looked_for() -> None:
    """One that only a template, a condition or a share names is missed before the first row."""
    for column in ("month", "group", "adults"):
        with pytest.raises(TableError, match=column):
            list(parse_table([HEADER.replace(column, "other").encode()], mapping_from(WIDE, "m"), "t.csv"))


@pytest.mark.parametrize("template", ["{year.month}", "{0[1]}", "{year!r}", "{year:>9}", "{}", "{year"])
def test_a_template_reaches_nothing_but_columns(template: str) -> None:
    """No attribute, index, conversion or width: a mapping file is data, and may be a stranger's."""
    with pytest.raises(MappingError):
        mapping_from(WIDE.replace("{year} {month}", template), "m")


def test_alpha_3_codes_and_addresses() -> None:
    """IND is IN, and a page is a publisher by its host; a publisher without address by its words."""
    mapping = """
    fact = "claim"
    columns = { market = "code", value = "share", "source.publisher" = "page", "period.as_of" = "day" }
    [markets]
    code = "alpha-3"
    [slugs]
    "source.publisher" = "host"
    [constants]
    provider = "all"
    measure = "adult_share"
    kind = "level"
    known_at = "2025-01-01"
    "source.tier" = "other"
    """
    table = b"code,share,page,day\nIND,0.5,https://www.a.org/x?y,2024-12-31\nXXX,0.5,World Bank,2024-12-31\n"
    good, bad = parse_table(table.splitlines(keepends=True), mapping_from(mapping, "m"), "t.csv")

    assert isinstance(good, Claim)
    assert ("IN", "www-a-org") == (good.market, good.source.publisher)
    assert isinstance(bad, Rejected)
    assert "XXX" in bad.detail


def test_exponents_are_figures_only_where_they_are_asked_for() -> None:
    """3.5e+6 is 3,500,000 with a step of 100,000."""
    asked = WIDE.replace("[dates]", "[numbers]\nexponents = true\n[dates]").replace('scale = "1000000"', "")
    (claim,) = outcomes("2024,June,all,a,3.5e+6,NA,1\n", asked)

    assert isinstance(claim, Claim)
    assert (3.5e6, 1e5) == (claim.value, claim.step)
    assert isinstance(outcomes("2024,June,all,a,3.5e+6,NA,1\n")[0], Rejected)
