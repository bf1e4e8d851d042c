"""The query API over HTTP: lists, pages, forms, what is refused."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import httpx
import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from prometheus_client import CollectorRegistry

from paysignal.engine.marks import Mark
from paysignal.engine.money.rates import NO_RATES
from paysignal.engine.records import Decoded, Record, Statement
from paysignal.engine.step import State, step
from paysignal.exposition.server import Server
from paysignal.facts import wire
from paysignal.facts.readings import Reading
from paysignal.facts.series import series_of_key
from paysignal.history.answers import Answers
from paysignal.history.rows import ErrorRow, FactRow, FactsRow
from paysignal.history.store import History
from paysignal.page.query.catalogue import OF_LISTS, Held
from paysignal.page.query.freshness import Freshness
from paysignal.page.query.listing import readings_row, series_list_row
from paysignal.page.query.openapi import paths
from paysignal.page.query.parameters import asked_of
from paysignal.page.query.rows import AlertsRow, ReadingsRow, SeriesListRow
from paysignal.page.query.serving import query_routes
from tests.tools.figures import alert
from tests.tools.querying import api_routes
from tests.tools.samples import sample_claims

UPI = "upi|IN|transactions||month||current"
STATES = (("growth-surge", "firing"), ("a-fall", "resolved"), ("small", "possible"))
ALERTS = [alert(series_of_key(UPI), rule=rule, state=state) for rule, state in STATES]


@lru_cache(maxsize=1)
def sample_readings() -> Sequence[Reading]:
    """Those of the samples, in no order."""
    nowhere = Record("memory", 0, 0, None, None, None)
    return step(State(), Decoded(statements=[Statement(each, nowhere) for each in sample_claims()])).readings


@pytest.fixture(scope="module")
def get() -> Iterator[httpx.Client]:
    """The API over the samples, and three alerts."""
    history = History(5_000)
    history.remember(sample_claims())
    routes = api_routes(Answers(history, NO_RATES), sample_readings(), ALERTS)
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict, routes)
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=30) as client:
        yield client
    server.stop()


def readings(answer: httpx.Response) -> ReadingsRow:
    """A list of readings, of an answer that is one."""
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=ReadingsRow)


def test_the_document_is_a_valid_openapi_and_describes_what_is_served(get: httpx.Client) -> None:
    """Version 3.1 by its own schema; each of its paths answers as it says, without asking for more than it names."""
    document = get.get("/v1/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    assert set(document["paths"]) == set(paths())
    for path, item in document["paths"].items():
        parameters = item["get"]["parameters"]
        needed = {each["name"]: each["example"] for each in parameters if each["required"]}
        if path not in {"/v1/just-read", "/v1/strongest"}:  # those are the tables', see test_routes
            answer = get.get(path, params=needed)
            schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            assert answer.status_code in {200, 404}
            assert set(answer.json()) in (_fields(document, schema), {"error", "near"})


def _fields(document: Any, schema: dict[str, str]) -> set[str]:  # noqa: ANN401 - JSON
    name = schema["$ref"].rpartition("/")[2]
    return set(document["components"]["schemas"][name]["properties"])


def test_readings_are_filtered_by_each_of_their_parts(get: httpx.Client) -> None:
    """Alternatives with commas or repeated; words in names and codes; an empty value means an empty part."""
    everything = sample_readings()
    cases: list[tuple[dict[str, Any], Callable[[Reading], bool]]] = [
        ({"provider": "upi,pix"}, lambda one: one.series.provider in {"upi", "pix"}),
        ({"provider": ["upi", "pix"], "segment": ""}, lambda one: one.series.provider in {"upi", "pix"}
         and not one.series.segment),
        ({"q": "INDIA transactions growth"}, lambda one: one.series.market.startswith("IN")
         and one.series.measure == "transactions" and "growth" in one.indicator),
        ({"indicator": "level", "market": "BR"}, lambda one: one.indicator == "level" and one.series.market == "BR"),
        ({"flag": "conflict"}, lambda one: "conflict" in one.flags),
        ({"since": "2025-01-01", "until": "2025-02-01"}, lambda one: "2025-01-01" <= one.event_time < "2025-02-01"),
        ({"series": UPI}, lambda one: one.series.key == UPI),
        ({"series": UPI, "indicator": "level"}, lambda one: one.series.key == UPI and one.indicator == "level"),
        ({"key": f"{UPI}|level||", "origin": "derived"}, lambda _: False),
    ]  # fmt: skip
    for query, wanted in cases:
        found = readings(get.get("/v1/readings", params={**query, "limit": 1_000}))
        expected = sorted(one.key for one in everything if wanted(one))
        assert [row.key for row in found.readings] == expected[:1_000], query
        assert found.total == len(expected)


def test_pages_follow_each_other_whatever_the_order(get: httpx.Client) -> None:
    """Every row once, in the order asked for; the Link header leads on as `next` does."""
    for order in ("key", "newest", "strongest", "weakest"):
        query = {"q": "transactions", "order": order, "limit": "29", "indicator": "year_on_year_growth,level"}
        answer = get.get("/v1/readings", params=query)
        rows = list(readings(answer).readings)
        total = readings(answer).total
        while "next" in answer.links:
            answer = get.get(answer.links["next"]["url"])
            rows.extend(readings(answer).readings)
        assert readings(answer).next is None
        assert len(rows) == len({row.key for row in rows}) == total > 90
        firsts: dict[str, list[Any]] = {
            "key": [row.key for row in rows],
            "newest": [-int(row.reading.event_time[:4]) for row in rows],
            "strongest": [-row.reading.low for row in rows if row.reading.low is not None],
            "weakest": [row.reading.high for row in rows if row.reading.high is not None],
        }
        assert firsts[order] == sorted(firsts[order])


def test_series_have_their_latest_figures(get: httpx.Client) -> None:
    """The level and the growths that are readings of the series, in numbers and words; best growth first."""
    answer = get.get("/v1/series", params={"order": "strongest", "limit": "20"})
    page = msgspec.json.decode(answer.content, type=SeriesListRow)
    lows = [row.year_ago.low for row in page.series if row.year_ago is not None and row.year_ago.low is not None]
    assert len(lows) == 20
    assert lows == sorted(lows, reverse=True)
    (upi,) = msgspec.json.decode(get.get("/v1/series", params={"series": UPI}).content, type=SeriesListRow).series
    level = next(one for one in sample_readings() if one.key == f"{UPI}|level||")
    assert upi.level is not None
    assert (upi.level.value, upi.provider_name, upi.market_name) == (level.value, "UPI", "India")
    assert upi.readings == sum(one.series.key == UPI for one in sample_readings())


def test_facts_come_in_pages(get: httpx.Client) -> None:
    """The latest period first, each fact once, as many as there are."""
    whole = msgspec.json.decode(get.get("/v1/facts", params={"series": UPI}).content, type=FactsRow)
    assert (whole.total, whole.next) == (len(whole.facts), None)
    paged: list[FactRow] = []
    cursor: dict[str, str] = {}
    while True:
        query = {"series": UPI, "limit": "5", **cursor}
        page = msgspec.json.decode(get.get("/v1/facts", params=query).content, type=FactsRow)
        paged += page.facts
        if page.next is None:
            break
        cursor = {"cursor": page.next}
    assert paged == list(whole.facts)
    assert len(paged) > 10


def test_alerts_are_listed_by_state_and_rule(get: httpx.Client) -> None:
    """As they stand on the topic."""
    page = msgspec.json.decode(get.get("/v1/alerts").content, type=AlertsRow)
    assert [row.alert.rule for row in page.alerts] == ["a-fall", "growth-surge", "small"]
    firing = msgspec.json.decode(get.get("/v1/alerts?state=firing&q=india+upi").content, type=AlertsRow)
    assert [row.alert for row in firing.alerts] == ALERTS[:1]
    for nothing in ("provider=pix", "severity=critical", "rule=other", "q=brazil"):
        assert get.get(f"/v1/alerts?{nothing}").json()["total"] == 0


def test_a_table_comes_as_csv(get: httpx.Client) -> None:
    """By the parameter, or where the Accept header likes it better; the numbers are the JSON's to the last digit."""
    query = {"provider": "upi", "limit": "1000"}
    by_name = get.get("/v1/readings", params={**query, "format": "csv"})
    by_header = get.get("/v1/readings", params=query, headers={"Accept": "application/json;q=0.5, text/csv"})
    assert by_name.text == by_header.text
    assert by_name.headers["Content-Type"].startswith("text/csv; charset=utf-8")
    assert by_name.headers["Content-Disposition"] == 'attachment; filename="paysignal-readings.csv"'
    rows = list(csv.DictReader(io.StringIO(by_name.text)))
    told = readings(get.get("/v1/readings", params=query)).readings
    assert [(row["key"], float(row["value"]), row["provider"], row["flags"]) for row in rows] == [
        (each.key, each.reading.value, "upi", "; ".join(each.reading.flags)) for each in told
    ]
    for path in ("/v1/series", f"/v1/history?series={UPI}", f"/v1/facts?series={UPI}", "/v1/alerts", "/v1/findings"):
        lines = get.get(path, headers={"Accept": "text/csv"}).text.splitlines()
        assert len(lines[0].split(",")) == len(set(lines[0].split(","))) > 3
        assert len(lines) > 1 or path == "/v1/findings"


