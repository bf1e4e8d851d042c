"""Tallies: increments in panes, through the step that turns them into readings."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from paysignal.engine.decoding import decode
from paysignal.engine.parameters import Parameters, asked_of
from paysignal.engine.step import State, absorb
from paysignal.facts.identity import increment_id
from paysignal.facts.increments import Increment
from paysignal.facts.readings import Reading
from paysignal.facts.rejections import Late
from paysignal.windows import rings
from paysignal.windows.columns import Facts
from paysignal.windows.grids import HOUR_US
from tests.tools import examples
from tests.tools.batches import MIDNIGHT, batches, outcomes_of, paid, readings_of, records, run

DAY = 24


def window(facts: list[Increment], name: str) -> tuple[float, float]:
    """Count and sum of the final window."""
    readings = readings_of(facts)
    return readings["rolling_count", name, ""].value, readings["rolling_sum", name, ""].value


def drawn(values: str, hours: float) -> list[Increment]:
    """Payments of one digit each, `hours` apart; a dot is none."""
    return [paid(index, float(mark), index * hours) for index, mark in enumerate(values) if mark != "."]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # hours      the last 24 of them count; the newest is the last mark
        ("1", (1, 1.0)),
        ("1......................2", (2, 3.0)),  # 23 h later: the first is still in
        ("1.......................2", (1, 2.0)),  # 24 h later: it is out
        ("11.......................2", (1, 2.0)),
        ("1.3.5...................2", (3, 10.0)),
    ],
)
def test_a_day_of_hours(values: str, expected: tuple[float, float]) -> None:
    """The 24 h window holds the hour of the newest payment and the 23 before it."""
    assert expected == window(drawn(values, hours=1), "24h")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("1.....2", {"24h": 2, "7d": 3, "30d": 3, "90d": 3}),
        ("1......2", {"24h": 2, "7d": 2, "30d": 3, "90d": 3}),
        ("1" + "." * 29 + "2", {"24h": 2, "7d": 2, "30d": 2, "90d": 3}),
        ("1" + "." * 88 + "2", {"24h": 2, "7d": 2, "30d": 2, "90d": 3}),
        ("1" + "." * 89 + "2", {"24h": 2, "7d": 2, "30d": 2, "90d": 2}),
    ],
)
def test_each_window_forgets_at_its_own_length(values: str, expected: dict[str, float]) -> None:
    """A payment leaves each window when as many days as the window is long have begun since its own."""
    facts = drawn(values, hours=DAY)

    assert expected == {name: window(facts, name)[1] for name in expected}


def test_the_window_says_what_it_covers() -> None:
    """Start and end stand on pane borders, known time is the newest payment's, and only its own inputs are named."""
    first, second = paid("a", 1.5, 0), paid("b", 2.25, 30.5, publisher="other")
    reading: Reading = readings_of([first, second])["rolling_sum", "24h", ""]

    assert (2.25, 2.25, 2.25, 1) == (reading.value, reading.low, reading.high, reading.facts)
    assert ("2024-03-01T07:00:00Z", "2024-03-02T07:00:00Z") == (reading.start, reading.event_time)
    assert "2024-03-02T06:30:00Z" == reading.known_at
    assert ((second.id,), ("other",)) == (reading.inputs, reading.sources)
    assert 2 == reading.version


