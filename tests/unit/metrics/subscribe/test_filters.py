"""Filters of subscribers."""

import pytest

from paysignal.subscribe import Filter
from paysignal.subscribe.streams import _ALERTS, _READINGS

GROWTH = "upi|IN|transactions||month||current|year_on_year_growth||year_ago"
ALERT = "growth-surge|upi|IN|transactions||month||current"


@pytest.mark.parametrize(
    ("where", "passes"),
    [
        (Filter(), True),
        (Filter(provider="upi"), True),
        (Filter(provider="pix"), False),
        (Filter(provider=("pix", "upi"), measure={"transactions"}), True),
        (Filter(segment="", window=""), True),
        (Filter(segment="wallet"), False),
        (Filter(provider=()), False),
        (Filter(indicator="year_on_year_growth", baseline="year_ago"), True),
        (Filter(provider="up"), False),
    ],
)
def test_a_key_passes_when_every_named_part_does(where: Filter, passes: bool) -> None:  # noqa: FBT001 - a parameter
    """One value, or any of several; an empty text is a value."""
    assert where.passes(GROWTH, _READINGS.parts) is passes


def test_alerts_are_filtered_by_rule_and_series() -> None:
    """Parts that their keys have not are not looked at."""
    assert Filter(rule="growth-surge", provider="upi", indicator="level").passes(ALERT, _ALERTS.parts)
    assert not Filter(rule="other").passes(ALERT, _ALERTS.parts)


@pytest.mark.parametrize("key", ["", "|", GROWTH + "|", "x" * 100_000, "|" * 100_000])
def test_keys_of_another_form_never_pass(key: str) -> None:
    """Whatever stands on the topic."""
    assert not Filter().passes(key, _READINGS.parts)
