"""The step: records of the readings topic applied to one partition's state; alerts come out."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from paysignal.engine.alerting.judging import IDLE, Case, Seen, Standing, end, judge, resolved
from paysignal.engine.alerting.rules import Asked, Rule, Rules
from paysignal.engine.alerting.watching import State, Watched
from paysignal.engine.records import Outcomes, Record
from paysignal.facts import wire
from paysignal.facts.alerts import Alert
from paysignal.facts.errors import Malformed
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Reason, rejected

_US_A_MS: Final = 1_000


@dataclass(slots=True)
class Stepped:
    """The alerts in the order they were told, and what became of the records.

    Of the outcomes, `accepted` are readings and withdrawals that were judged or that no rule asks for, `duplicate`
    those whose version is not above the last, `evicted` those of new keys for which there was no room.
    """

    alerts: list[Alert] = field(default_factory=list)
    outcomes: Outcomes = field(default_factory=Outcomes)


def step(records: Iterable[Record], state: State, rules: Rules) -> Stepped:
    """Applies records of one partition in their order; the same records give the same alerts however they are cut.

    Time is the greatest sending time among the partition's records. Where the rules are others than at the last step,
    every key that is watched is judged by them first; keys that no rule asked for are judged from their next reading.
    """
    stepped, now_us = Stepped(), state.own.now_us
    if state.own.rules != rules.fingerprint:
        stepped.alerts += _judged_anew(state, rules, now_us)
    if state.deadlines is None:
        state.deadlines = []
        for key, watched in state.busy():
            _remember_deadlines(state, rules, key, watched)
    for record in records:
        if record.timestamp_ms is not None and (sent_us := record.timestamp_ms * _US_A_MS) > now_us:
            now_us = sent_us
            if state.deadlines and state.deadlines[0][0] < now_us:
                stepped.alerts += _outdated(state, rules, now_us)
        asked = rules.of(record.key or b"")
        if asked is None:
            stepped.outcomes.accepted += 1
        else:
            stepped.alerts += _heard(record, asked, state, rules, now_us, stepped.outcomes)
    state.move_on(now_us, rules.fingerprint)
    return stepped


def _heard(  # noqa: PLR0913, PLR0917 - one record, and all it may change
    record: Record, asked: Asked, state: State, rules: Rules, now_us: int, outcomes: Outcomes
) -> list[Alert]:
    """One record of a key that some rule asks for."""
    key = (record.key or b"").decode()
    watched = state.of(key)
    if record.value is None:
        outcomes.accepted += 1
        return [] if watched is None else _withdrawn(key, watched, asked, state, rules)
    try:
        reading = _reading(record.value, key)
    except Malformed as error:
        outcomes.rejected.append(rejected(Reason(error.reason), error.detail, record.value, record.origin))
        return []
    if watched is not None and reading.version <= watched.version:
        outcomes.duplicate += 1
        return []
    seen = Seen(
        reading.value, reading.low, reading.high, reading.unit, reading.event_time, reading.known_at, reading.flags
    )
    before = {} if watched is None else watched.standings
    after, alerts = _judged(Case(asked.series, key, reading.version, seen), asked.rules, before, now_us)
    now = Watched(reading.version, seen, after)
    if not state.put(key, now):
        outcomes.evicted += 1
        return []
    outcomes.accepted += 1
    _remember_deadlines(state, rules, key, now)
    return alerts


def _reading(value: bytes, key: str) -> Reading:
    """The reading of that key; raises `Malformed`."""
    reading = wire.decode_reading(value)
    if reading.key != key:
        raise Malformed(Reason.MISROUTED, f"the key is not the reading's, which is {reading.key!r}")
    return reading


def _judged(
    case: Case, rules: Iterable[Rule], before: dict[str, Standing], now_us: int
) -> tuple[dict[str, Standing], list[Alert]]:
    """The reading judged by each rule in their order."""
    after, alerts = dict[str, Standing](), list[Alert]()
    for rule in rules:
        standing, alert = judge(rule, case, before.get(rule.name, IDLE), now_us)
        if not standing.is_idle:
            after[rule.name] = standing
        if alert is not None:
            alerts.append(alert)
    return after, alerts


def _withdrawn(key: str, watched: Watched, asked: Asked, state: State, rules: Rules) -> list[Alert]:
    """The reading is gone: what it made fire is resolved. Its version stays, so that a copy does not bring it back."""
    if watched.seen is None:
        return []
    case = Case(asked.series, key, watched.version, watched.seen)
    after, alerts = dict[str, Standing](), list[Alert]()
    for name, before in watched.standings.items():
        standing, alert = end(rules.named[name], case, before, "withdrawn")
        if not standing.is_idle:
            after[name] = standing
        if alert is not None:
            alerts.append(alert)
    state.put(key, Watched(watched.version, None, after))
    return alerts


def _judged_anew(state: State, rules: Rules, now_us: int) -> Iterator[Alert]:
    """Every watched key by rules that are new to it; what a rule does not ask for any more is resolved."""
    state.deadlines = None
    for key, watched in state.items():
        asked = rules.of(key.encode())
        names = {rule.name for rule in asked.rules} if asked is not None else set[str]()
        for name, standing in watched.standings.items():
            if name not in names and standing.told is not None and watched.seen is not None:
                case = Case(standing.told.series, key, watched.version, watched.seen)
                yield resolved(standing.told, case, "unasked")
        if asked is None:
            state.drop(key)
            continue
        kept = {name: standing for name, standing in watched.standings.items() if name in names}
        if watched.seen is not None:
            case = Case(asked.series, key, watched.version, watched.seen)
            kept, alerts = _judged(case, asked.rules, kept, now_us)
            yield from alerts
        state.put(key, Watched(watched.version, watched.seen, kept))


def _remember_deadlines(state: State, rules: Rules, key: str, watched: Watched) -> None:
    """When what is told of a key will be too old, by rules that ask for an age."""
    for name, standing in watched.standings.items():
        age_us = rules.named[name].max_age_us
        if (
            standing.told is not None
            and age_us is not None
            and watched.seen is not None
            and state.deadlines is not None
        ):
            heapq.heappush(state.deadlines, (watched.seen.at_us + age_us, key, name))


def _outdated(state: State, rules: Rules, now_us: int) -> Iterator[Alert]:
    """What was told of readings that are too old now, in the order of their ages."""
    while state.deadlines and state.deadlines[0][0] < now_us:
        _, key, name = heapq.heappop(state.deadlines)
        watched, rule = state.of(key), rules.named[name]
        if watched is None or watched.seen is None or name not in watched.standings or rule.max_age_us is None:
            continue  # it was resolved meanwhile
        if watched.seen.at_us + rule.max_age_us >= now_us:
            continue  # a newer reading has a deadline of its own
        before = watched.standings[name]
        if before.told is None:
            continue
        case = Case(before.told.series, key, watched.version, watched.seen)
        standing, alert = end(rule, case, before, "outdated")
        others = {each: one for each, one in watched.standings.items() if each != name}
        state.put(key, Watched(watched.version, watched.seen, others | ({} if standing.is_idle else {name: standing})))
        if alert is not None:
            yield alert
