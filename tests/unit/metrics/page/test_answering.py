"""Explain, history and facts over HTTP, as JSON and as a page."""

import datetime as dt
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.engine.money.rates import NO_RATES
from paysignal.exposition.server import Server
from paysignal.facts.claims import Break, Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Tier
from paysignal.facts.periods import Period
from paysignal.history.answers import Answers
from paysignal.history.questions import LONGEST_KEY
from paysignal.history.rows import ErrorRow, ExplanationRow, FactsRow, HistoryRow
from paysignal.history.store import History
from paysignal.history.telling import MOST_FACTS
from paysignal.page.markup import ROWS_SHOWN
from tests.tools.examples import PRESS, claim
from tests.tools.querying import api_routes

FIRST, MOST_DAYS = dt.date(2020, 1, 1), MOST_FACTS // 3 + 10
SERIES = "upi|IN|transactions||month||current"
GROWTH = f"{SERIES}|previous_period_growth||previous"
MARCH = Period("2023-03-01", "2023-04-01")
FEBRUARY = Period("2023-02-01", "2023-03-01")
HOSTILE = "<script>alert(1)</script>\"'&amp;\u202e" + "x" * 150
ODD = Source("a" * 64, HOSTILE, Tier.PRESS, "https://example.com/?a=\"'><script>alert(2)</script>", HOSTILE)
GOSSIP = Source("gossip", HOSTILE, Tier.OTHER)
REVISED = identified(claim(value=8.5e9, known_at="2023-04-01"))
TAKEN_BACK = identified(claim(value=9.9e9, source=Source("blog", "Blog", Tier.OTHER)))
FACTS: list[Claim | Retraction] = [
    REVISED,
    identified(claim()),
    identified(claim(value=8.71e9, step=1e7, source=ODD)),
    identified(claim(period=FEBRUARY, value=7.5e9, known_at="2023-03-02")),
    identified(claim(period=FEBRUARY, value=9.1e9, source=GOSSIP, break_=Break("2020-01-01", HOSTILE))),
    identified(claim(period=Period("2023-05-01", "2023-06-01"), known_at="2023-06-02")),
    TAKEN_BACK,
    identified(Retraction(retracts=str(TAKEN_BACK.id), source=TAKEN_BACK.source, known_at="2023-05-01")),
]


@pytest.fixture(scope="module")
def get() -> Iterator[httpx.Client]:
    """A server over facts that were revised, retracted, contradicted and written by an attacker."""
    history = History(5_000)
    history.remember(FACTS)
    days = [(FIRST + dt.timedelta(days=day)).isoformat() for day in range(MOST_DAYS + 1)]
    history.remember(
        identified(claim(provider="pix", market="BR", value=value, period=Period(*day)))
        for day in pairwise(days)
        for value in (8e9, 9e9, 7e9)
    )
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict,
                    api_routes(Answers(history, NO_RATES)))  # fmt: skip
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=30) as client:
        yield client
    server.stop()


def test_a_reading_is_explained_with_facts_and_what_was_left_out(get: httpx.Client) -> None:
    """Formula, supporting sources, the revised, the retracted and the contradicting statement, later periods."""
    answer = get.get("/v1/explain", params={"key": GROWTH})
    row = msgspec.json.decode(answer.content, type=ExplanationRow)
    assert row.formula == "(8710000000.0 - 7500000000.0) / 7500000000.0"
    assert [[fact.claim.source.publisher for fact in each.facts] for each in row.evidence] == [
        ["a" * 64, "business-standard"],
        ["business-standard"],
    ]
    assert {(left.why, left.fact.claim.value) for left in row.left_out} == {
        ("revised", 8.5e9), ("retracted", 9.9e9), ("conflict", 9.1e9)
    }  # fmt: skip
    assert {left.fact.retracted_at for left in row.left_out} == {None, "2023-05-01"}
    assert row.passed_over[0].startswith("2023-05-01/2023-06-01: no level of the previous period")
    assert f"{SERIES}|level||" in row.others
    assert (row.as_of, row.missing_until) == (None, None)


