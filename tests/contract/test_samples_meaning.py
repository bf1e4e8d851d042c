"""The figures that ship: what the engine makes of real publications, with all their faults."""

from collections import Counter

import pytest

from paysignal.engine.asof import state_of
from paysignal.engine.audit.findings import Rule
from paysignal.engine.choice import Choice
from paysignal.facts.kinds import Kind
from paysignal.facts.measures import MEASURES, Nature
from paysignal.facts.periods import Period, previous_of, year_ago_of
from paysignal.facts.readings import Flag, Reading, reading_key
from tests.tools.meaning import audited, choices, several, shipped
from tests.tools.samples import sample, sample_claims

# --- several sources -----------------------------------------------------------------------------------------------


def test_of_what_several_sources_say_few_conflicts_are_left() -> None:
    """221 figures were printed more than once, six of them twice by one publisher: of 215, 31 conflict.

    By hand it was 220 and 27: in some the second source cut digits off where it should have rounded (8.03 for 8.0369
    billion), and what it printed then excludes the other.
    """
    printed = Counter((claim.series.key, claim.kind, claim.dated, claim.baseline_text) for claim in sample_claims())
    sources = {(claim.series.key, claim.kind, claim.dated, claim.baseline_text, claim.source.publisher)
               for claim in sample_claims()}  # fmt: skip
    publishers = Counter(one[:4] for one in sources)
    found = several(choices(shipped()))

    assert 221 == sum(times > 1 for times in printed.values())
    assert 215 == sum(number > 1 for number in publishers.values()) == len(found)
    assert 31 == sum(bool(choice.conflicting) for choice in found) <= 35


def test_a_conflict_is_flagged_where_its_figure_is_read() -> None:
    """A stated reading has the flag when, and only when, somebody excludes the figure it shows."""
    names = {Kind.LEVEL: "level", Kind.CHANGE: "stated_gain", Kind.GROWTH: "stated_growth"}
    latest: dict[str, Choice] = {}
    for book in shipped().statements.books.values():
        for kind, name in names.items():
            for _, baseline, choice in book.choices(kind):
                latest.setdefault(reading_key(book.series.key, name, "", baseline), choice)
    readings = shipped().readings

    assert {key: bool(choice.conflicting) for key, choice in latest.items()} == {
        key: Flag.CONFLICT in readings[key].flags for key in latest
    }


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
