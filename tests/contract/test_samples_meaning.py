"""The figures that ship, and those of ../shared: what the engine makes of real publications, with all their faults."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal import samples
from paysignal.board.board import Board
from paysignal.board.updates import Received
from paysignal.command.rates import published_rates
from paysignal.engine.asof import state_of
from paysignal.engine.audit.auditing import audit
from paysignal.engine.audit.equivalents import implied_rate
from paysignal.engine.audit.findings import Finding, Rule
from paysignal.engine.choice import Choice
from paysignal.engine.money.rates import RateTable, rate_of
from paysignal.engine.step import State
from paysignal.exposition.collector import BoardCollector
from paysignal.exposition.text import encoder_for
from paysignal.facts.claims import Claim
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound, Comparison, Kind
from paysignal.facts.measures import MEASURES, Nature
from paysignal.facts.periods import Period, previous_of, year_ago_of
from paysignal.facts.readings import Flag, Reading
from paysignal.history.held import Held
from paysignal.page.just_read import just_read
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import document_from_text
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.parse import parse_table
from tests.tools import examples
from tests.tools.need import shared
from tests.tools.samples import sample, sample_claims


@lru_cache(maxsize=1)
def ecb() -> RateTable:
    """The ECB's history."""
    return published_rates(None)


@lru_cache(maxsize=1)
def shipped() -> State:
    """The engine after all shipped figures."""
    return state_of(sample_claims(), rates=ecb())


def audited(claims: Iterable[Claim]) -> list[Finding]:
    """What the audit finds in them."""
    given = list(claims)
    return audit(state_of(given).statements.books.values(), given, ecb())


def choices(state: State) -> list[Choice]:
    """Every choice among the claims of one period, kind and baseline."""
    return [choice for book in state.statements.books.values() for kind in Kind for _, _, choice in book.choices(kind)]


def several(chosen: Iterable[Choice]) -> list[Choice]:
    """Those with more than one source."""
    return [choice for choice in chosen if len(choice.supporting) + len(choice.conflicting) > 1]


# --- several sources -----------------------------------------------------------------------------------------------


def test_of_what_several_sources_say_few_conflicts_are_left() -> None:
    """Of about 220 figures with several sources 20 to 35 conflict: 27 by hand, more where printed digits say less."""
    found = several(choices(shipped()))

    assert 200 <= len(found) <= 230
    assert 20 <= sum(bool(choice.conflicting) for choice in found) <= 35


def test_the_finest_corroborating_figure_is_shown() -> None:
    """No figure that agrees leaves less open than the one that is shown, and the shown one keeps what others narrow."""
    compared = 0
    for choice in several(choices(shipped())):
        two_sided = [claim.interval for claim in choice.supporting if claim.interval.width < float("inf")]
        if two_sided:
            assert choice.shown.interval.width == min(each.width for each in two_sided)
            compared += len(two_sided) > 1
        assert all(choice.interval.meets(claim.interval) for claim in choice.supporting)
        assert not any(choice.shown.interval.meets(each.interval) and choice.interval.meets(each.interval)
                       for each in choice.conflicting)  # fmt: skip

    assert compared > 150


# --- misprints -----------------------------------------------------------------------------------------------------


def test_imps_of_february_2021_is_lakh_for_crore() -> None:
    """3,187,000 transactions with the value of a month: flagged, with the factor named and the figure it should be."""
    [finding] = [each for each in audited(sample_claims()) if each.series_key.startswith("imps|IN|transactions|")]

    assert (sample("F0432").id,) == finding.claims
    assert (Rule.UNIT_SLIP, 3_187_000.0, 318_700_000.0) == (finding.rule, finding.stated, finding.computed)
    assert "lakh for crore" in finding.note


def test_paypals_222_million_are_billions() -> None:
    """The company's 222 billion stands, the mirror's 222 million conflicts and is named a slip of a thousand."""
    wrong, right = sample("F0512"), 222e9
    book = shipped().statements.books[wrong.series.key]
    [choice] = [choice for period, _, choice in book.choices(Kind.LEVEL) if period == wrong.period]
    [finding] = [each for each in audited(sample_claims()) if wrong.id in each.claims]

    assert (right, (wrong,)) == (choice.shown.value, choice.conflicting)
    assert (Rule.UNIT_SLIP, right) == (finding.rule, finding.computed)
    assert "factor of 1,000" in finding.note


