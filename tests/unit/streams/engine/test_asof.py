"""As of: facts known by a moment, and the state they give."""

import datetime as dt

import pytest

from paysignal.engine.asof import known_by, state_of
from paysignal.engine.decoding import decode
from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.identity import identified, increment_id
from paysignal.facts.increments import Tick
from paysignal.facts.kinds import Tier
from paysignal.facts.moments import known_us
from tests.tools import examples
from tests.tools.batches import paid, records, told

LEVEL = "upi|IN|transactions||month||current|level||"
FIRST = told(examples.claim(value=8.7e9, known_at="2023-04-02"))
REVISED = told(examples.claim(value=8.8e9, known_at="2023-05-02T12:00:00Z"))
TAKEN_BACK = identified(Retraction(retracts=str(REVISED.id), source=REVISED.source, known_at="2023-06-02"))
HISTORY: list[Claim | Retraction] = [TAKEN_BACK, REVISED, FIRST]


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2023-04-01", None),
        ("2023-04-02T23:59:59Z", None),  # a date is known at the end of its day
        ("2023-04-02", 8.7e9),
        ("2023-05-02T11:59:59Z", 8.7e9),
        ("2023-05-02T12:00:00Z", 8.8e9),
        ("2023-06-01", 8.8e9),
        ("2023-06-02", 8.7e9),  # the revision is taken back: what it replaced stands again
        ("9999-12-31", 8.7e9),
    ],
)
def test_a_fact_counts_from_its_known_time(moment: str, shown: float | None) -> None:
    """Not a microsecond earlier, and whatever the order in which it is handed over."""
    reading = state_of(HISTORY, known_us(moment)).readings.get(LEVEL)

    assert shown == (None if reading is None else reading.value)


def test_without_a_moment_everything_counts() -> None:
    """The state now."""
    assert state_of(HISTORY).readings == state_of(HISTORY, known_us("2030-01-01")).readings


def test_another_publishers_word_is_no_revision() -> None:
    """What somebody else says later corroborates or conflicts; as of before, it is not there."""
    other = told(examples.claim(value=9.9e9, known_at="2023-05-01", source=Source("blog", "Blog", Tier.OTHER)))

    assert not state_of([FIRST, other], known_us("2023-04-30")).readings[LEVEL].flags
    assert ("conflict",) == state_of([FIRST, other], known_us("2023-05-01")).readings[LEVEL].flags


def test_increments_and_ticks_count_from_their_instant() -> None:
    """Nothing of a stream is seen before it happened; what is malformed is handed on."""
    early, late = paid(1, 5.0, 0), paid(2, 7.0, 24)
    ticks = [Tick(id=increment_id("clock", str(at)), at=at, publisher="clock") for at in (early.at, late.at)]
    batch = known_by(decode(records([early, late, *ticks, b"{"]), partitions=None), known_us("2024-03-01"))

    assert [early] == [each.fact for each in batch.occurrences]
    assert [early.at] == [tick.at for tick in batch.ticks]
    assert 1 == len(batch.rejected)
    assert early.at < dt.datetime(2024, 3, 2, tzinfo=dt.UTC) <= late.at
