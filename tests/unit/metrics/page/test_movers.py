"""Leaders and laggards, and the lines beside them."""

import re

import msgspec

from paysignal.engine.money.rates import NO_RATES
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound
from paysignal.facts.periods import Period
from paysignal.facts.readings import Reading
from paysignal.history.answers import Answers
from paysignal.history.store import History
from paysignal.page.lines import lines_of, no_lines
from paysignal.page.movers import MOST, laggards, leaders, series_in
from paysignal.page.movers_part import movers_part
from paysignal.page.spark import MOST as MOST_OF_A_LINE
from paysignal.page.spark import spark
from paysignal.page.strongest import strongest
from tests.tools.examples import claim, growth
from tests.tools.figures import RUSSIA, reading
from tests.unit.metrics.page.test_html import NOW


def grown(number: int, high: float | None = 1.0) -> Reading:
    """A provider's growth; the higher its number the stronger."""
    low = number / 100
    fields = {"value": low, "low": low, "high": None if high is None else low + high, "bound": Bound.EXACT}
    return reading(msgspec.structs.replace(RUSSIA, provider=f"provider-{number}"), **fields)


def test_nobody_leads_and_lags() -> None:
    """Of three one lags; of thirty eight each; who has no upper end lags never."""
    for count, leading in ((1, 1), (3, 2), (30, MOST)):
        ranked = strongest([grown(number) for number in range(count)], NOW)
        first, last = leaders(ranked, no_lines), laggards(ranked, no_lines)
        assert leading == len(first)
        assert min(MOST, count - leading) == len(last)
        assert not {each.row.provider for each in first} & {each.row.provider for each in last}
        assert f"provider-{count - 1}" == first[0].row.provider
        if last:
            assert "provider-0" == last[0].row.provider
    assert () == laggards(strongest([grown(number, None) for number in range(4)], NOW), no_lines)


def test_a_line_is_the_levels_or_else_the_growths() -> None:
    """Levels in the order of their periods; of a series that was told by its growth only, that; of nothing, nothing."""
    history = History(100)
    months = [(f"2023-0{month}-01", f"2023-0{month + 1}-01") for month in (3, 1, 2)]
    history.remember(identified(claim(period=Period(*month), value=1e9 + at)) for at, month in enumerate(months))
    pix = {"provider": "pix", "market": "BR"}
    history.remember(
        identified(growth(period=Period(*month), value=0.5 + at, **pix)) for at, month in enumerate(months)
    )
    lines = lines_of(Answers(history, NO_RATES))

    assert (1e9 + 1, 1e9 + 2, 1e9) == lines("upi|IN|transactions||month||current")
    assert (1.5, 2.5, 0.5) == lines("pix|BR|transactions||month||current")
    assert () == lines("nobody|BR|transactions||month||current")


def test_a_sparkline_fits_its_box_whatever_the_values() -> None:
    """One figure makes no line; the largest floats, equal values and long series stay within 96 by 24."""
    assert "" == spark([1.0], "")
    for values in ([1.0, 1.0], [-1.7e308, 1.7e308, 0.0], [float(at) for at in range(1_000)]):
        places = re.findall(r"([\d.]+),([\d.]+)", spark(values, 'of "A" & B'))
        assert min(len(values), MOST_OF_A_LINE) == len(places)
        assert all(0 <= float(x) <= 96 and 0 <= float(y) <= 24 for x, y in places)
    assert 'aria-label="of &quot;A&quot; &amp; B"' in spark([1.0, 2.0], 'of "A" & B')


def test_a_mover_leads_to_its_explanation_and_its_series() -> None:
    """The figure to the reading's key, the line to the series; without a line there is a word."""
    ranked = strongest([grown(1), grown(2)], NOW)
    html = movers_part(leaders(ranked, lambda _: (1.0, 2.0)), laggards(ranked, no_lines))
    key = ranked[0].key

    assert key.startswith(series_in(key) + "|")
    assert "/explain?key=provider-2%7CRU" in html
    assert "/series?series=provider-2%7CRU%7Ctransactions%7C%7Cspan%7C%7Ccurrent" in html
    assert 1 == html.count("<svg")
    assert "one figure" in html
