"""Alerting: crossings, hysteresis, lasting, quiet, age, doubt, withdrawal, versions, other rules, the cap."""

from typing import Any

import msgspec
import pytest

from paysignal.engine.alerting.step import step
from paysignal.engine.alerting.watching import State
from paysignal.engine.records import Record
from paysignal.facts.moments import event_us
from paysignal.facts.readings import Reading
from paysignal.facts.topics import READINGS
from paysignal.facts.wire import encode
from tests.tools.alerting import SENT_MS, brief, growths, month, record, rules, told, valued
from tests.tools.figures import RUSSIA, SPEND, reading

FIRED, CLEARED = "firing crossed", "resolved cleared"


def test_a_crossing_fires_once_and_resolves_once() -> None:
    """However often it is read in between; at the threshold itself it has not crossed."""
    assert brief(told(growths(0.5, 1.0, 1.1, 3.0, 2.0, 1.0, 0.2), rules())) == [FIRED, CLEARED]


def test_an_alert_says_what_the_reading_said() -> None:
    """And the rule's threshold, severity and line."""
    asked = rules(severity="critical", summary="'{provider} {market} {value} > {threshold}'")
    (fired, ended) = told([record(reading()), record(valued(0.5, 2, event_time="2018-08-01"), 1)], asked)
    assert (fired.rule, fired.severity, fired.series, fired.state) == ("surge", "critical", RUSSIA, "firing")
    assert (fired.value, fired.low, fired.high, fired.threshold) == (50.0, 50.0, None, 1.0)
    assert (fired.since, fired.event_time, fired.known_at) == ("2018-07-16", "2018-07-16", "2018-09-18")
    assert (fired.reading, fired.version, fired.summary) == (reading().key, 1, "alipay RU 5,000 % > 100 %")
    assert (ended.value, ended.event_time, ended.version) == (0.5, "2018-08-01", 2)
    assert (ended.since, ended.summary, ended.key) == (fired.since, fired.summary, fired.key)


@pytest.mark.parametrize(
    ("fields", "values", "expected"),
    [
        ({"clear": 0.5}, (2, 0.8, 2, 0.5), [FIRED, CLEARED]),
        ({"below": -0.2, "clear": 0}, (-0.2, -0.3, -0.1, 0.0, -0.3), [FIRED, CLEARED, FIRED]),
        ({"readings": 3}, (2, 2, 0, 2, 2, 2, 2), [FIRED]),
        ({"for": "62d"}, (2, 2, 0, 2, 2, 2), []),
        ({"for": "59d"}, (2, 2, 2), [FIRED]),
        ({"cool_down": "60d"}, (2, 0, 2, 2, 2, 0), [FIRED, CLEARED, FIRED, CLEARED]),
        ({"cool_down": "400d"}, (2, 0, 2, 2, 2, 0), [FIRED, CLEARED]),
        ({"match": "{provider: pay*}"}, (2, 0), []),
        ({"match": "{provider: ali*, market: [CN, ~R.]}"}, (2, 0), [FIRED, CLEARED]),
        ({"baseline": "previous"}, (2, 0), []),
        ({"indicator": "level"}, (2, 0), []),
    ],
)
def test_a_rule_says_when(fields: dict[str, Any], values: tuple[float, ...], expected: list[str]) -> None:
    """Its clear level, its direction, how many readings, how long, how quiet afterwards, of what."""
    assert brief(told(growths(*values), rules(**fields))) == expected


def test_a_lasting_crossing_dates_from_its_first_reading() -> None:
    """Not from the one that made it long enough."""
    (fired,) = told(growths(0, 2, 2, 2), rules(readings=3))
    assert (fired.since, fired.event_time) == (month(1), month(3))


def test_a_revision_of_the_same_period_is_no_second_reading() -> None:
    """Ten publishers of one figure do not make it last."""
    records = [record(valued(2, version, event_time=month(0)), version) for version in range(1, 10)]
    assert told(records, rules(readings=2)) == []


