"""Written readings: the bytes of windows, made without the struct between."""

import datetime as dt

import pytest

from paysignal.engine.parameters import Parameters, asked_of
from paysignal.facts import wire
from paysignal.facts.increments import Increment
from paysignal.facts.kinds import Prices
from tests.tools.batches import emitted, paid

ALL = Parameters(
    asked_of(
        "24h:count+sum+mean+min+max+first+last+rate+stdev+p50+p95, 7d:count+sum+stdev, 1h, "
        "month@Asia/Kolkata:sum+rate, year-from-4:max"
    )
)

FACTS: list[Increment] = [
    *(paid(index, 10.0**index / 3, index * 3.7, publisher=f"bank-{index % 11}") for index in range(-20, 18)),
    paid("tiny", 5e-324, 1), paid("huge", 2.0**61, 1.5), paid("minus", -(2.0**61), 1.5), paid("zero", -0.0, 2.25),
    paid("money", 12.34, 3, measure="revenue", currency="INR", prices=Prices.CONSTANT, market="IN-KA", segment="kiosk"),
    paid("users", 1.0, 3.25, measure="active_users", market="region:africa"),
    paid("fraction", 1.0, 200 + 1 / 3_600_000 / 10),
]  # fmt: skip


@pytest.mark.parametrize("final", [False, True])
def test_what_is_written_is_what_the_struct_would_be_encoded_to(final: bool) -> None:  # noqa: FBT001 - a parameter
    """Every byte of every indicator, of every measure, of values from the smallest to the largest; and the key."""
    made = emitted(FACTS, ALL, hours=24 * 800)
    written = made.finals if final else made.written

    assert len(written) > 50
    for each in written:
        assert wire.encode(each.reading) == each.value
        assert each.reading.key.encode() == each.key
        assert final is each.reading.final


def test_a_quiet_state_writes_nothing() -> None:
    """Without increments there is no reading, and a tick closes nothing."""
    made = emitted([], ALL, hours=1)

    assert ([], []) == (made.written, made.finals)


def test_years_before_1000_have_four_digits() -> None:
    """Known time and bounds of an increment of the year 50 are canonical moments."""
    made = emitted([paid("old", 1.0, 0, at=dt.datetime(50, 1, 1, 0, 30, tzinfo=dt.UTC))], ALL, hours=1)

    assert {"0050-01-01T00:30:00Z"} == {each.reading.known_at for each in made.written}
