"""Logs: one line a record in both forms, a bounded rate, no secret, nothing a terminal acts on."""

import json
import logging
import sys

import pytest

from paysignal.command.logs import A_MINUTE, Bounded, Lines

SECRET = "correct-horse-battery"


def record(message: str, *arguments: object, trace: bool = False) -> logging.LogRecord:
    """A record as loggers make them."""
    info = sys.exc_info() if trace else None
    return logging.LogRecord("paysignal.test", logging.WARNING, __file__, 7, message, arguments, info)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_record_is_a_line_without_secrets_and_controls(*, as_json: bool) -> None:
    """Also where the secret comes by an argument or a traceback, and the text breaks lines."""
    lines = Lines(as_json=as_json, secrets=[SECRET, "", "abc"])
    try:
        int(SECRET)
    except ValueError:
        with_trace = lines.format(record("refused %s", SECRET, trace=True))
    hostile = lines.format(record("from %s", "a\nERROR forged\x1b[2J"))

    assert SECRET not in with_trace
    assert "***" in with_trace
    assert "ValueError" in with_trace
    assert "\x1b" not in hostile
    assert len(hostile.splitlines()) == 1


def test_json_lines_have_their_fields() -> None:
    """Time in UTC, level, logger, message; what else there is only where there is some."""
    line = json.loads(Lines(as_json=True, secrets=[]).format(record("%d records wait", 3)))

    assert line.keys() == {"at", "level", "logger", "message"}
    assert (line["level"], line["logger"], line["message"]) == ("warning", "paysignal.test", "3 records wait")
    assert line["at"].endswith("Z")


def test_the_same_message_is_bounded_and_counted() -> None:
    """A thousand in a minute are sixty lines, whatever their arguments; the first afterwards says how many more."""
    now = 0.0
    bounded = Bounded(clock=lambda: now)
    passed = [bounded.filter(record("no broker %d", number)) for number in range(1_000)]
    assert sum(passed) == A_MINUTE
    assert bounded.filter(record("another"))

    now = 61.0
    first = record("no broker %d", 0)
    assert bounded.filter(first)
    assert "(940 more of this were left out)" in Lines(as_json=False, secrets=[]).format(first)
    second = record("no broker %d", 1)
    assert bounded.filter(second)
    assert "left out" not in Lines(as_json=False, secrets=[]).format(second)