def test_what_was_counted_behind_a_period_that_is_gone_counts_no_more() -> None:
    """A retraction made an older reading the latest: the two later ones were never there."""
    records = [
        *growths(2, 2),
        record(valued(2, 3, event_time=month(0)), 2),
        record(valued(2, 4, event_time=month(1)), 3),
    ]
    assert told(records, rules(readings=3)) == []
    assert brief(told([*records, record(valued(2, 5, event_time=month(2)), 4)], rules(readings=3))) == [FIRED]


WIDE = {"low": 0.5, "high": 1.5}


@pytest.mark.parametrize(
    ("fields", "readings", "expected"),
    [
        ({}, [valued(0.9, 1, **WIDE)], ["possible interval"]),
        ({}, [valued(0.9, 1, low=None, high=None)], ["possible interval"]),
        ({}, [valued(1.1, 1, **WIDE)], [FIRED]),
        ({"certain": True}, [valued(1.1, 1, **WIDE)], ["possible interval"]),
        ({"certain": True}, [valued(1.1, 1, low=None, high=1.5)], ["possible interval"]),
        ({"certain": True}, [valued(1.3, 1, low=1.2, high=None)], [FIRED]),
        ({"certain": True, "below": 0, "clear": 0.1}, [valued(-1, 1, low=None, high=-0.5)], [FIRED]),
        ({"below": 0}, [valued(0.1, 1, low=-0.1, high=0.3)], ["possible interval"]),
        ({}, [valued(0.9, 1, **WIDE), valued(0.9, 2, **WIDE), valued(0.9, 3)], ["possible interval", CLEARED]),
        ({}, [valued(0.9, 1, **WIDE), valued(2, 2), valued(0.9, 3, **WIDE)], ["possible interval", FIRED, CLEARED]),
        ({}, [valued(2, 1), valued(0.9, 2, **WIDE), valued(0.9, 3, **WIDE)], [FIRED, CLEARED, "possible interval"]),
    ],
)
def test_where_only_the_interval_crosses_it_is_possible(
    fields: dict[str, Any], readings: list[Reading], expected: list[str]
) -> None:
    """And a firing ends with one resolved, whatever its interval still leaves open."""
    assert brief(told([record(each, at) for at, each in enumerate(readings)], rules(**fields))) == expected


def test_a_withdrawn_reading_resolves_and_stays_gone_for_old_versions() -> None:
    """The fact was retracted; a copy of the old record fires nothing, a newer version does."""
    (fired, gone, again) = told(
        [record(reading(version=3)), record(reading().key), record(reading().key), record(reading(version=3)),
         record(reading(version=4))],
        rules(),
    )  # fmt: skip
    assert (fired.state, gone.state, gone.reason, again.state) == ("firing", "resolved", "withdrawn", "firing")
    assert (gone.value, gone.version) == (50.0, 3)


def test_a_version_not_above_the_last_changes_nothing() -> None:
    """Sent twice, or late by a worker that was replaced."""
    state = State()
    stepped = step([record(valued(2, 5)), record(valued(0, 4)), record(valued(0, 5))], state, rules())
    assert (brief(stepped.alerts), stepped.outcomes.duplicate, stepped.outcomes.accepted) == ([FIRED], 2, 1)


@pytest.mark.parametrize("flag", ["conflict", "small_base"])
def test_a_doubted_reading_is_not_judged_and_ends_what_was_told(flag: str) -> None:
    """Unless the rule leaves the flag out, it fires as any."""
    records = [record(valued(2, 1)), record(valued(2, 2, flags=(flag,)), 1), record(valued(2, 3), 2)]
    assert brief(told(records, rules(unless="[conflict, small_base]"))) == [FIRED, "resolved doubted", FIRED]
    assert brief(told(records, rules(unless="undecided"))) == [FIRED]


def test_a_reading_older_than_the_rule_asks_does_not_fire() -> None:
    """Age is from event time to the sending of the record."""
    at_ms = event_us("2018-07-16") // 1_000
    old, new = (record(reading(), 0, at_ms + days * 86_400_000) for days in (31, 30))
    assert (told([old], rules(max_age="30d")), brief(told([new], rules(max_age="30d")))) == ([], [FIRED])


