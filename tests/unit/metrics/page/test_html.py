"""The page as HTML: whole, escaped, without anything inline or from elsewhere."""

import datetime as dt
import re
from html.parser import HTMLParser

import msgspec

from paysignal.board.board import Counts, Snapshot
from paysignal.facts.readings import Reading
from paysignal.history.store import History
from paysignal.page.html import ROWS_SHOWN, document
from paysignal.page.movers import MOST
from paysignal.page.tables import LeftOut
from paysignal.page.view import View, Views
from tests.tools.figures import NOTE, RUSSIA, claim, reading

NOW = dt.datetime(2018, 10, 16, tzinfo=dt.UTC)
VERSION = "0123456789ab"
HOSTILE = "<script>alert(1)</script>\"'\n\x00\u202e&amp;"


class Tags(HTMLParser):
    """Collects start tags and attributes, and checks that elements close in order."""

    void = frozenset({"meta", "link", "wbr", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down the tag."""
        self.seen.append((tag, dict(attrs)))
        if tag not in self.void:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """What closes is what was opened last."""
        assert self._open.pop() == tag


def page(readings: list[Reading], *claims: object, show: frozenset[LeftOut] = frozenset()) -> str:
    """The page of these readings and the claims of the note."""
    history = History(10)
    history.remember([claim()] if not claims else [])
    views = Views(lambda: Snapshot(tuple(readings), Counts(), 10), history.recollect, lambda: NOW)
    return document(views.view(show), VERSION)


def test_both_tables_stand_on_the_page() -> None:
    """Statement, growth, period, age and source of both tables are there, and the one provider among the leaders."""
    text = page([reading()])
    for expected in ("Just read", "Strongest", "&gt; +5,000 %", "14 Jun 2018 to 15 Jul 2018", "paysignal-press-note"):
        assert expected in text
    assert text.count("<tr>") == 2 * 3


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    """No inline script, style or handler, and every address is one of ours: the strict policy holds."""
    tags = Tags(page([reading()])).seen
    for tag, attributes in tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert tag != "style"
        for name in ("href", "src"):
            assert (attributes.get(name) or "/").startswith(("/", "#"))
    scripts = [attributes.get("src") for tag, attributes in tags if tag == "script"]
    assert scripts == [f"/static/{VERSION}/theme.js", f"/static/{VERSION}/main.js"]


def test_hostile_source_names_stay_text() -> None:
    """Markup, quotes, newlines, control characters and 60 KB in a source's name change nothing but that cell."""
    hostile = reading(sources=(HOSTILE, HOSTILE + "x" * 60_000), flags=(HOSTILE,))
    plain, attacked = Tags(page([reading()])), Tags(page([hostile]))
    names = [tag for tag, _ in attacked.seen if tag != "span"]
    assert names == [tag for tag, _ in plain.seen if tag != "span"]
    assert "alert(1)</script>" not in page([hostile])
    assert len(page([hostile])) < len(page([reading()])) + 2_000


def test_synthetic_figures_are_labelled() -> None:
    """A row that rests on made-up increments has the label beside its provider."""
    text = page([reading(sources=("paysignal-synthetic",))])
    assert re.search(r'<bdi>Alipay</bdi> <span class="tag warn">synthetic</span>', text)
    assert "synthetic" not in page([reading()])


def test_what_is_left_out_is_told_with_a_link_that_shows_it() -> None:
    """A conflict is counted under the table, and its link asks for it; then another link leaves it out again."""
    conflicting = reading(flags=("conflict",))
    text = page([conflicting])
    assert '<a href="/?show=conflict">1 contradicted by another publisher</a>' in text
    shown = page([conflicting], show=frozenset({LeftOut.CONFLICT}))
    assert "Taken in: contradicted by another publisher." in shown


def test_an_empty_board_says_so() -> None:
    """Before anything was read there are sentences, not empty tables."""
    text = page([], "no claims")
    assert "No article has been read yet." in text
    assert "No growth on the year is known yet." in text
    assert "<table" not in text


def test_a_page_has_a_bounded_number_of_rows() -> None:
    """Beyond 200 rows the page says how many more there are; of growths without an upper end none lags."""
    many = [reading(msgspec.structs.replace(RUSSIA, provider=f"provider-{number}")) for number in range(ROWS_SHOWN + 5)]
    text = page(many, "no claims")
    assert text.count("<tr>") == ROWS_SHOWN + 1 + MOST + 1
    assert "5 more rows are in the JSON." in text


def test_a_retracted_statement_is_struck() -> None:
    """What was taken back is shown as deleted text with a word beside it."""
    row = View((), (), {}, frozenset(), 0, 0, NOW)
    history = History(10)
    history.remember([claim(source=NOTE)])
    views = Views(lambda: Snapshot((), Counts(), 1), history.recollect, lambda: NOW)
    (stated,) = views.view(frozenset()).just_read
    struck = msgspec.structs.replace(stated, retracted=True)
    text = document(View((struck,), row.strongest, {}, frozenset(), 0, 1, NOW), VERSION)
    assert "<del>" in text
    assert "taken back" in text


def test_what_speaks_against_a_figure_stands_beside_it_escaped() -> None:
    """In Just read the sentence and the flag; in Strongest, when it is asked for, the flag."""
    history = History(10)
    stated = claim()
    history.remember([stated])
    readings = (reading(flags=("contradicted", "estimated_known_time")),)
    notes = {str(stated.id): (HOSTILE,)}
    views = Views(lambda: Snapshot(readings, Counts(), 10), history.recollect, lambda: NOW, lambda: notes)
    text = document(views.view(frozenset({LeftOut.CONTRADICTED})), VERSION)

    Tags(text)
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert 2 == text.count('<span class="tag warn">contradicted</span>')
    assert "estimated" not in text
