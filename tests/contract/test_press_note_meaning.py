"""The press note: one amount in two currencies, and a growth of over 5,000 %."""

import datetime as dt

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.board.board import Board
from paysignal.board.updates import Received
from paysignal.engine.asof import state_of
from paysignal.engine.audit.equivalents import implied_rate
from paysignal.engine.audit.findings import Rule
from paysignal.engine.money.rates import rate_of
from paysignal.exposition.collector import BoardCollector
from paysignal.exposition.text import encoder_for
from paysignal.facts.claims import Claim
from paysignal.facts.identity import identified
from paysignal.facts.intervals import Interval
from paysignal.facts.kinds import Bound
from paysignal.facts.measures import Nature
from paysignal.facts.periods import Period
from paysignal.history.held import Held
from paysignal.page.just_read import just_read
from tests.tools import examples
from tests.tools.meaning import audited, ecb, note


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


def test_the_rate_is_held_against_september_2018s() -> None:
    """The note appeared on 18 September 2018: 6.8245 is within half a percent of that month's, and was to be had."""
    yuan, dollars = amounts()
    september = Period("2018-09-01", "2018-10-01")
    mean = rate_of(ecb(), september, Nature.FLOW, "USD", "CNY")
    first, last = (dt.date(2018, 9, day).toordinal() for day in (1, 18))
    span = ecb().span(first, last, "CNY", "USD")
    implied = implied_rate(dollars, yuan)

    assert "2018-09-18" == yuan.known_at
    assert mean is not None
    assert abs(2955 / 433 / mean - 1) < 0.005
    assert span is not None
    assert implied is not None
    assert implied.meets(Interval(*span))


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