def test_the_audit_flags_few_of_the_rest() -> None:
    """At most 2 % of the shipped figures are called in question, the two known misprints among them."""
    flagged = {identity for finding in audited(sample_claims()) for identity in finding.claims}

    assert {sample("F0432").id, sample("F0512").id} <= flagged
    assert len(flagged) <= 0.02 * len(sample_claims())


# --- the facts of ../shared ----------------------------------------------------------------------------------------

#: What a table of other people's columns needs to be read; every statement here is known by the end of 2025.
MAPPING = """
fact = "claim"
[columns]
provider = "provider"
market = "region"
measure = "metric"
value = "{value}"
currency = "currency"
"period.start" = "period_start"
"period.as_of" = "period_end"
"source.publisher" = "source_url"
"source.tier" = "source_kind"
"source.url" = "source_url"
"source.ref" = "fact_id"
{baseline}
[constants]
kind = "{kind}"
known_at = "2025-12-31"
known_at_basis = "estimated"
[numbers]
scale = "{scale}"
[translate]
provider = {{ PayPal = "paypal", Venmo = "venmo", Alipay = "alipay", "WeChat Pay" = "wechat-pay", WeChat = "wechat", \
"Ant Group" = "ant-group", M-Pesa = "m-pesa" }}
market = {{ GLOBAL = "world" }}
measure = {{ tpv = "transaction_value", active_accounts = "active_users", net_new_active_accounts = "active_users", \
payment_transactions = "transactions", transaction_count = "transactions", users = "registered_users" }}
"source.tier" = {{ primary = "company", secondary = "press" }}
"source.publisher" = {{ {publishers} }}
{baselines}
"""


def published_on(url: str) -> str:
    """The site of a page, as a publisher's slug."""
    return "-".join(re.findall(r"[a-z0-9]+", url.split("/")[2].removeprefix("www.")))


def read(rows: list[dict[str, str]], kind: str, **changes: str) -> list[Claim]:
    """The rows through the table source; one whose metric is no measure of the catalogue is no claim."""
    publishers = ", ".join(f'"{url}" = "{published_on(url)}"' for url in sorted({row["source_url"] for row in rows}))
    fields = {"value": "value", "scale": "1", "baseline": "", "baselines": "", **changes}
    mapping = mapping_from(MAPPING.format(kind=kind, publishers=publishers, **fields), "provider-facts.toml")
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    outcomes = parse_table(text.getvalue().encode().splitlines(keepends=True), mapping, "facts.csv")
    return [outcome for outcome in outcomes if isinstance(outcome, Claim)]


@pytest.fixture(scope="module")
def provider_facts() -> list[Claim]:
    """Levels, changes and growths of ../shared/data/provider-facts; the table source takes no 1.1e+12."""
    with shared("data", "provider-facts", "facts.csv").open(encoding="utf-8", newline="") as file:
        rows = [{**row, "value": f"{Decimal(row['value']):f}"} for row in csv.DictReader(file)]
    gained = "net_new_active_accounts"
    year_ago = {"baseline": 'baseline = "stated_change_basis"', "baselines": 'baseline = { yoy = "year_ago" }'}
    grown = [row for row in rows if row["stated_change_basis"] == "yoy" and row["metric"] != gained]
    previous = {"baseline": 'baseline = "baseline"'}
    changed = [{**row, "baseline": "previous"} for row in rows if row["metric"] == gained]
    return [
        *read([row for row in rows if row["metric"] != gained], "level"),
        *read(changed, "change", **previous),
        *read(grown, "growth", value="stated_change_pct", scale="0.01", **year_ago),
    ]


