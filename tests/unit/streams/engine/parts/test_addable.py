"""Addable: which figures may be summed, and why not."""

import pytest

from paysignal.engine.parts.addable import Refusal, Why, outermost, refusal_of, refusals
from paysignal.facts.kinds import Prices
from paysignal.facts.periods import Grain
from paysignal.facts.series import Series


def series(  # noqa: PLR0917 - the fields of a series, the changed ones named
    provider: str = "upi",
    market: str = "IN",
    segment: str = "",
    measure: str = "transactions",
    grain: Grain = Grain.MONTH,
    currency: str = "",
    prices: Prices = Prices.CURRENT,
) -> Series:
    """Monthly transactions of UPI in India, or what the arguments make of them."""
    return Series(provider, market, measure, segment, grain, currency, prices)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [series()],
        [series(market="IN-KA"), series(market="IN-TN")],
        [series("upi"), series("imps"), series("fastag")],
        [series(segment="p2p"), series(segment="p2m")],
        [series("all", "IN"), series("all", "KE")],
        [series("nobody-knows", "IN"), series("nobody-knows", "KE")],
        [series("upi", "region:asia"), series("imps", "region:asia")],
        [series("upi", "IN"), series("pix", "BR")],
    ],
)
def test_what_lies_side_by_side_is_added(parts: list[Series]) -> None:
    """States, rails of one country, segments, countries; one provider's markets even where its type is not known."""
    assert refusal_of(parts) is None


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (series(), series(market="IN-KA"), Why.PART),
        (series("all"), series("upi"), Why.PART),
        (series("npci"), series("upi"), Why.PART),
        (series(), series(segment="p2p"), Why.PART),
        (series("venmo", "US"), series("paypal", "world"), Why.PART),
        (series("paypal", "US"), series("venmo", "world"), Why.CROSSING),
        (series("phonepe"), series("upi"), Why.TYPE),
        (series("all", "KE"), series("upi", "IN"), Why.TYPE),
        (series("nobody-knows"), series("nor-this"), Why.UNTYPED),
        (series(market="region:asia"), series(market="IN"), Why.REGION),
        (series(), series(measure="app_opens"), Why.MEASURE),
        (series("upi"), series("imps", grain=Grain.YEAR), Why.GRAIN),
        (series(measure="revenue", currency="INR"), series("imps", measure="revenue", currency="USD"), Why.CURRENCY),
        (
            series(measure="revenue", currency="INR"),
            series("imps", measure="revenue", currency="INR", prices=Prices.CONSTANT),
            Why.PRICES,
        ),
    ],
)
def test_a_refusal_names_the_two_and_the_reason(one: Series, other: Series, why: Why) -> None:
    """Whichever of the two comes first."""
    first, second = sorted((one, other))

    assert refusal_of([one, other]) == Refusal(why, first, second)
    assert refusal_of([other, one]) == Refusal(why, first, second)


@pytest.mark.parametrize(
    ("alone", "why"),
    [
        (series(measure="average_spend", currency="INR"), Why.NATURE),
        (series(measure="market_share"), Why.NATURE),
        (series(segment="daily-average"), Why.VARIANT),
        (series(grain=Grain.OPEN), Why.OPEN),
    ],
)
def test_some_figures_are_added_to_nothing(alone: Series, why: Why) -> None:
    """Prices, ratios, variants and periods that nobody stated."""
    assert refusal_of([alone]) == Refusal(why, alone)


def test_every_refusal_is_told_with_its_sentence() -> None:
    """A country beside two of its states is refused twice, in words that name both keys."""
    found = list(refusals([series(), series(market="IN-KA"), series(market="IN-TN")]))

    assert [Why.PART, Why.PART] == [each.why for each in found]
    assert found[0].sentence == (
        "upi|IN|transactions||month||current and upi|IN-KA|transactions||month||current: "
        "a whole is never added to its part"
    )


def test_of_mixed_wholes_and_parts_the_outermost_may_be_added() -> None:
    """India covers Karnataka; Kenya stays."""
    india, kenya = series(market="IN"), series(market="KE")

    assert [india, kenya] == outermost([india, series(market="IN-KA"), kenya])
