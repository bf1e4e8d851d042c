"""Growth by market: which figure stands for a market, in which colour, and where."""

import re

import pycountry
import pytest

from paysignal.facts.kinds import Bound, Prices
from paysignal.facts.periods import Grain
from paysignal.facts.readings import Reading
from paysignal.facts.series import Series
from paysignal.page.files import files
from paysignal.page.tiles import markets, places
from paysignal.page.tiles_part import tiles_part
from tests.tools.figures import reading

#: Nobody lives there.
UNINHABITED = {"AQ", "BV", "GS", "HM", "TF", "UM"}


def grown(provider: str, value: float, market: str = "IN", **changes: object) -> Reading:
    """A provider's growth on the year of its transactions, to a point either way."""
    segment, measure = str(changes.pop("segment", "")), str(changes.pop("measure", "transactions"))
    series = Series(provider, market, measure, segment, Grain.MONTH, "", Prices.CURRENT)
    fields = {"value": value, "low": value - 0.01, "high": value + 0.01, "bound": Bound.EXACT}
    return reading(series, **{**fields, "start": "2018-06-16", **changes})


def test_every_country_has_one_place() -> None:
    """All of ISO 3166-1 where people live, none twice on one place, and the style knows each row and column."""
    found = places()
    assert {each.alpha_2 for each in pycountry.countries} - UNINHABITED == set(found)
    assert len(set(found.values())) == len(found)
    style = files().bodies["tiles.css"].decode()
    assert {row for row, _ in found.values()} <= {int(each) for each in re.findall(r"^\.r(\d+) ", style, re.MULTILINE)}
    assert {at for _, at in found.values()} <= {int(each) for each in re.findall(r"^\.c(\d+) ", style, re.MULTILINE)}


def test_a_market_shows_the_middle_one_of_its_providers() -> None:
    """Of three the second by its lower end, of two the lower: always a figure that somebody told."""
    three = [grown("upi", 0.5), grown("imps", 0.1), grown("paytm", 0.3)]
    assert ("+30 %", 2) == (markets(three).tiles["IN"].growth, markets(three).tiles["IN"].others)
    assert "+10 %" == markets(three[:2]).tiles["IN"].growth


def test_a_total_goes_before_the_middle_a_whole_before_a_part_the_latest_before_the_highest() -> None:
    """What the market's total is told to be stands for it; of a provider its latest whole."""
    total = [grown("upi", 0.5), grown("imps", 0.1), grown("all", 0.2)]
    assert "+20 %" == markets(total).tiles["IN"].growth
    parts = [grown("upi", 0.9, segment="merchant"), grown("upi", 0.5), grown("upi", 0.7, event_time="2018-07-15")]
    assert "+50 %" == markets(parts).tiles["IN"].growth


def test_measures_are_not_mixed() -> None:
    """The measure that most markets have is shown unless another is asked for; world and regions have no tile."""
    mixed = [
        grown("upi", 0.5),
        grown("pix", 0.4, "BR"),
        grown("pix", 0.9, "BR", measure="merchants"),
        grown("visa", 0.1, "world"),
        grown("visa", 0.1, "IN-KA"),
    ]
    assert ("transactions", {"IN", "BR"}) == (markets(mixed).measure, set(markets(mixed).tiles))
    assert (("transactions", 2), ("merchants", 1)) == markets(mixed).measures
    assert {"BR": "+90 %"} == {name: tile.growth for name, tile in markets(mixed, measure="merchants").tiles.items()}
    assert "transactions" == markets(mixed, measure="agents").measure


@pytest.mark.parametrize(
    ("value", "step", "short"),
    [
        (-0.5, "down-2", "−50"),
        (-0.05, "down-1", "−5"),
        (0.001, "even", "0"),
        (0.05, "up-1", "+5"),
        (0.2, "up-2", "+20"),
        (0.5, "up-3", "+50"),
        (1.2, "up-4", "+120"),
        (50.0, "up-4", "+5k"),
        (1e9, "up-4", "+++"),
    ],
)
def test_colour_and_digits_of_a_tile(value: float, step: str, short: str) -> None:
    """Steps of growth; what may be growth or decline is neither; large figures are cut, and told whole beside."""
    tile = markets([grown("upi", value)]).tiles["IN"]
    assert (step, short) == (tile.step, tile.short)


def test_the_grid_says_what_it_shows_and_of_whom() -> None:
    """A tile leads to the series of its market; made-up figures are called so; places without a figure are no links."""
    html = tiles_part(markets([grown("upi", 0.5, sources=("paysignal-synthetic",))]))
    assert 'href="/search?market=IN&amp;measure=transactions"' in html
    assert "India: +50 % (49 to 51), UPI, synthetic, 16 Jun 2018 to 15 Jul 2018" in html
    assert 1 == html.count('<a href="/search')
    assert len(places()) == len(re.findall(r'<li class="r\d+ c\d+', html))
    assert "No market has one yet." in tiles_part(markets([]))