def test_as_of_shows_what_was_known_then(get: httpx.Client) -> None:
    """On 1 April the first figure of March stood alone; the later ones, and the retraction, were not known."""
    asked = {"key": GROWTH, "as_of": "2023-04-01"}
    row = msgspec.json.decode(get.get("/v1/explain", params=asked).content, type=ExplanationRow)
    assert (row.reading.value, row.as_of) == ((8.5e9 - 7.5e9) / 7.5e9, "2023-04-01")
    assert [left.why for left in row.left_out] == []


def test_history_and_facts_answer_to_series_and_to_keys(get: httpx.Client) -> None:
    """The oldest period first in a history, the latest first among facts; the key of a reading names its series."""
    for asked in (SERIES, GROWTH):
        told = msgspec.json.decode(get.get("/v1/history", params={"series": asked}).content, type=HistoryRow)
        assert [point.period.start for point in told.points] == ["2023-02-01", "2023-03-01", "2023-05-01"]
        assert [(point.revisions, point.conflicts) for point in told.points] == [(0, 1), (1, 0), (0, 0)]
        facts = msgspec.json.decode(get.get("/v1/facts", params={"series": asked}).content, type=FactsRow)
        assert (facts.series, facts.total, len(facts.facts)) == (SERIES, 7, 7)
        assert facts.facts[0].claim.dated.start == "2023-05-01"


def test_an_answer_has_a_bounded_number_of_facts(get: httpx.Client) -> None:
    """The newest thousand, and how many there are."""
    pix = SERIES.replace("upi|IN", "pix|BR").replace("month", "day")
    row = msgspec.json.decode(get.get("/v1/facts", params={"series": pix}).content, type=FactsRow)
    assert (len(row.facts), row.total) == (MOST_FACTS, 3 * MOST_DAYS)
    page = get.get("/explain", params={"key": f"{pix}|level||"}).text
    assert (page.count('data-label="Period"'), f"{MOST_DAYS - ROWS_SHOWN} more rows are in the JSON" in page) == (
        ROWS_SHOWN + 3,
        True,
    )


def without_ours(page: str) -> str:
    """The page without the tags of our own scripts."""
    return re.sub(r'<script src="/static/[^"<>]+"[^<>]*></script>', "", page)