def test_the_provider_facts_are_read(provider_facts: list[Claim]) -> None:
    """Most rows have a measure of the catalogue; those that notes.csv calls wrong are among them."""
    with shared("data", "provider-facts", "notes.csv").open(encoding="utf-8", newline="") as file:
        wrong = {row["fact_id"] for row in csv.DictReader(file) if row["note"].startswith("WRONG")}

    assert {"PF043", "PF052", "PF053"} == wrong
    assert wrong <= {claim.source.ref for claim in provider_facts}
    assert len(provider_facts) == 138


def test_444_million_accounts_conflict_with_434(provider_facts: list[Claim]) -> None:
    """PF052: a summary's figure and the one of the same quarter elsewhere exclude each other: a conflict."""
    reading = state_of(provider_facts).readings["paypal|world|active_users||instant||current|level||"]
    [choice] = [
        choice
        for choice in choices(state_of(provider_facts))
        if any(claim.source.ref == "PF052" for claim in (*choice.supporting, *choice.conflicting))
        and choice.shown.kind is Kind.LEVEL
    ]
    apart = {choice.shown.value, *(claim.value for claim in choice.conflicting)}

    assert {434e6, 444e6} <= apart
    assert Flag.CONFLICT in reading.flags


def test_a_trillion_and_a_fifth_more_are_flagged(provider_facts: list[Claim]) -> None:
    """PF053: 1.1 trillion conflicts with 1.68, and its +21 % with both levels, of which +10 % follows."""
    growth = next(each for each in provider_facts if each.source.ref == "PF053" and each.kind is Kind.GROWTH)
    [level] = [
        choice
        for choice in choices(state_of(provider_facts))
        if any(claim.source.ref == "PF053" for claim in (*choice.supporting, *choice.conflicting))
        and choice.shown.kind is Kind.LEVEL
    ]
    findings = [each for each in audited(provider_facts) if growth.id in each.claims]

    assert {1.1e12, 1.68e12} <= {level.shown.value, *(claim.value for claim in level.conflicting)}
    assert [Rule.GROWTH_CONTRADICTS_LEVELS] == [each.rule for each in findings]


def test_an_increase_by_20_million_is_one_by_two(provider_facts: list[Claim]) -> None:
    """PF043's page adds that accounts "increased by 20 million" to 431: from 429, as others say, it is 2 million."""
    page = next(claim for claim in provider_facts if claim.source.ref == "PF043")
    change = {"kind": Kind.CHANGE, "value": 20e6, "step": 1e7, "baseline": Comparison.YEAR_AGO}
    said = identified(msgspec.structs.replace(page, period=Period("2022-07-01", "2023-07-01"), **change))
    [finding] = [each for each in audited([*provider_facts, said]) if said.id in each.claims]

    assert (Rule.GAIN_CONTRADICTS_LEVELS, 20e6, 2e6) == (finding.rule, finding.stated, finding.computed)


def test_of_the_other_provider_facts_only_an_unnamed_constant_rate_is_flagged(provider_facts: list[Claim]) -> None:
    """PF013's 9 % is at constant rates and printed as if it were not (5 % follow from the levels): a real finding."""
    refs = {claim.id: claim.source.ref for claim in provider_facts}

    assert {"PF013", "PF053"} == {refs[each] for finding in audited(provider_facts) for each in finding.claims}


# --- periods that do not compare -----------------------------------------------------------------------------------


def derived(provider: str) -> dict[tuple[str, str], Reading]:
    """The provider's derived growths, by series and baseline."""
    return {
        (reading.series.key, reading.baseline): reading
        for reading in shipped().readings.values()
        if reading.series.provider == provider and reading.unit == "ratio" and reading.origin == "derived"
    }


@pytest.mark.parametrize("provider", ["blik", "promptpay"])
def test_growth_comes_from_periods_that_compare(provider: str) -> None:
    """Every derived growth of a flow has a level of exactly the period before, or of a year before, of that series."""
    claims = [claim for claim in sample_claims() if claim.provider == provider and claim.kind is Kind.LEVEL]
    levels = {(claim.series.key, claim.dated) for claim in claims}
    for (key, baseline), reading in derived(provider).items():
        if MEASURES[reading.series.measure].nature is Nature.FLOW:
            period = Period(reading.start, reading.event_time)
            base = previous_of(period) if baseline == "previous" else year_ago_of(period)
            assert (key, base) in levels, f"{key} against {baseline}"


