"""Properties of the board."""

from hypothesis import given
from hypothesis import strategies as st

from paysignal.board.board import Board
from paysignal.board.updates import Received, Update, Withdrawn
from paysignal.facts.series import Series
from tests.tools.figures import RUSSIA, reading

MARKETS = ("RU", "CN", "IN", "KE", "BR")


def received(market: str, version: int) -> Received:
    """A reading of a market, received under its key."""
    one = reading(Series("alipay", market, "transactions", "", RUSSIA.grain, "", RUSSIA.prices), version=version)
    return Received(one.key, one)


arrivals = st.lists(st.tuples(st.sampled_from(MARKETS), st.integers(1, 6)), max_size=40)


@given(arrivals, st.data())
def test_any_order_and_any_duplication_end_in_the_highest_versions(
    arrived: list[tuple[str, int]], data: st.DataObject
) -> None:
    """However versions are shuffled, repeated and cut into batches, each key ends with its highest version."""
    shuffled = data.draw(st.permutations(arrived + arrived))
    board = Board(len(MARKETS), 1e9)
    while shuffled:
        cut = data.draw(st.integers(1, len(shuffled)))
        board.apply([received(market, version) for market, version in shuffled[:cut]], 0.0)
        shuffled = shuffled[cut:]
    held = {one.series.market: one.version for one in board.snapshot(0.0).readings}
    assert held == {market: max(v for m, v in arrived if m == market) for market, _ in arrived}


steps = st.lists(
    st.tuples(st.sampled_from(MARKETS), st.one_of(st.none(), st.integers(1, 6)), st.floats(0, 30)), max_size=60
)


@given(steps, st.integers(1, len(MARKETS)))
def test_the_cap_is_never_exceeded_and_every_record_is_counted_once(
    taken: list[tuple[str, int | None, float]], cap: int
) -> None:
    """Under any mix of readings, withdrawals and passing time the cap holds, and outcomes add up to the records."""
    board, now = Board(cap, 50.0), 0.0
    for market, version, passed in taken:
        now += passed
        update: Update = Withdrawn(received(market, 1).key) if version is None else received(market, version)
        board.apply([update], now)
        assert len(board.snapshot(now).readings) <= cap
    counts = board.snapshot(now).counts
    assert counts.applied + counts.stale + counts.dropped + counts.withdrawn == len(taken)
