"""The tools of the endurance runs tell what is wrong: a slope, a difference, a fault that was not got over."""

import datetime as dt
from itertools import islice

import pytest

from paysignal.facts import topics, wire
from tests.tools.endurance.checking import Stood
from tests.tools.endurance.feeding import Feed
from tests.tools.endurance.plan import Kind, planned
from tests.tools.endurance.watching import Sample, recovery, slope

_MIB = 1_048_576
_BEGIN = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)


def grown(*mib: float, behind: int = 0) -> list[Sample]:
    """A sample every second of one worker."""
    return [Sample(float(second), {1: int(each * _MIB)}, behind) for second, each in enumerate(mib)]


def test_a_slope_is_of_the_time_after_the_warm_up() -> None:
    """A MiB a second is 60 a minute; what came before does not count, nor does a step that stays one."""
    assert pytest.approx(60) == slope(grown(*range(100)), 1, 0)
    assert slope(grown(*range(50), *[50] * 50), 1, 50) == 0
    assert slope(grown(*[50] * 60, *[80] * 30), 1, 0) == 0


def test_a_fault_is_got_over_when_little_is_behind_twice() -> None:
    """Not by one lucky look, not in its first second; never is told as such."""
    behind = [0, 0, 900, 900, 5, 900, 9, 8, 9]
    samples = [Sample(float(second), {}, each) for second, each in enumerate(behind)]

    assert recovery(samples, 0.5, 10) == 5.5
    assert recovery(samples[:6], 1.5, 10) is None


@pytest.mark.parametrize("seed", range(5))
def test_a_plan_has_every_kind_in_time(seed: int) -> None:
    """Of both runs; the same seed plans the same."""
    for seconds, pause in ((1_800.0, 45.0), (60.0, 45.0)):
        faults = planned(seed, seconds, pause)

        assert {fault.kind for fault in faults} == set(Kind)
        assert max(fault.at for fault in faults) < seconds - 10
        assert faults == planned(seed, seconds, pause)
        assert faults != planned(seed + 1, seconds, pause)


def test_a_feed_sends_what_it_counts() -> None:
    """Facts of our own form, some twice, some late, some none: each is counted as what it is, the same each time."""
    feed, again = Feed(1, 1_000, _BEGIN), Feed(1, 1_000, _BEGIN)
    records = list(islice(feed.records(), 20_000))

    good = [wire.decode_increment(value) for _, value in records if not value.startswith(b"no fact")]
    assert len(good) == len(records) - feed.poison
    assert len({fact.id for fact in good}) == feed.distinct
    assert len(good) == feed.distinct + feed.again
    assert min(feed.poison, feed.again) > 0
    assert records == list(islice(again.records(), 20_000))


def test_what_differs_is_told() -> None:
    """A reading too few, one too many, another value, a late record that was not told."""
    wanted, stands = Stood(), Stood()
    assert wanted.differences(stands) == []
    for stood, keys in ((wanted, (b"a", b"b")), (stands, (b"b", b"c"))):
        for key in keys:
            stood.put(topics.READINGS, key, key + (b"1" if stood is wanted else b"2"))
    wanted.places[topics.LATE].add(("t", 0, 1))

    told = "\n".join(wanted.differences(stands))
    assert "1 lacking, 1 extra, 1 differ" in told
    assert f"{topics.LATE}: 1 lacking" in told