#: Pairs of rows that look as if they were comparable → why no growth comes of them.
APART = [
    ("F0251", "F0306", "previous", True, "stocks: the observation before, three months earlier"),
    ("F0252", "F0308", "previous", True, "the third quarter of 2020 begins where the second ends"),
    ("F0308", "F0883", "previous", False, "quarters of 2020 and of 2023"),
    ("F0883", "F0978", "previous", True, "the first and second quarter of 2023"),
    ("F0252", "F0978", "year_ago", False, "second quarters, but of 2020 and of 2023"),
    ("F0253", "F1677", "year_ago", False, "first halves, but of 2020 and of 2025"),
    ("F0253", "F0252", "previous", False, "a half year and its second quarter: another grain"),
    ("F0466", "F0467", "year_ago", False, "2015 and 2020"),
    ("F0467", "F1527", "year_ago", False, "2020 and 2024"),
    ("F0255", "F0254", "year_ago", False, "a stated growth is no level: it gives no derived one"),
    ("F0045", "F0102", "previous", False, "115 days of 2017 and June 2018"),
    ("F0102", "F1414", "year_ago", False, "a month and a year"),
    ("F0101", "F0103", "year_ago", False, "daily averages of January 2017 and of June 2018"),
    ("F0180", "F1139", "year_ago", False, "daily averages of a quarter of 2019 and of all 2023"),
    ("F1139", "F1140", "previous", False, "the daily average of 2023 and of its December"),
]


@pytest.mark.parametrize(("base", "current", "baseline", "compares", "why"), APART, ids=[row[-1] for row in APART])
def test_each_pair_that_looks_comparable(base: str, current: str, baseline: str, compares: bool, why: str) -> None:  # noqa: FBT001 - a table
    """These two rows alone give a growth against that baseline, or none, for the reason in the test's name."""
    found = state_of([sample(base), sample(current)]).readings.values()

    assert compares == any(each.origin == "derived" and each.baseline == baseline for each in found), why


# --- currencies ----------------------------------------------------------------------------------------------------


def test_no_reading_mixes_currencies() -> None:
    """Of all shipped figures none comes of claims in another currency, UPI in rupees and in dollars least of all."""
    claims = {claim.id: claim for claim in sample_claims()}
    for reading in shipped().readings.values():
        assert {reading.series.currency} == {claims[identity].currency for identity in reading.inputs}
    monthly = [each for key, each in shipped().readings.items() if key.startswith("upi|IN|transaction_value||month|")]
    values = [each.series.currency for each in monthly if each.indicator == "level"]

    assert ["INR", "USD"] == sorted(values)


def test_upi_in_dollars_is_told_twice_and_never_mixed() -> None:
    """Dollars as published are one series; rupees told in dollars stay in theirs, at rates, under another indicator."""
    rupees, dollars = (f"upi|IN|transaction_value||month|{code}|current" for code in ("INR", "USD"))
    readings = shipped().readings

    assert f"{dollars}|level||" in readings
    assert f"{rupees}|level_in_usd||" in readings
    assert f"{dollars}|level_in_usd||" not in readings
    assert readings[f"{dollars}|level||"].value == 51.9e9
    assert readings[f"{rupees}|level_in_usd||"].value > 200e9


# --- the press note ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def note() -> tuple[Claim, ...]:
    """The claims of the press note."""
    document = document_from_text(
        samples.press_note().encode(),
        "press-note",
        published_at=samples.PRESS_NOTE_PUBLISHED,
        publisher=samples.PRESS_NOTE_PUBLISHER,
        publisher_name=samples.PRESS_NOTE_NAME,
    )
    return tuple(outcome for outcome in parse_article(document).outcomes if isinstance(outcome, Claim))


def amounts() -> tuple[Claim, Claim]:
    """CNY 2,955, and the US$433 that it is said to be."""
    yuan = next(claim for claim in note() if claim.value == 2_955.0)
    return yuan, next(claim for claim in note() if claim.equivalent_of == yuan.id)


