"""What speaks against figures, and what several series say together: over HTTP, as JSON and as a page."""

from collections.abc import Iterator

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.engine.money.rates import NO_RATES
from paysignal.exposition.server import Server
from paysignal.facts.claims import Break
from paysignal.facts.identity import identified
from paysignal.facts.moments import known_us
from paysignal.facts.periods import Period
from paysignal.history.answers import Answers
from paysignal.history.dividing import parts_row
from paysignal.history.questions import Unknown
from paysignal.history.rows import ExplanationRow, FindingsRow, HistoryRow, PartsRow
from paysignal.history.store import History
from paysignal.history.telling import explanation_row, history_row
from paysignal.page.explain_page import explain_page
from tests.tools.books import level
from tests.tools.examples import claim
from tests.tools.meaning import ecb, note
from tests.tools.querying import api_routes
from tests.tools.samples import sample_claims


@pytest.fixture(scope="module")
def samples() -> Iterator[httpx.Client]:
    """A server over the figures that ship."""
    history = History(5_000)
    history.remember(sample_claims())
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict,
                    api_routes(Answers(history, NO_RATES)))  # fmt: skip
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=30) as client:
        yield client
    server.stop()


def test_findings_of_all_and_of_one_provider(samples: httpx.Client) -> None:
    """Lakh for crore with the figure it should be, the company's billions, stocks that fell; or those of one."""
    everything = msgspec.json.decode(samples.get("/v1/findings").content, type=FindingsRow)
    imps = msgspec.json.decode(samples.get("/v1/findings", params={"provider": "imps"}).content, type=FindingsRow)
    [slip] = imps.findings

    assert (slip.finding.rule, slip.finding.stated, slip.finding.computed) == ("unit_slip", 3_187_000.0, 318_700_000.0)
    assert slip in everything.findings
    assert everything.total == len(everything.findings) + len(everything.suspicions) > 20
    assert not everything.examining
    assert "stock_fell" in {each.rule for each in everything.suspicions}
    nobody = msgspec.json.decode(samples.get("/v1/findings", params={"provider": "nobody"}).content, type=FindingsRow)
    assert (nobody.total, nobody.provider) == (0, "nobody")
    assert 400 == samples.get("/v1/findings", params={"provider": "x" * 1_000}).status_code
    assert 400 == samples.get("/v1/findings?provider=a&provider=b").status_code


def test_a_growth_that_levels_of_another_series_contradict_is_marked(samples: httpx.Client) -> None:
    """UPI's 21 % of January 2026 has no currency, the rupees say 1.3 %: flag, sentence and figure are told."""
    key = "upi|IN|transaction_value||month||current|stated_growth||previous"
    row = msgspec.json.decode(samples.get("/v1/explain", params={"key": key}).content, type=ExplanationRow)
    page = samples.get("/explain", params={"key": key}).text

    assert "contradicted" in row.marks
    assert "contradicted" not in row.reading.flags
    assert any(found.used and found.computed is not None and found.computed < 0.02 for found in row.findings)
    assert '<span class="tag warn">contradicted</span>' in page
    early = samples.get("/v1/explain", params={"key": key, "as_of": "2024-12-31"}).json()
    assert early["marks"] == []
    assert {found["period"] < "2025" for found in early["findings"]} == {True}


def test_a_suspected_break_is_told_with_its_reason(samples: httpx.Client) -> None:
    """Ghana's agents fell by 11 % in October 2024: the growth across it says so, and so does the history."""
    key = "all|GH|agents|mobile-money|instant||current|previous_period_growth||previous"
    row = msgspec.json.decode(samples.get("/v1/explain", params={"key": key}).content, type=ExplanationRow)
    history = msgspec.json.decode(samples.get("/v1/history", params={"series": key}).content, type=HistoryRow)
    [suspected] = row.suspicions

    assert ("stock_fell", "2024-10-01", "2024-11-01", True) == (
        suspected.rule, suspected.after, suspected.before, suspected.used,
    )  # fmt: skip
    assert ("suspected_break",) == row.marks
    [point] = [point for point in history.points if point.found]
    assert ("2024-11-01", (suspected.note,)) == (point.period.end, point.found)
    assert "crossed here" in samples.get("/explain", params={"key": key}).text


