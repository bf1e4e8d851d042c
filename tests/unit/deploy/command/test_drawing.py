"""The tables on terminals of every width, and the progress before them."""

import io
import itertools

import msgspec
import pytest
from rich.console import Console

from paysignal.command.drawing import FILE_WIDTH, draw, stdout_console
from paysignal.command.steps import Steps
from paysignal.facts.kinds import Bound
from paysignal.facts.measures import Unit
from paysignal.page.rows import JustRead, Strongest

READ = JustRead(
    id="0" * 32,
    provider="alipay",
    provider_name="Alipay",
    synthetic=False,
    market="RU",
    market_name="Russia",
    measure="transactions",
    segment="",
    measure_words="transactions",
    kind="growth",
    value=50.0,
    bound=Bound.MORE_THAN,
    unit=Unit.RATIO,
    currency="",
    statement="> +5,000 %",
    interval="",
    period="Jun 2018 to Aug 2018",
    baseline="year before",
    derived="+4,900 %",
    derived_interval="",
    sources=("paysignal-press-note", "the-gazette", "a-very-long-name-of-a-paper-indeed"),
    known_at="2018-09-18",
    age_seconds=1,
    age="8 years",
    retracted=False,
)
STRONG = Strongest(
    rank=1,
    provider="sample-wallet",
    provider_name="Sample Wallet",
    synthetic=True,
    market="region:southeast-asia",
    market_name="Southeast Asia",
    measure="transaction_value",
    segment="",
    measure_words="transaction value, mobile money",
    value=50.0,
    low=50.0,
    high=None,
    bound=Bound.AT_LEAST,
    growth="≥ +5,022.6 %",
    interval="",
    origin="derived",
    period="1 Jan 2018 to 31 Mar 2019",
    event_time="2019-04-01",
    age_seconds=1,
    age="10 months",
    source="fintechbrainfood + 12",
    sources=("fintechbrainfood",),
    flags=(),
)


def drawn(
    width: int, *, just_read: tuple[JustRead, ...] = (READ,), strongest: tuple[Strongest, ...] = (STRONG,)
) -> str:
    """Both tables as text."""
    file = io.StringIO()
    draw(Console(file=file, width=width), just_read, strongest)
    return file.getvalue()


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_cell_is_cut_on_any_usual_terminal(width: int) -> None:
    """Long cells go on in the next line; every character is there."""
    text = drawn(width)

    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    characters = "".join(text.split())
    for cell in ("Alipay", "+4,900%", "+5,000", "8years", "≥+5,022.6%", "derived", "10months"):
        assert cell in characters


def test_at_100_columns_figures_stay_whole() -> None:
    """What is compared by eye is in one line."""
    text = drawn(100)

    assert all(whole in text for whole in ("> +5,000 %", "+4,900 %", "8 years", "≥ +5,022.6 %", "10 months"))


def test_in_a_file_each_row_is_one_line() -> None:
    """So that it can be searched."""
    lines = drawn(FILE_WIDTH).splitlines()

    assert 1 == len([line for line in lines if "paysignal-press-note, the-gazette, a-very-long-name" in line])
    assert 1 == len([line for line in lines if "Sample Wallet (synthetic)" in line and "fintechbrainfood + 12" in line])


def test_stdout_that_is_no_terminal_is_taken_for_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Wide, and without colours."""
    draw(stdout_console(), (READ,), ())
    text = capsys.readouterr().out

    assert "\x1b" not in text
    assert any("paysignal-press-note, the-gazette" in line and "8 years" in line for line in text.splitlines())


def test_an_empty_table_says_so() -> None:
    """A title above nothing would leave its reader waiting."""
    assert 2 == drawn(100, just_read=(), strongest=()).count("nothing yet")


def test_what_looks_like_markup_is_text() -> None:
    """Names come from outside."""
    odd = "[red]The [link=https://example.com]Gazette[/link]"

    assert odd in drawn(FILE_WIDTH, just_read=(_with_source(odd),))


def _with_source(name: str) -> JustRead:
    fields = {field: getattr(READ, field) for field in READ.__struct_fields__}
    return JustRead(**{**fields, "sources": (name,)})


def told(*, terminal: bool) -> str:
    """What a start tells that waits for seven seconds, a second at a time."""
    file = io.StringIO()
    seconds = itertools.count()
    with Steps(Console(file=file, width=80, force_terminal=terminal), lambda: float(next(seconds))) as steps:
        for _ in range(8):
            steps.awaiting("worker: [rebuilding]")
        steps.done("worker", "ready")
    return file.getvalue()


def test_without_a_terminal_waiting_is_told_in_plain_lines_now_and_then() -> None:
    """A log shows that something is still awaited, and is not flooded."""
    lines = told(terminal=False).splitlines()

    assert 2 == len(lines)
    assert lines[0].endswith("s  waiting: worker: [rebuilding]")
    assert lines[1].endswith("s  worker    ready")


def test_on_a_terminal_waiting_is_told_in_one_line_that_moves() -> None:
    """And is gone at the end."""
    text = told(terminal=True)

    assert "waiting:" not in text
    assert "worker: [rebuilding]" in text
    assert "\x1b[?25h" in text  # the cursor is shown again


def test_what_was_found_stands_below_the_table() -> None:
    """A line for each sentence, with whose figure it is about, and a mark at the figure."""
    found = msgspec.structs.replace(READ, flags=("contradicted",), notes=("growth 50 is stated, 0.5 follows",))
    text = drawn(200, just_read=(found,))

    assert "> +5,000 % !" in text
    assert "! Alipay, transactions, Jun 2018 to Aug 2018: growth 50 is stated, 0.5 follows" in text
    assert "!" not in drawn(200)
