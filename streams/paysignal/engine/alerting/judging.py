"""Judging: one reading, one rule, what stood before → what stands now, and the alert to tell, if any."""

import math
from typing import Final, Literal

import msgspec

from paysignal.engine.alerting.rules import Rule
from paysignal.engine.alerting.summaries import figure, series_fields
from paysignal.facts.alerts import Alert, AlertReason
from paysignal.facts.measures import Unit
from paysignal.facts.moments import Moment, event_us
from paysignal.facts.series import Series

#: Before any event time: nothing keeps a rule quiet.
NEVER_QUIET: Final = -(2**62)


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is remembered of the last reading of a key."""

    value: float
    low: float | None
    high: float | None
    unit: Unit
    event_time: Moment
    known_at: Moment
    flags: tuple[str, ...]

    @property
    def at_us(self) -> int:
        """The event time in microseconds."""
        return event_us(self.event_time)


class Standing(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How one rule stands for one key.

    `told` is the alert that is not resolved yet. `streak` are the event times at which the threshold was crossed
    without a break, at most as many as the rule counts. Until `quiet_us` of event time nothing new is told.
    """

    told: Alert | None = None
    streak: tuple[Moment, ...] = ()
    quiet_us: int = NEVER_QUIET

    @property
    def is_idle(self) -> bool:
        """Whether it is as if nothing had ever been."""
        return self == IDLE


IDLE: Final = Standing()

Judged = tuple[Standing, Alert | None]


class Case(msgspec.Struct, frozen=True, gc=False):
    """A reading and where it belongs: its series, its key and its version, as an alert names them."""

    series: Series
    key: str
    version: int
    seen: Seen


def judge(rule: Rule, case: Case, before: Standing, now_us: int) -> Judged:
    """One reading. `now_us` is when the latest record of the partition was sent: what a reading's age is counted to.

    At most one alert: firing once when a crossing has lasted as the rule asks, resolved once when it is over; possible
    when the value does not cross but the interval reaches beyond, resolved when it does not any more.
    """
    if (reason := _unfit(rule, case.seen, now_us)) is not None:
        return end(rule, case, before, reason)
    near, far, threshold, clear = _line(rule, case.seen)
    if before.told is not None and before.told.state == "firing":
        return end(rule, case, before, "cleared") if near <= clear else (before, None)
    if near > threshold:
        return _crossed(rule, case, before)
    if far <= threshold:
        return end(rule, case, before, "cleared")
    standing = Standing(before.told, (), before.quiet_us)
    if standing.told is not None or case.seen.at_us < standing.quiet_us:
        return standing, None
    return _told(rule, case, standing, "interval")


def _unfit(rule: Rule, seen: Seen, now_us: int) -> Literal["outdated", "doubted"] | None:
    """Why the rule does not judge the reading."""
    if rule.max_age_us is not None and now_us - seen.at_us > rule.max_age_us:
        return "outdated"
    return "doubted" if any(flag in rule.unless for flag in seen.flags) else None


def end(rule: Rule, case: Case, before: Standing, reason: AlertReason) -> Judged:
    """What was told is over, for this reason; what was not told is forgotten. After a firing the rule may be quiet."""
    if before.told is None:
        return Standing(None, (), before.quiet_us), None
    fired = before.told.state == "firing" and rule.cool_down_us
    quiet_us = max(before.quiet_us, case.seen.at_us + rule.cool_down_us) if fired else before.quiet_us
    return Standing(None, (), quiet_us), resolved(before.told, case, reason)


def resolved(told: Alert, case: Case, reason: AlertReason) -> Alert:
    """The end of an alert, with the figures of the reading that decided; the rest as it was told."""
    return msgspec.structs.replace(
        told,
        state="resolved",
        reason=reason,
        value=case.seen.value,
        low=case.seen.low,
        high=case.seen.high,
        unit=case.seen.unit,
        event_time=case.seen.event_time,
        known_at=case.seen.known_at,
        version=case.version,
    )


def _line(rule: Rule, seen: Seen) -> tuple[float, float, float, float]:
    """What is compared, the far end of the interval, the threshold and the clear level, so that above is beyond."""
    if rule.direction == "above":
        near = seen.low if rule.certain else seen.value
        return (
            -math.inf if near is None else near, math.inf if seen.high is None else seen.high,
            rule.threshold, rule.clear,
        )  # fmt: skip
    near = seen.high if rule.certain else seen.value
    return (
        -math.inf if near is None else -near, math.inf if seen.low is None else -seen.low,
        -rule.threshold, -rule.clear,
    )  # fmt: skip


def _crossed(rule: Rule, case: Case, before: Standing) -> Judged:
    """One more reading beyond the threshold; it fires when there have been enough of them, for long enough."""
    seen = case.seen
    # A retraction can make an older reading the latest: what was counted behind it is not there any more.
    streak = (*(each for each in before.streak if event_us(each) < seen.at_us), seen.event_time)
    lasted_us = seen.at_us - event_us(streak[0])
    # Of a long streak the first and the latest are enough.
    streak = streak if len(streak) <= rule.readings else (streak[0], *streak[len(streak) - rule.readings + 1 :])
    standing = Standing(before.told, streak, before.quiet_us)
    if len(streak) < rule.readings or lasted_us < rule.lasting_us or seen.at_us < before.quiet_us:
        return standing, None
    return _told(rule, case, standing, "crossed")


def _told(rule: Rule, case: Case, standing: Standing, reason: Literal["crossed", "interval"]) -> Judged:
    seen = case.seen
    alert = Alert(
        rule=rule.name,
        severity=rule.severity,
        series=case.series,
        state="firing" if reason == "crossed" else "possible",
        reason=reason,
        direction=rule.direction,
        value=seen.value,
        low=seen.low,
        high=seen.high,
        unit=seen.unit,
        threshold=rule.threshold,
        since=standing.streak[0] if standing.streak else seen.event_time,
        event_time=seen.event_time,
        known_at=seen.known_at,
        reading=case.key,
        version=case.version,
        summary=_summary(rule, case),
    )
    return Standing(alert, (), standing.quiet_us), alert


def _summary(rule: Rule, case: Case) -> str:
    seen = case.seen
    return rule.summary.filled(
        series_fields(case.series)
        | {
            "indicator": rule.indicator,
            "window": rule.window,
            "baseline": rule.baseline,
            "unit": seen.unit.value,
            "value": figure(seen.value, seen.unit),
            "low": figure(seen.low, seen.unit),
            "high": figure(seen.high, seen.unit),
            "threshold": figure(rule.threshold, seen.unit),
            "event_time": seen.event_time,
            "known_at": seen.known_at,
            "rule": rule.name,
            "severity": rule.severity,
        }
    )