def test_the_misprints_are_told_in_their_periods(samples: httpx.Client) -> None:
    """In the history of the series, where a reader sees the figure: February 2021, and the second quarter of 2020."""
    for series, period, told in (
        ("imps|IN|transactions||month||current", "2021-02-01", "lakh for crore"),
        ("paypal|world|transaction_value||quarter|USD|current", "2020-04-01", "factor of 1,000"),
    ):
        row = msgspec.json.decode(samples.get("/v1/history", params={"series": series}).content, type=HistoryRow)
        found = {point.period.start: point.found for point in row.points if point.found}

        assert [period] == list(found)
        assert told in found[period][0]


def test_a_break_of_another_grain_is_explained() -> None:
    """The explanation of the quarters knows what the months declared: no growth, and the reason."""
    quarters = [
        identified(claim(value=value, period=Period(start, end)))
        for value, start, end in ((10e9, "2023-01-01", "2023-04-01"), (20e9, "2023-04-01", "2023-07-01"))
    ]
    month = identified(claim(period=Period("2023-04-01", "2023-05-01"), break_=Break("2023-04-01", "counted anew")))
    history = History(100)
    history.remember([*quarters, month])
    answers = Answers(history, NO_RATES)
    series = "upi|IN|transactions||quarter||current"

    assert (f"{series}|level||",) == answers.reading_keys(series)
    assert ["counted anew"] == [point.broken for point in answers.history(series) if point.broken]
    with pytest.raises(Unknown):
        answers.explain(f"{series}|previous_period_growth||previous")
    assert 3 == answers.explain(f"{series}|level||").reading.version


def test_an_average_that_nobody_told_is_computed_explained_and_marked(samples: httpx.Client) -> None:
    """UPI's value over its count, period by period; the explanation's formula gives the reading to the last bit."""
    series = "upi|IN|average_spend||month|INR|current"
    history = msgspec.json.decode(samples.get("/v1/history", params={"series": series}).content, type=HistoryRow)
    key = f"{series}|derived_average||"
    row = msgspec.json.decode(samples.get("/v1/explain", params={"key": key}).content, type=ExplanationRow)
    value, count = (float(part) for part in row.formula.split(" / "))

    assert len([point for point in history.points if point.computed is not None]) > 40
    assert all(point.level is None for point in history.points)
    assert row.reading.value == value / count
    assert ["value", "count"] == [evidence.part for evidence in row.evidence]
    assert "INR 1,3" in samples.get("/explain", params={"key": key}).text


def test_the_average_of_a_slip_is_marked() -> None:
    """900,000 rupees a payment after 9,000: the count is in lakhs, and the average that comes of it says so."""
    months = (Period("2021-02-01", "2021-03-01"), Period("2021-03-01", "2021-04-01"))
    values = [
        level(value, month, measure="transaction_value")
        for value, month in zip((2.75e12, 3.27e12), months, strict=True)
    ]
    counts = [level(count, month) for count, month in zip((318.7e6, 3.631e6), months, strict=True)]
    history = History(100)
    history.remember([*values, *counts])
    answers = Answers(history, NO_RATES)
    key = "upi|IN|average_spend||month|INR|current|derived_average||"
    [shown] = answers.examined().averages

    assert (key, "2021-04-01", ("contradicted",)) == (shown.key, shown.event_time, shown.flags)
    assert ("contradicted",) == answers.mark(key)
    assert () == answers.mark(key, known_us("2021-03-15"))
    assert shown.value == answers.explain(key).reading.value == 3.27e12 / 3.631e6