BAD = [
    {"key": ""},
    {},
    {"key": SERIES},
    {"key": "x" * (LONGEST_KEY + 1)},
    {"key": "|" * 9},
    {"key": GROWTH.replace("transactions", HOSTILE)},
    {"key": GROWTH.replace("month", "fortnight")},
    {"key": GROWTH.replace("current", "last")},
    {"key": GROWTH.replace("IN", "../../etc")},
    {"key": "\x00|\n|\ud7ff|" + "|" * 6},
    *({"key": GROWTH, "as_of": moment} for moment in
      ("yesterday", "2023-02-30", "2023-04-01 ", "9" * 5_000, "2023-04-01T00:00:00+01:00", HOSTILE, "\x00")),
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
def test_what_can_not_be_answered_is_refused_with_value_rule_and_fix(get: httpx.Client, query: dict[str, str]) -> None:
    """400 and one sentence, as JSON and as a page, whatever was sent; no traceback, no echo of more than a line."""
    answer = get.get("/v1/explain", params=query)
    assert answer.status_code == 400
    told = msgspec.json.decode(answer.content, type=ErrorRow).error
    assert re.fullmatch(r"(key|as_of).*: .+; .+", told)
    assert len(told) < 500
    page = get.get("/explain", params=query)
    assert page.status_code == 400
    assert "Traceback" not in page.text
    assert "<script" not in without_ours(page.text)
    if "key" in query:
        asked = {name.replace("key", "series"): value for name, value in query.items()}
        refused = get.get("/v1/history", params=asked).status_code
        assert refused == (200 if query["key"] == SERIES else 400)


def test_a_parameter_is_given_once(get: httpx.Client) -> None:
    """Of two keys nobody could say which is meant."""
    for path in ("/v1/explain", "/explain"):
        answer = get.get(f"{path}?key={GROWTH}&key={GROWTH}")
        assert (answer.status_code, "give it once" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("key", "near"),
    [
        (GROWTH.replace("upi", "ipu"), GROWTH),
        (GROWTH.replace("previous_period_growth||previous", "previous_growth||previous"), GROWTH),
        (GROWTH.replace("|IN|", "|US|"), GROWTH),
    ],
)
def test_an_unknown_key_suggests_near_ones(get: httpx.Client, key: str, near: str) -> None:
    """404 with known keys like it; the page links them."""
    answer = get.get("/v1/explain", params={"key": key})
    told = msgspec.json.decode(answer.content, type=ErrorRow)
    assert answer.status_code == 404
    assert near in told.near
    page = get.get("/explain", params={"key": key})
    assert page.status_code == 404
    assert near in {one for link in links(page.text) for one in parse_qs(urlsplit(link).query).get("key", ())}


def test_a_key_without_its_end_suggests_the_rest(get: httpx.Client) -> None:
    """Who gives a series, or half of one, is told which readings there are."""
    for asked in (SERIES, "upi|IN"):
        answer = get.get("/v1/explain", params={"key": asked})
        near = msgspec.json.decode(answer.content, type=ErrorRow).near
        assert answer.status_code == 400
        assert near
        assert all(get.get("/v1/explain", params={"key": key}).status_code == 200 for key in near)


def test_windows_of_increments_are_not_explained(get: httpx.Client) -> None:
    """Increments are no claims; the answer says where to look."""
    answer = get.get("/v1/explain", params={"key": f"{SERIES}|rolling_sum|24h|"})
    assert (answer.status_code, "increments are no claims" in answer.json()["error"]) == (404, True)


class Tags(HTMLParser):
    """Start tags with their attributes, and the text outside of tags; elements close in order."""

    void = frozenset({"meta", "link", "input", "br", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
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

    def handle_data(self, data: str) -> None:
        """Take down the text."""
        self.text += data


def links(page: str) -> list[str]:
    """Where its links lead."""
    return [attributes["href"] or "" for tag, attributes in Tags(page).seen if tag == "a" and "href" in attributes]


def test_the_page_tells_everything_and_runs_nothing(get: httpx.Client) -> None:
    """Reading, formula, facts with links, what was left out and why, later periods, history; hostile names are text."""
    answer = get.get("/explain", params={"key": GROWTH, "as_of": ""})
    tags = Tags(without_ours(answer.text))
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for expected in (
        "UPI, India: transactions",
        "+16.1 %",
        "(8710000000.0 - 7500000000.0) / 7500000000.0",
        "says the same",
        "its publisher told it anew later",
        "its publisher took it back (2023-05-01)",
        "it contradicts the figure shown",
        "May 2023: no level of the previous period",
        "as known now",
        "contradicted by 1 statement of others",
    ):
        assert expected in tags.text
    assert "<script>alert(1)" in tags.text
    assert not {"script", "style"} & {tag for tag, _ in tags.seen}
    assert "\u202e" not in answer.text
    for _, attributes in tags.seen:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    outside = {link for link in links(answer.text) if not link.startswith(("/", "#"))}
    assert outside == {PRESS.url, ODD.url}
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


def test_the_form_asks_for_another_day_and_leads_back(get: httpx.Client) -> None:
    """A date stays in its field, an instant is shown as text; whoever asked for a day finds the way back to now."""
    for moment, kind in (("2023-04-01", "date"), ("2023-04-01T12:00:00Z", "text")):
        page = get.get("/explain", params={"key": GROWTH, "as_of": moment}).text
        fields = {attributes["name"]: attributes for tag, attributes in Tags(page).seen if tag == "input"}
        assert (fields["as_of"]["type"], fields["as_of"]["value"]) == (kind, moment)
        assert fields["key"]["value"] == GROWTH
        assert any(parse_qs(urlsplit(link).query) == {"key": [GROWTH]} for link in links(page))


def test_every_link_of_the_page_leads_somewhere(get: httpx.Client) -> None:
    """JSON and other readings are there, as of the same day."""
    page = get.get("/explain", params={"key": GROWTH, "as_of": "2023-04-03"}).text
    own = {link for link in links(page) if link.startswith(("/explain", "/v1"))}
    assert len(own) > 5
    assert {get.get(link).status_code for link in own} == {200}
