"""The budget: what is in flight is bounded by records and by bytes, and a dead broker is told from a slow one."""

import threading
import time

import pytest

from paysignal.sending.budget import Budget


def test_taking_and_giving_back_are_counted() -> None:
    """Records and bytes in flight."""
    budget = Budget(records=2, size=100)

    assert budget.take(40, 0)
    assert budget.take(60, 0)
    assert (budget.records, budget.bytes) == (2, 100)

    budget.give_back(40)
    assert (budget.records, budget.bytes) == (1, 60)


@pytest.mark.parametrize(("records", "size"), [(1, 1_000), (10, 99)])
def test_a_full_budget_makes_the_taker_wait_and_then_says_no(records: int, size: int) -> None:
    """By records or by bytes; nothing came back in time."""
    budget = Budget(records, size)
    assert budget.take(50, 0)

    assert not budget.take(50, 0.01)


def test_what_comes_back_lets_the_next_one_in() -> None:
    """The taker wakes as soon as there is room."""
    budget = Budget(1, 1_000)
    assert budget.take(1, 0)
    threading.Timer(0.05, budget.give_back, [1]).start()

    assert budget.take(1, 5)


def test_a_slow_broker_is_waited_for() -> None:
    """The time-out is for something to come back, not for everything."""
    budget = Budget(10, 100)
    for _ in range(10):
        assert budget.take(10, 0)
    for number in range(10):
        threading.Timer(0.1 * (number + 1), budget.give_back, [10]).start()

    started = time.monotonic()
    assert budget.take(100, 0.8)
    assert time.monotonic() - started > 0.9


def test_a_record_over_the_whole_budget_goes_alone() -> None:
    """It would wait for ever otherwise."""
    budget = Budget(10, 5)

    assert budget.take(50, 0)
    assert not budget.take(1, 0)


def test_waiting_until_empty() -> None:
    """True when everything came back, False when nothing does."""
    budget = Budget(10, 100)
    assert budget.wait_until_empty(0)

    assert budget.take(1, 0)
    assert not budget.wait_until_empty(0.01)
    threading.Timer(0.05, budget.give_back, [1]).start()
    assert budget.wait_until_empty(5)