def test_shares_name_their_base_and_the_rest_is_told(samples: httpx.Client) -> None:
    """Wise's two segments are all of it; of BLIK's payments half were online, and 1.2 billion are left over."""
    wise = "wise|world|transaction_value||quarter|GBP|current"
    row = msgspec.json.decode(samples.get("/v1/parts", params={"series": wise}).content, type=PartsRow)
    [segments] = row.breakdowns
    personal, business = segments.parts
    assert personal.share is not None
    assert business.share is not None
    assert segments.residual is not None
    assert (wise, wise, 1, 2) == (personal.base, business.base, personal.place, business.place)
    assert 1.0 == pytest.approx(personal.share.value + business.share.value)
    assert (segments.residual.low or 0.0) <= 0.0 <= (segments.residual.high or 0.0)
    blik = "blik|PL|transactions||year||current"
    row = msgspec.json.decode(
        samples.get("/v1/parts", params={"series": blik, "axis": "segment"}).content, type=PartsRow
    )
    [segments] = row.breakdowns
    assert segments.residual is not None
    assert (1.2e9, False) == (segments.residual.value, segments.overlap)


def test_of_providers_those_of_one_type_are_told_together(samples: httpx.Client) -> None:
    """UPI and IMPS of all of India, a breakdown for rails; without India's total their sum is the base."""
    rails = [
        level(value, Period("2030-01-01", "2030-02-01"), provider=name)
        for name, value in (("upi", 30.0), ("imps", 10.0), ("phonepe", 20.0))
    ]
    history = History(100)
    history.remember(rails)
    row = parts_row(Answers(history, NO_RATES), "all|IN|transactions||month||current", None, None)
    shares = {
        part.series.split("|")[0]: part
        for each in row.breakdowns
        if each.provider_type == "rail"
        for part in each.parts
    }

    assert ["app", "rail"] == sorted(str(each.provider_type) for each in row.breakdowns)
    assert {"upi": 0.75, "imps": 0.25} == {name: part.share.value for name, part in shares.items() if part.share}
    assert {"sum of parts"} == {part.base for part in shares.values()}


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        (
            {"series": "wise|world|transaction_value||quarter|GBP|current", "axis": "planet"},
            400,
            "write market, provider",
        ),
        ({"series": "wise"}, 400, "parts"),
        ({"series": "swish|SE|average_spend||month|SEK|current"}, 404, "no part of it is known along market, provider"),
    ],
)
def test_what_has_no_parts_is_refused(samples: httpx.Client, query: dict[str, str], status: int, told: str) -> None:
    """Value, rule and fix, as everywhere."""
    answer = samples.get("/v1/parts", params=query)

    assert status == answer.status_code
    assert told in answer.json()["error"]


def test_prices_are_not_divided(samples: httpx.Client) -> None:
    """Alipay's average spend of the world is no sum of that in France: refused with the reason."""
    series = "alipay|world|average_spend|abroad|span|CNY|current"
    row = msgspec.json.decode(samples.get("/v1/parts", params={"series": series}).content, type=PartsRow)
    [refused] = row.breakdowns

    assert refused.refused is not None
    assert "recomputed from their parts, never added" in refused.refused
    assert ((), None) == (refused.parts, refused.total)


@pytest.mark.parametrize(("dollars", "agrees"), [(433.0, True), (43.3, False)])
def test_an_amount_in_two_currencies_is_held_against_the_rates_of_the_time(dollars: float, agrees: bool) -> None:  # noqa: FBT001 - a table
    """CNY 2,955 told as US$433 on 18 September 2018: 0.1465, where 0.1446 to 0.1512 were published, on either side."""
    yuan = next(claim for claim in note() if claim.value == 2_955.0)
    told = next(claim for claim in note() if claim.equivalent_of == yuan.id)
    equivalent = identified(msgspec.structs.replace(told, value=dollars, step=dollars / 433))
    history = History(100)
    history.remember([yuan, equivalent])
    answers = Answers(history, ecb())
    for claim_ in (yuan, equivalent):
        row = explanation_row(answers, f"{claim_.series_key}|level||", None)
        [check] = row.rate_checks

        assert (agrees, str(equivalent.id), str(yuan.id)) == (check.agrees, check.claim, check.original)
        assert (round(check.lowest, 4), round(check.highest, 4)) == (0.1446, 0.1512)
        assert (check.low or 0.0) < check.rate == dollars / 2955 < (check.high or 0.0)
        assert ("of which 437 follows" in check.note) is not agrees
        shown = explain_page(row, history_row(answers, row.key, None), "0")
        assert (">agrees<" in shown, ">disagrees<" in shown) == (agrees, not agrees)
