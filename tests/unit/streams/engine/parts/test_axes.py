"""Axes: what is part of what."""

import pytest

from paysignal.engine.parts.axes import Axis, is_part, is_part_along, market_within, overlaps, provider_within
from paysignal.facts.kinds import Prices
from paysignal.facts.periods import Grain
from paysignal.facts.providers import ALL, Provider, ProviderType, providers
from paysignal.facts.series import Series


def series(provider: str = "upi", market: str = "IN", segment: str = "", measure: str = "transactions") -> Series:
    """Monthly transactions of a provider."""
    return Series(provider, market, measure, segment, Grain.MONTH, "", Prices.CURRENT)


@pytest.mark.parametrize(("part", "whole"), [("IN-KA", "IN"), ("IN-KA", "world"), ("IN", "world"), ("GB-ENG", "GB")])
def test_a_market_is_in_its_country_and_in_the_world(part: str, whole: str) -> None:
    """And the country is not in its state."""
    assert market_within(part, whole)
    assert not market_within(whole, part)


@pytest.mark.parametrize(
    ("one", "other"),
    [("IN", "IN"), ("IN-KA", "IN-TN"), ("ID", "IN"), ("KE", "region:africa"), ("region:africa", "world")],
)
def test_regions_and_neighbours_are_in_nothing(one: str, other: str) -> None:
    """Nobody says which countries a region has, and a code that begins alike is another country."""
    assert not market_within(one, other)
    assert not market_within(other, one)


def test_a_provider_is_part_of_its_parents_parent_and_of_all() -> None:
    """MTN MoMo Pay is part of MTN MoMo, that of MTN, and each of all providers of its market; `all` is part of none."""
    assert provider_within("mtn-momo-pay", "mtn-momo")
    assert provider_within("mtn-momo-pay", "mtn")
    assert provider_within("mtn", ALL)
    assert provider_within("nobody-knows", ALL)
    assert not provider_within(ALL, "mtn")
    assert not provider_within("venmo", "upi")


def test_a_ring_of_parents_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alias file that makes two providers parts of each other neither hangs nor makes one a part of itself."""
    ring = {
        name: Provider(slug=name, name=name, type=ProviderType.APP, home="IN", parent=parent)
        for name, parent in (("ring-a", "ring-b"), ("ring-b", "ring-a"))
    }
    monkeypatch.setattr("paysignal.engine.parts.axes.providers", lambda: providers() | ring)

    assert provider_within("ring-a", "ring-b")
    assert not provider_within("ring-a", "ring-a")


def test_a_segment_is_part_of_the_whole_and_of_the_segment_it_goes_on_from() -> None:
    """Payments abroad in stores are part of those abroad, both of all payments."""
    abroad, in_store = series(segment="abroad"), series(segment="abroad-in-store")

    assert is_part(in_store, abroad)
    assert is_part(in_store, series())
    assert not is_part(abroad, series(segment="abroa"))


def test_a_variant_is_part_of_nothing() -> None:
    """A daily average is no part of the month, nor Karnataka's of India's."""
    assert not is_part(series(segment="daily-average"), series())
    assert not is_part(series(market="IN-KA", segment="daily-average"), series(segment="daily-average"))


@pytest.mark.parametrize("changed", ["measure", "grain", "currency", "prices"])
def test_a_part_counts_the_same_in_the_same_way(changed: str) -> None:
    """Another measure, grain, currency or kind of prices makes two figures no part and whole."""
    alike = {"measure": "revenue", "grain": Grain.MONTH, "currency": "USD", "prices": Prices.CURRENT}
    other = {"measure": "funding", "grain": Grain.YEAR, "currency": "EUR", "prices": Prices.CONSTANT}

    def told(provider: str, **fields: object) -> Series:
        return Series(provider=provider, market="US", segment="", **{**alike, **fields})  # type: ignore[arg-type]

    assert is_part(told("venmo"), told("paypal"))
    assert not is_part(told("venmo", **{changed: other[changed]}), told("paypal"))


def test_a_part_on_two_axes_is_a_part_along_none() -> None:
    """Venmo in the US is part of PayPal in the world, but neither a provider's nor a market's share of it."""
    venmo, paypal = series("venmo", "US"), series("paypal", "world")

    assert is_part(venmo, paypal)
    assert not any(is_part_along(venmo, paypal, axis) for axis in Axis)
    assert is_part_along(venmo, series("paypal", "US"), Axis.PROVIDER)


def test_what_crosses_overlaps() -> None:
    """Venmo in the world and PayPal in the US share Venmo's US payments, though neither is part of the other."""
    venmo, paypal = series("venmo", "world"), series("paypal", "US")

    assert overlaps(venmo, paypal)
    assert not is_part(venmo, paypal)
    assert not is_part(paypal, venmo)
    assert not overlaps(series("venmo", "US"), series("paypal", "IN"))