def test_what_grows_too_old_resolves_with_any_later_record() -> None:
    """The clock is the sending time of whatever comes on the partition, of keys that no rule asks for as well."""
    day_ms = 86_400_000
    at_ms = event_us("2018-07-16") // 1_000
    other = reading(SPEND, indicator="level", baseline="")
    records = [
        record(reading(), 0, at_ms),
        record(other, 1, at_ms + 30 * day_ms),
        record(other, 2, at_ms + 31 * day_ms),
    ]
    state, asked = State(), rules(max_age="30d")
    assert brief(told(records[:2], asked, state)) == [FIRED]
    (ended,) = told(records[2:], asked, state)
    assert (ended.reason, ended.series, ended.event_time) == ("outdated", RUSSIA, "2018-07-16")
    assert told([record(other, 3, at_ms + 99 * day_ms)], asked, state) == []


def test_other_rules_judge_what_is_watched_at_once() -> None:
    """A lower threshold fires, a higher one clears, a rule that is gone or asks for others leaves nothing standing."""
    state = State()
    told(growths(0.5), rules(), state)
    assert brief(told([], rules(above=0.4), state)) == [FIRED]
    assert told([], rules(above=0.4), state) == []
    assert brief(told([], rules(above=0.6), state)) == [CLEARED]
    told([], rules(above=0.4), state)
    assert brief(told([], rules(above=0.4, match="{market: CN}"), state)) == ["resolved unasked"]
    assert state.held == 0


def test_rules_of_one_indicator_stand_side_by_side() -> None:
    """Each with a threshold and a state of its own."""
    two = rules(
        "rule: low, indicator: stated_growth, baseline: year_ago, above: 1",
        "rule: high, indicator: stated_growth, baseline: year_ago, above: 10",
    )
    alerts = told(growths(2, 20, 2, 0), two)
    assert [(each.rule, each.state) for each in alerts] == [
        ("low", "firing"), ("high", "firing"), ("high", "resolved"), ("low", "resolved"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (reading().key.encode(), b"{"),
        (reading().key.encode(), b""),
        (reading().key.encode(), encode(reading()).replace(b'"RU"', b'"CN"')),
        (reading().key.encode(), encode(reading()).replace(b"50.0", b"NaN")),
    ],
)
def test_what_is_no_reading_of_its_key_is_rejected_and_stops_nothing(key: bytes, value: bytes) -> None:
    """With its place, for the rejected topic."""
    stepped = step([Record(READINGS, 3, 7, key, value, SENT_MS), record(reading())], State(), rules())
    (one,) = stepped.outcomes.rejected
    assert (one.origin.partition, one.origin.offset, brief(stepped.alerts)) == (3, 7, [FIRED])


@pytest.mark.parametrize("key", [None, b"", b"\xff", b"a|b", b"x|y|z|w|" + b"a|" * 9, b"|" * 9])
def test_a_key_that_is_no_readings_is_nobodys(key: bytes | None) -> None:
    """It is counted and left alone."""
    stepped = step([Record(READINGS, 0, 0, key, b"x", None)], State(), rules())
    assert (stepped.alerts, stepped.outcomes.accepted, stepped.outcomes.total) == ([], 1, 1)


def test_a_full_state_forgets_what_is_idle_and_then_refuses() -> None:
    """What fires is never forgotten for a new key; a refused one is counted."""
    state, asked = State(most=2), rules()
    quiet, russia, kenya, brazil = (
        valued(value, 1, series=msgspec.structs.replace(RUSSIA, market=market))
        for value, market in ((0.1, "CN"), (2, "RU"), (2, "KE"), (2, "BR"))
    )
    assert brief(told([record(quiet), record(russia), record(kenya)], asked, state)) == [FIRED, FIRED]
    refused = step([record(brazil)], state, asked)
    assert (refused.alerts, refused.outcomes.evicted, state.held) == ([], 1, 2)