def test_what_one_has_is_not_sent_again(get: httpx.Client) -> None:
    """304 to the ETag of what would be sent, also among others and weakly compared; JSON and CSV differ."""
    for path in (f"/v1/readings?series={UPI}", f"/v1/history?series={UPI}", "/v1/openapi.json"):
        first = get.get(path)
        tag = first.headers["ETag"]
        for known in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
            again = get.get(path, headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert get.get(path, headers={"If-None-Match": '"x"'}).status_code == 200
        assert first.headers["Cache-Control"] == "private, no-cache"
        assert "Accept-Encoding" in first.headers["Vary"]
    assert get.get(f"/v1/readings?series={UPI}&format=csv").headers["ETag"] != first.headers["ETag"]


REFUSED = [
    ("/v1/readings?provder=upi", 400, "did you mean provider"),
    ("/v1/readings?measure=users", 400, "it takes active_users"),
    ("/v1/readings?limit=0", 400, "from 1 to 1000"),
    ("/v1/readings?limit=1001", 400, "from 1 to 1000"),
    ("/v1/readings?limit=%D9%A1", 400, "from 1 to 1000"),
    ("/v1/readings?limit=1&limit=2", 400, "give it once"),
    ("/v1/readings?cursor=xyz", 400, "is none of ours"),
    ("/v1/readings?cursor=%F0%9F%98%80", 400, "is none of ours"),
    ("/v1/readings?cursor=WyJrZXkiLCJuYW4iLCJ4Il0", 400, "begin again"),
    ("/v1/readings?order=newest&cursor=WyJrZXkiLCIwLjAiLCJ4Il0", 400, "another order"),
    ("/v1/readings?since=yesterday", 400, "since 'yesterday'"),
    ("/v1/readings?as_of=2023-01-01", 400, "name one"),
    ("/v1/readings?as_of=2023-02-30&provider=upi", 400, "as_of '2023-02-30'"),
    ("/v1/readings?as_of=2023-01-01&provider=" + ",".join(f"p{n}" for n in range(21)), 400, "at most 20"),
    ("/v1/readings?provider=" + ",".join("x" for _ in range(101)), 400, "at most 100"),
    ("/v1/readings?q=" + "+".join("abcdefghi"), 400, "at most 8"),
    ("/v1/readings?q=" + "x" * 201, 400, "at most 200"),
    ("/v1/readings?format=xml", 400, "it takes json, csv"),
    ("/v1/explain?key=x&format=csv", 400, "has no table"),
    ("/v1/history", 400, "series: is missing"),
    (f"/v1/history?series={UPI.replace('upi', 'ipu')}", 404, "no fact of it is held"),
    ("/v1/nothing", 404, ""),
]


@pytest.mark.parametrize(("path", "status", "told"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_can_not_be_answered_is_refused(get: httpx.Client, path: str, status: int, told: str) -> None:
    """One sentence with value, rule and fix; never a traceback."""
    answer = get.get(path)
    assert answer.status_code == status
    if told:
        sentence = msgspec.json.decode(answer.content, type=ErrorRow).error
        assert told in sentence
        assert ": " in sentence
        assert "; " in sentence
        assert len(sentence) < 500


def test_forms_that_are_not_accepted_are_none(get: httpx.Client) -> None:
    """406 with what there is; a browser's header is JSON."""
    assert get.get("/v1/readings", headers={"Accept": "image/png"}).status_code == 406
    assert get.get("/v1/explain?key=x", headers={"Accept": "text/csv"}).status_code == 406
    assert get.get("/v1/readings", headers={"Accept": "application/json;q=0"}).status_code == 406
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert get.get("/v1/readings", headers={"Accept": browser}).headers["Content-Type"].startswith("application/json")


def test_nothing_can_be_changed(get: httpx.Client) -> None:
    """Only GET and HEAD; anything else is 405."""
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert get.request(method, "/v1/readings").status_code == 405
    assert get.head("/v1/readings").status_code == 200


def test_a_reading_travels_as_it_stands_on_its_topic(get: httpx.Client) -> None:
    """Byte for byte."""
    reading = next(one for one in sample_readings() if one.key == f"{UPI}|level||")
    assert wire.encode(reading) in get.get("/v1/readings", params={"key": reading.key}).content


def test_an_exporter_with_a_share_says_so_where_it_lists_that_only() -> None:
    """Of now; as of another time it answers from the facts, which it has all of."""
    history = History(5_000)
    history.remember(sample_claims())
    answers, upi = Answers(history, NO_RATES), [one for one in sample_readings() if one.series.key == UPI]
    held = Held(Freshness(lambda: (tuple(upi), {}, ()), lambda: 0.0), tuple, answers, "1/3")
    for row_of in (readings_row, series_list_row):
        now, then = (
            row_of(held.lists.index(), answers, asked_of(asked, OF_LISTS), held.share)
            for asked in ([("provider", "upi")], [("provider", "upi"), ("as_of", "2025-01-01")])
        )
        assert (now.share, then.share) == ("1/3", None)


def test_many_readers_of_one_list_cost_no_more_than_one() -> None:
    """While it is a second old at most it is sent as it was made, zipped once; what changed shows after that."""
    shown, now = [sample_readings()[:10]], [0.0]
    asked = [0]

    def inputs() -> tuple[tuple[Reading, ...], dict[str, Mark], tuple[Reading, ...]]:
        asked[0] += 1
        return tuple(shown[0]), {}, ()

    held = Held(Freshness(inputs, lambda: now[0]), tuple, Answers(History(1), NO_RATES))
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict, query_routes(held))
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=30) as client:
        answers = [client.get("/v1/readings") for _ in range(5)]
        assert {(each.json()["total"], each.headers["Content-Encoding"]) for each in answers} == {(10, "gzip")}
        plain = client.get("/v1/readings", headers={"Accept-Encoding": "gzip;q=0"})
        assert "Content-Encoding" not in plain.headers
        assert plain.content == answers[0].content
        assert asked == [1]
        shown[0] = sample_readings()[:20]
        assert client.get("/v1/readings").json()["total"] == 10
        now[0] = 30.0
        assert client.get("/v1/readings").json()["total"] == 20
        assert asked == [2]
    server.stop()