def test_2955_yuan_for_433_dollars_is_a_rate_of_the_time() -> None:
    """6.8245 yuan a dollar lies within what the ECB published from July to 18 September 2018: nothing is flagged."""
    yuan, dollars = amounts()
    implied = implied_rate(dollars, yuan)
    summer = rate_of(ecb(), yuan.dated, Nature.PRICE, "USD", "CNY")

    assert (2_955.0, 433.0) == (yuan.value, dollars.value)
    assert implied is not None
    assert implied.holds(433 / 2955)
    assert summer is not None
    assert abs(2955 / 433 / summer - 1) < 0.01
    assert [] == [each for each in audited(note()) if each.rule is Rule.EQUIVALENT_DISAGREES]


@pytest.mark.parametrize(
    ("amount", "flagged"), [(433.0, False), (43.3, True), (4_330.0, True), (445.0, False), (460.0, True)]
)
def test_a_wrong_equivalent_is_flagged_with_the_figure_it_should_be(amount: float, flagged: bool) -> None:  # noqa: FBT001 - a table
    """A dollar was 6.6 to 6.9 yuan: US$445 is possible, US$43.3 and US$460 are not."""
    yuan, dollars = amounts()
    told = identified(msgspec.structs.replace(dollars, value=amount, step=0.1))
    findings = [each for each in audited([yuan, told]) if each.rule is Rule.EQUIVALENT_DISAGREES]

    assert flagged == bool(findings)
    for finding in findings:
        assert (told.id,) == finding.claims
        assert finding.computed is not None
        assert 428 < finding.computed < 448
        assert finding.open.low is not None
        assert finding.open.low < finding.computed < (finding.open.high or 0.0)


def test_over_5000_percent_stays_what_it_is() -> None:
    """At least 50, without upper end: in the claim, in the reading and in the text of /metrics."""
    claim = next(claim for claim in note() if claim.market == "RU")
    [reading] = [each for each in state_of(note()).readings.values() if each.series.market == "RU"]
    board = Board(1_000, 1e9)
    board.apply([Received(reading.key, reading)], 0.0)
    registry = CollectorRegistry()
    registry.register(BoardCollector(lambda: board.snapshot(0.0)))
    lines = [line for line in encoder_for("")[0](registry).decode().splitlines() if line.startswith("paysignal_growth")]

    assert (50.0, None, Bound.MORE_THAN) == (claim.interval.low, claim.interval.high, claim.bound)
    assert (50.0, 50.0, None, Bound.MORE_THAN) == (reading.value, reading.low, reading.high, reading.bound)
    assert ["paysignal_growth_ratio", "paysignal_growth_ratio_low"] == sorted(line.split("{")[0] for line in lines)
    assert {50.0} == {float(line.rsplit(" ", 1)[1]) for line in lines}


def test_over_5000_percent_is_over_on_the_page() -> None:
    """The row of the page says "more than", and no upper end."""
    now = dt.datetime(2018, 10, 18, tzinfo=dt.UTC)
    rows = just_read([Held(claim) for claim in note()], state_of(note()).readings.values(), now)
    [row] = [row for row in rows if row.market_name == "Russia"]

    assert ("> +5,000 %", "") == (row.statement, row.interval)


def test_a_growth_of_an_open_base_is_open_too() -> None:
    """What is computed from "over" is no more certain: users above a bound grew by at least what the bound says."""
    before, now = (
        examples.users(value=value, bound=bound, step=1e6, period=Period(None, end))
        for value, bound, end in ((5e8, Bound.EXACT, "2017-07-01"), (7e8, Bound.MORE_THAN, "2018-07-01"))
    )
    over = [identified(before), identified(now)]
    growth = state_of(over).readings["alipay|CN|active_users||instant||current|year_on_year_growth||year_ago"]

    assert (0.4, None, Bound.AT_LEAST) == (growth.value, growth.high, growth.bound)
    assert growth.low is not None
    assert 0.39 < growth.low < 0.4
