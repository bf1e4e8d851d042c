"""The facts of ../shared: those that its notes call wrong end in conflict or flagged, and few others."""

import csv
import io
import re
from decimal import Decimal

import msgspec
import pytest

from paysignal.engine.asof import state_of
from paysignal.engine.audit.findings import Rule
from paysignal.facts.claims import Claim
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Comparison, Kind
from paysignal.facts.periods import Period
from paysignal.facts.readings import Flag
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.parse import parse_table
from tests.tools.meaning import audited, choices
from tests.tools.need import shared

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