def test_the_eight_latest_inputs_are_named() -> None:
    """Of twelve payments the eight latest are named, the newest first, ties by id."""
    facts = [paid(index, 1.0, hours=index // 2) for index in range(12)]
    named = sorted(((fact.at, fact.id) for fact in facts), reverse=True)[:8]

    assert tuple(identity for _, identity in named) == readings_of(facts)["rolling_sum", "24h", ""].inputs


def test_the_same_event_again_is_a_duplicate() -> None:
    """An id counts once, in one batch or over several, whatever its value or time says the second time."""
    again = [paid("a", 1.0, 0), paid("a", 1.0, 0), paid("a", 5.0, 1), paid("a", 1.0, 30)]

    assert (1, 1.0) == window(again, "90d")
    assert (1, 3) == (outcomes_of(again).accepted, outcomes_of(again, [1]).duplicate)


def test_the_same_event_in_another_series_counts_there() -> None:
    """Ids are remembered by series."""
    state, _ = run([paid("a", 1.0, 0), paid("a", 1.0, 0, market="RU")])

    assert 2 == sum(reading.value for reading in state.latest() if reading.indicator == "rolling_count") / 4


def test_what_is_older_than_the_ring_is_late_and_told_how_much() -> None:
    """After a payment of day 90, one of day 0 misses every window, by a second; one of day 1 still counts."""
    last_second = dt.timedelta(days=1, seconds=-1) / dt.timedelta(hours=1)
    outcomes = outcomes_of([paid("new", 1.0, 90 * DAY), paid("old", 1.0, last_second), paid("in", 1.0, DAY)])

    assert (2, 1) == (outcomes.accepted, len(outcomes.late))
    item: Late = outcomes.late[0]

    assert (1.0, ("24h", "7d", "30d", "90d")) == (item.late_seconds, item.windows)
    assert 1 == item.origin.offset


def test_late_depends_on_the_own_series_alone() -> None:
    """A series far ahead makes no other late."""
    outcomes = outcomes_of([paid("new", 1.0, 200 * DAY, market="RU"), paid("old", 1.0, 0)])

    assert (2, []) == (outcomes.accepted, outcomes.late)


def test_too_old_for_hours_is_not_too_old_for_days() -> None:
    """A payment 30 hours behind the newest is in the 7 d window and not in the 24 h one, in either order."""
    old, new = paid("old", 1.0, 0), paid("new", 2.0, 30)

    assert (2.0, 3.0) == (window([new, old], "24h")[1], window([new, old], "7d")[1])
    assert (2.0, 3.0) == (window([old, new], "24h")[1], window([old, new], "7d")[1])


def test_panes_and_ids_that_left_take_no_memory() -> None:
    """Of a year of daily payments panes are held for all windows that a payment could still change, and no more.

    A payment up to 89 days old counts, and belongs to windows that began 89 days before it. Of hours two panes are
    within 47, and a third waits for its last window to be told.
    """
    state, _ = run([paid(day, 1.0, day * DAY) for day in range(365)], [7])
    rings = state.tallies.rings.values()

    assert [3, 179] == sorted(ring.held for ring in rings)


def test_ticks_only_count_as_ticks() -> None:
    """A tick makes no series and no reading."""
    tick = b'{"id":"%s","at":"2024-03-01T00:00:00Z","publisher":"clock"}' % (b"0" * 32)
    state, steps = run([tick])

    assert (1, 1) == (steps[0].outcomes.ticks, steps[0].outcomes.total)
    assert {} == state.readings


def test_values_of_every_size_add_up() -> None:
    """The largest, the smallest and a negative value in one window: the sum is exact."""
    facts = [paid(1, 2.0**61, 0), paid(2, 1e-300, 0), paid(3, -(2.0**61), 0), paid(4, 0.5, 0), paid(5, -0.0, 0)]

    assert (5, 0.5) == window(facts, "24h")


def test_the_event_time_is_an_instant_whatever_its_zone() -> None:
    """An increment stamped in Kolkata stands in the pane of its instant in UTC."""
    kolkata = dt.timezone(dt.timedelta(hours=5, minutes=30))
    stamped = examples.increment(id=increment_id("p", "1"), at=MIDNIGHT.astimezone(kolkata))

    assert "2024-03-01T01:00:00Z" == readings_of([stamped])["rolling_sum", "24h", ""].event_time


@pytest.mark.parametrize("windows", ["2h/1h", "24h/1h", "7d/1h", "90d/1h, 24h/1h, 2h/1h"])
@pytest.mark.parametrize("size", [1, 50])
def test_an_increment_is_added_to_one_pane_whatever_windows_are_over_it(
    windows: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many panes are written as increments came, or hours in a batch; no window is read: emission does that."""
    added = list[int]()

    def counted(touched: Callable[[Any], int], add: Callable[..., object]) -> Callable[..., object]:
        def add_(self: rings.Ring, what: Any, *rest: object) -> object:  # noqa: ANN401 - facts, or a slot
            added.append(touched(what))
            return add(self, what, *rest)

        return add_

    monkeypatch.setattr(rings.Ring, "add", counted(_panes_of, rings.Ring.add))
    monkeypatch.setattr(rings.Ring, "add_newest", counted(lambda _: 1, rings.Ring.add_newest))
    monkeypatch.delattr(rings.Ring, "collect")
    state, facts = State(Parameters(asked_of(windows))), [paid(number, 1.0, number / 5) for number in range(100)]
    for batch in batches(records(facts), [size]):
        absorb(state, decode(batch, partitions=None))

    assert {1: 100, 50: 20}[size] == sum(added)


def _panes_of(facts: Facts) -> int:
    """How many panes of an hour facts are in."""
    return len({*zip(facts.rows.tolist(), (facts.at_us // HOUR_US).tolist(), strict=True)})
