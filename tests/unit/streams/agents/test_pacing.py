"""Pacing, with a clock that is told the time."""

import pytest

from paysignal.agents.pacing import CHECKPOINT_SECONDS, EMIT_SECONDS, Pace, checkpointing, emitting


def test_what_was_never_done_is_due() -> None:
    """The first fact need not wait."""
    assert emitting().due < 0.0


@pytest.mark.parametrize(
    ("pace", "took", "pause"),
    [
        pytest.param(emitting(), 0.0005, EMIT_SECONDS, id="quick emission: group commit"),
        pytest.param(emitting(), 0.002, 0.008, id="caught up: within ten milliseconds"),
        pytest.param(emitting(), 0.25, 1.0, id="backlog: a fifth of the time"),
        pytest.param(emitting(), 60.0, 10.0, id="never put off for longer than ten seconds"),
        pytest.param(checkpointing(), 0.001, CHECKPOINT_SECONDS, id="each second"),
        pytest.param(checkpointing(), 0.5, 4.5, id="many rows: a tenth of the time"),
    ],
)
def test_the_pause_follows_from_how_long_it_took(pace: Pace, took: float, pause: float) -> None:
    """Counted from its end, so that waiting for the broker is no work."""
    pace.done(took, ended=100.0)

    assert pytest.approx(100.0 + pause) == pace.due
