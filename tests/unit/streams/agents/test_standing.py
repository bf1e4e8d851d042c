"""Standing topics: what a worker refuses to start with, and says."""

from paysignal.agents.stages.indicators import Indicators
from paysignal.agents.standing import what_is_wrong
from paysignal.facts.topics import CROSS, FACTS, STATE, TOPICS

COUNTS = {topic.name: 8 for topic in TOPICS}


def wrong(*, saves: bool = True, **counts: int) -> str:
    """What is wrong of a worker whose stage also reads the cross topic."""
    names = {"facts": FACTS, "state": STATE, "cross": CROSS}
    stage = Indicators(topics=(*Indicators().topics, CROSS))
    found = {**COUNTS, **{names[name]: count for name, count in counts.items()}}
    return what_is_wrong({name: count for name, count in found.items() if count}, [stage], saves=saves) or ""


def test_every_topic_that_is_read_or_written_stands() -> None:
    """The state's as well, where it is saved; nothing is missing otherwise."""
    assert ("", "") == (wrong(), wrong(state=0, saves=False))
    assert "no paysignal.state.v1" in wrong(state=0)
    assert "no paysignal.cross.v1" in wrong(cross=0, saves=False)


def test_a_lane_has_a_partition_of_state() -> None:
    """Facts and their state have the same count; another source may have fewer partitions, and no more."""
    assert "partitions differ" in wrong(facts=4)
    assert ("", True) == (wrong(cross=3), "with 9 partitions" in wrong(cross=9))
    assert not wrong(cross=9, saves=False)
