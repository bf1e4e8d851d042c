"""Window readings against an oracle that knows no panes: all increments, a filter and math.fsum."""

import datetime as dt
import math

from hypothesis import given
from hypothesis import strategies as st

from paysignal.facts.identity import increment_id
from paysignal.facts.increments import Increment
from paysignal.facts.moments import moment_of
from tests.tools import examples
from tests.tools.batches import MIDNIGHT, final_bytes, outcomes_of, readings_of

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

#: Name, length and hop of each window, written down a second time.
WINDOWS = (("24h", DAY, HOUR), ("7d", 7 * DAY, DAY), ("30d", 30 * DAY, DAY), ("90d", 90 * DAY, DAY))

values = st.integers(-(10**9), 10**9).map(lambda number: number / 100) | st.sampled_from(
    [2.0**61, -(2.0**61), -0.0, 0.1]
)
#: Seconds within 90 days from a midnight: nothing is older than the ring, in whatever order it comes.
seconds = st.integers(0, 90 * 86_400 - 1) | st.sampled_from([0, 3_599, 3_600, 86_399, 86_400, 90 * 86_400 - 1])


@st.composite
def streams(draw: st.DrawFn) -> list[Increment]:
    """Increments of one series, some sent again."""
    facts = [
        examples.increment(
            id=increment_id("synthetic", str(number)),
            value=draw(values),
            at=MIDNIGHT + dt.timedelta(seconds=draw(seconds)),
            publisher=draw(st.sampled_from(["shop", "bank", "app"])),
        )
        for number in range(draw(st.integers(1, 25)))
    ]
    again = draw(st.lists(st.sampled_from(facts), max_size=10))
    return draw(st.permutations(facts + again))


sizes = st.lists(st.integers(1, 9), max_size=4)


@given(streams(), sizes)
def test_windows_equal_the_oracle(facts: list[Increment], cuts: list[int]) -> None:
    """Count, sum, bounds, inputs and publishers are those of the distinct increments in [end - length, end)."""
    distinct = {fact.id: fact for fact in facts}.values()
    newest = max(fact.at for fact in distinct)
    readings = readings_of(facts, cuts)
    for name, length, hop in WINDOWS:
        end = MIDNIGHT + ((newest - MIDNIGHT) // hop + 1) * hop
        inside = [fact for fact in distinct if end - length <= fact.at < end]
        counted, summed = readings["rolling_count", name, ""], readings["rolling_sum", name, ""]

        assert math.fsum(fact.value for fact in inside) == summed.value
        assert len(inside) == counted.value == summed.facts
        assert (moment_of(end - length), moment_of(end)) == (summed.start, summed.event_time)
        assert tuple(sorted({fact.publisher for fact in inside})) == summed.sources
        assert sorted((fact.at, fact.id) for fact in inside)[:-9:-1] == [
            (next(fact.at for fact in inside if fact.id == identity), identity) for identity in summed.inputs
        ]
        assert len(distinct) == summed.version


@given(st.data(), streams(), sizes)
def test_order_and_batches_change_no_byte(data: st.DataObject, facts: list[Increment], cuts: list[int]) -> None:
    """The final readings of the same increments in another order and other batches are the same bytes."""
    assert final_bytes(facts) == final_bytes(data.draw(st.permutations(facts)), cuts)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 9), st.sampled_from(["RU", "CN"])), max_size=40),
    sizes,
)
def test_every_increment_has_one_outcome(drawn: list[tuple[int, int, str]], cuts: list[int]) -> None:
    """Over more than a ring, accepted, duplicate and late add up to all, and batches are no part of who is who."""
    facts = [
        examples.increment(
            id=increment_id("synthetic", f"{day}-{number}"), at=MIDNIGHT + day * DAY, value=1.0, market=market
        )
        for day, number, market in drawn
    ]
    outcomes, cut = outcomes_of(facts, [1]), outcomes_of(facts, cuts)

    assert len(facts) == outcomes.accepted + outcomes.duplicate + len(outcomes.late)
    assert (outcomes.accepted, outcomes.duplicate, len(outcomes.late)) == (cut.accepted, cut.duplicate, len(cut.late))
    assert final_bytes(facts, [1]) == final_bytes(facts, cuts)
