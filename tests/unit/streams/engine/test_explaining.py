"""Explaining: what is behind a reading, what is not, and what to do about a key that has none."""

import pytest

from paysignal.command.rates import published_rates
from paysignal.engine.explaining import Explanation, UnknownKeyError, Why, explain, parts_of
from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from tests.tools import examples
from tests.tools.batches import told

GROWTH = "upi|IN|transactions||month||current|year_on_year_growth||year_ago"
NPCI = Source("npci", "NPCI", Tier.OFFICIAL)
MONEY = {"measure": "transaction_value", "unit": Unit.CURRENCY}


def month(year: int, value: float, **changes: object) -> Claim:
    """A March."""
    return told(examples.claim(value=value, period=Period(f"{year}-03-01", f"{year}-04-01"), **changes))


def history() -> list[Claim | Retraction]:
    """March 2022 and 2023 with a revision, a conflict and a retraction; March 2025 without a base."""
    wrong = month(2023, 9.9e9, source=Source("blog", "Blog", Tier.OTHER))
    withdrawn = month(2022, 5.5e9, source=Source("times", "Times", Tier.PRESS))
    return [
        month(2022, 5.4e9, source=NPCI),
        month(2023, 8.6e9, source=NPCI, known_at="2023-04-01"),
        month(2023, 8.7e9, source=NPCI, known_at="2023-05-01"),
        wrong,
        withdrawn,
        identified(Retraction(retracts=str(withdrawn.id), source=withdrawn.source, known_at="2023-06-01")),
        month(2025, 18.3e9, source=NPCI),
    ]


def test_the_formula_has_the_numbers_and_the_parts_their_claims() -> None:
    """Growth of March 2023 on March 2022, both by the same source."""
    told_ = explain(GROWTH, history())

    assert "(8700000000.0 - 5400000000.0) / 5400000000.0" == told_.formula
    assert [("current", 8.7e9), ("base", 5.4e9)] == [(each.part, each.value) for each in told_.evidence]
    assert [["npci"], ["npci"]] == [[claim.source.publisher for claim in each.claims] for each in told_.evidence]
    assert all(each.rate is None for each in told_.evidence)
    assert told_.evidence[0].low is not None
    assert told_.evidence[0].high is not None
    assert told_.evidence[0].low < 8.7e9 < told_.evidence[0].high


def test_what_was_left_out_has_its_reason() -> None:
    """The revised, the contradicted and the retracted, each once."""
    left = {(each.claim.value, each.why) for each in explain(GROWTH, history()).left_out}

    assert {(8.6e9, Why.REVISED), (9.9e9, Why.CONFLICT), (5.5e9, Why.RETRACTED)} == left


def test_later_periods_without_the_reading_are_named() -> None:
    """March 2025 has no March 2024 to compare with."""
    [passed] = explain(GROWTH, history()).passed_over

    assert passed.startswith("2025-03-01/2025-04-01: no level of the year ago period")


@pytest.mark.parametrize(
    ("base", "reason"), [(0.0, "growth from nothing is undefined"), (1e-300, "larger than any number")]
)
def test_an_undefined_growth_says_why(base: float, reason: str) -> None:
    """A zero base is named; so is a ratio that no float holds."""
    facts = [month(2021, 1e9), month(2022, base), month(2023, 1e15), month(2020, 1e8)]
    told_ = explain(GROWTH, facts)

    assert any(reason in passed for passed in told_.passed_over)


def converted(indicator: str, currency: str) -> Explanation:
    """A converted reading of March 2023, in rubles or rupees, with the ECB's rates."""
    facts = [month(year, 1e12, currency=currency, **MONEY) for year in (2021, 2022, 2023)]
    baseline = "year_ago" if "growth" in indicator else ""
    key = f"upi|IN|transaction_value||month|{currency}|current|{indicator}||{baseline}"
    return explain(key, facts, rates=published_rates(None))


def test_a_converted_reading_names_its_rates() -> None:
    """Each part with the rate of its own month, in the formula as well."""
    told_ = converted("year_on_year_growth_in_usd", "INR")
    rates = [each.rate for each in told_.evidence]

    assert all(rate is not None and 0.011 < rate < 0.014 for rate in rates)
    assert all(repr(rate) in told_.formula for rate in rates)


def test_a_period_without_a_rate_is_passed_over() -> None:
    """The ECB ended its ruble on 1 March 2022: that March and the next have no rate, the one before has."""
    told_ = converted("level_in_usd", "RUB")

    assert "2021-04-01" == told_.reading.event_time
    assert ["no rate was published for the period"] * 2 == [each.split(": ")[1] for each in told_.passed_over]


@pytest.mark.parametrize(
    ("indicator", "currency", "reason"),
    [
        ("level_in_usd", "KES", "no rate of KES in USD was published for its periods"),
        ("year_on_year_growth_in_usd", "KES", "no rate of KES in USD was published for its periods"),
        ("level_in_usd", "USD", "its figures are in USD already"),
    ],
)
def test_a_missing_conversion_says_why(indicator: str, currency: str, reason: str) -> None:
    """No rate, no figure, and the reason to whoever asks."""
    with pytest.raises(UnknownKeyError, match=reason):
        converted(indicator, currency)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("upi|IN", "has 2 parts of 10; copy one from the page"),
        ("x" * 500, "has 1 parts of 10"),
        ("upi|IN|transactions||month||current|rolling_sum|24h|", "its increments are no claims"),
        ("upi|IN|transactions||month||current|magic||", "the catalogue has none of this name and baseline"),
        ("upi|IN|transactions||month||current|year_on_year_growth||previous", "none of this name and baseline"),
        ("upi|IN|transactions||quarter||current|level||", "no claim known then gives this reading"),
    ],
)
def test_a_key_without_a_reading_is_told_why(key: str, sentence: str) -> None:
    """Value, rule, fix; a hostile key is cut."""
    with pytest.raises(UnknownKeyError, match=sentence) as error:
        explain(key, history())

    assert len(str(error.value)) < 400


def test_a_key_comes_apart() -> None:
    """Series, indicator, window, baseline."""
    parts = parts_of(GROWTH)

    assert ("upi|IN|transactions||month||current", "year_on_year_growth") == (parts.series_key, parts.indicator)
    assert ("", "year_ago") == (parts.window, parts.baseline)
