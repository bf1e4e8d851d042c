"""Records as lines for people."""

import datetime as dt
from typing import Any

import pytest

from paysignal.command.telling import TELLERS
from paysignal.facts import wire
from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.errors import Malformed
from paysignal.facts.identity import identified, increment_id
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.kinds import Bound, Comparison, Kind, Prices, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Grain, Period
from paysignal.facts.readings import Flag, Reading
from paysignal.facts.rejections import Origin, Reason, rejected
from paysignal.facts.series import Series
from tests.tools.figures import alert

SOURCE = Source("the-gazette", "The Gazette", Tier.PRESS)
CLAIM = identified(
    Claim(
        provider="alipay",
        market="RU",
        measure="transactions",
        kind=Kind.GROWTH,
        value=50.0,
        bound=Bound.MORE_THAN,
        unit=Unit.RATIO,
        period=Period("2018-06-01", "2018-09-01"),
        baseline=Comparison.YEAR_AGO,
        known_at="2018-09-18",
        source=SOURCE,
    )
)
AT = dt.datetime(2026, 3, 1, 12, 30, tzinfo=dt.UTC)
READING = Reading(
    series=Series("alipay", "IN", "transaction_value", "", Grain.NONE, "INR", Prices.CURRENT),
    indicator="rolling_count",
    window="24h",
    baseline="",
    origin="derived",
    value=12.0,
    low=12.0,
    high=12.0,
    bound=Bound.EXACT,
    unit=Unit.INCREMENTS,
    start="2026-02-28T12:00:00Z",
    event_time="2026-03-01T12:00:00Z",
    known_at="2026-03-01T12:30:00Z",
    gap_days=None,
    facts=12,
    sources=("the-gazette",),
    inputs=(),
    flags=(Flag.ESTIMATED,),
    final=False,
    version=12,
    definition="rolling_count/1",
)


def told(kind: str, raw: bytes) -> str:
    """The line, its spaces made single."""
    return " ".join(TELLERS[kind](raw).text().split())


def test_a_claim_is_told_with_its_bound_period_baseline_and_publisher() -> None:
    """The sentence that the publisher might have written."""
    assert (
        "2018-09-18 alipay RU transactions > +5,000 % Jun 2018 to Aug 2018 against year before (the-gazette)"
        == told("facts", wire.encode(CLAIM))
    )


def test_a_retraction_is_told_with_what_it_takes_back() -> None:
    """By its id."""
    assert CLAIM.id is not None
    retraction = identified(Retraction(retracts=CLAIM.id, source=SOURCE, known_at="2018-10-01"))

    assert f"2018-10-01 the-gazette retracts {CLAIM.id}" == told("facts", wire.encode(retraction))


def test_an_increment_is_told_with_its_money() -> None:
    """In its currency."""
    one = Increment(
        id=increment_id("the-gazette", "1"),
        provider="alipay",
        market="IN",
        measure="transaction_value",
        currency="INR",
        value=250.5,
        at=AT,
        publisher="the-gazette",
    )

    assert "2026-03-01T12:30:00Z alipay IN transaction value + INR 250.5 (the-gazette)" == told(
        "increments", wire.encode(one)
    )


def test_a_tick_is_told_as_such() -> None:
    """It has no value."""
    tick = Tick(id=increment_id("the-gazette", "2"), at=AT, publisher="the-gazette")

    assert "2026-03-01T12:30:00Z tick (the-gazette)" == told("increments", wire.encode(tick))


def test_a_count_of_payments_is_no_money() -> None:
    """The series is in rupees, the number of its payments is not."""
    line = told("readings", wire.encode(READING))

    assert "2026-03-01T12:00:00Z alipay IN transaction value rolling count 24h: 12 (derived; the-gazette)" in line
    assert line.endswith(Flag.ESTIMATED)
    assert "INR" not in line


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, "growth-surge: firing (crossed) 5,000 %, above 100 % info"),
        (
            {"state": "resolved", "reason": "withdrawn", "severity": "critical"},
            "growth-surge: resolved (withdrawn) 5,000 % against 100 % critical",
        ),
        (
            {"state": "possible", "reason": "interval", "direction": "below", "unit": Unit.USERS, "threshold": 2e6},
            "growth-surge: possible (interval) 50, below 2 million info",
        ),
    ],
)
def test_an_alert_is_told_with_why_value_and_threshold(changes: dict[str, Any], end: str) -> None:
    """In the unit of its reading."""
    assert told("alerts", wire.encode(alert(**changes))).endswith(end)


@pytest.mark.parametrize(
    ("origin", "place"),
    [
        (Origin(topic="paysignal.facts.v1", partition=3, offset=7), "paysignal.facts.v1/3@7"),
        (Origin(file="facts.csv", line=12), "facts.csv:12"),
        (Origin(file="note.txt", span=(3, 9)), "note.txt"),
        (Origin(), "unknown place"),
    ],
)
def test_a_rejection_is_told_with_reason_and_place(origin: Origin, place: str) -> None:
    """Where to look for it."""
    raw = wire.encode(rejected(Reason.BAD_JSON, "unexpected end", b"{", origin))

    assert f"bad_json {place} unexpected end (1 bytes)" == told("rejected", raw)


@pytest.mark.parametrize("kind", list(TELLERS))
def test_what_is_no_record_is_malformed(kind: str) -> None:
    """`tail` tells it on stderr and goes on."""
    with pytest.raises(Malformed):
        TELLERS[kind](b'{"a": 1}')
