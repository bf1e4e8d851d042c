"""Rules and records of readings for tests of alerting."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from paysignal.engine.alerting.rules import Rules
from paysignal.engine.alerting.step import step
from paysignal.engine.alerting.watching import State
from paysignal.engine.records import Record
from paysignal.facts.alerts import Alert
from paysignal.facts.readings import Reading
from paysignal.facts.topics import READINGS
from paysignal.facts.wire import encode
from paysignal.thresholds.parse import rules_of
from tests.tools.figures import reading

SENT_MS = 1_700_000_000_000


def rules(*lines: str, **fields: object) -> Rules:
    """One rule about stated growth on the year above 1 unless `fields` say otherwise; or rules in YAML's flow form."""
    if not lines:
        given = {"rule": "surge", "indicator": "stated_growth", "baseline": "year_ago", "above": 1, **fields}
        if "below" in given:
            del given["above"]
        lines = (", ".join(f"{name}: {_written(value)}" for name, value in given.items() if value is not None),)
    return _parsed("rules:\n{}".format("\n".join(f"- {{{line}}}" for line in lines)).encode())


@lru_cache(maxsize=1_000)
def _parsed(raw: bytes) -> Rules:
    return rules_of(raw, "test.yaml")


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def record(of: Reading | str, offset: int = 0, sent_ms: int | None = SENT_MS) -> Record:
    """A reading as it stands on its topic; of a key the withdrawal."""
    key, value = (of, None) if isinstance(of, str) else (of.key, encode(of))
    return Record(READINGS, 0, offset, key.encode(), value, sent_ms)


def valued(value: float, version: int, **changes: Any) -> Reading:  # noqa: ANN401 - as `reading` takes them
    """The Russian growth at another value, exact unless told otherwise."""
    return reading(**{"value": value, "low": value, "high": value, "version": version, **changes})


def told(records: Iterable[Record], asked: Rules, state: State | None = None) -> list[Alert]:
    """The alerts of records, in one step."""
    return step(records, State() if state is None else state, asked).alerts


def brief(alerts: Sequence[Alert]) -> list[str]:
    """State and reason of each."""
    return [f"{each.state} {each.reason}" for each in alerts]


def growths(*values: float, **changes: Any) -> list[Record]:  # noqa: ANN401 - as `reading` takes them
    """Readings of one key, month by month from 2018 on, each with a version of its own."""
    return [
        record(valued(value, at + 1, event_time=month(at), start=None, **changes), at)
        for at, value in enumerate(values)
    ]


def month(number: int) -> str:
    """The first of a month, counted from January 2018."""
    return f"{2018 + number // 12}-{number % 12 + 1:02}-01"
