"""Flags that come to readings from elsewhere."""

from collections.abc import Mapping

import msgspec

from paysignal.board.board import Counts, Snapshot
from paysignal.board.flagging import Flagging, Marked
from paysignal.engine.marks import Mark
from paysignal.facts.readings import Reading
from tests.tools.figures import RUSSIA, reading

OTHER = msgspec.structs.replace(RUSSIA, provider="upi")
KEY = reading().key


def flagged(marks: Mapping[str, Marked], *readings: Reading) -> list[tuple[str, ...]]:
    """The flags of these readings after the marks."""
    flagging = Flagging(lambda: Snapshot(readings, Counts(), 10), lambda: marks)
    return [each.flags for each in flagging.snapshot().readings]


def test_a_mark_adds_its_flags_to_the_reading_of_its_key() -> None:
    """In the order of their names, each once; other readings are as they came."""
    marks = {KEY: Mark("2018-07-16", ("suspected_break", "contradicted"))}
    own = reading(flags=("estimated_known_time", "suspected_break"))

    assert [("contradicted", "estimated_known_time", "suspected_break"), ()] == flagged(marks, own, reading(OTHER))


def test_a_mark_of_another_period_is_not_the_readings() -> None:
    """A newer figure came meanwhile, which nobody has looked at yet."""
    assert [()] == flagged({KEY: Mark("2017-07-16", ("contradicted",))}, reading())


def test_a_snapshot_costs_nothing_while_nothing_changes() -> None:
    """The same readings under the same marks are the same tuple; new marks are seen at once."""
    readings = (reading(),)
    marks: dict[str, Marked] = {}
    shown: list[Mapping[str, Marked]] = [marks]
    flagging = Flagging(lambda: Snapshot(readings, Counts(), 10), lambda: shown[0])
    first = flagging.snapshot().readings

    assert flagging.snapshot().readings is first
    shown[0] = {KEY: Mark("2018-07-16", ("contradicted",))}
    assert ("contradicted",) == flagging.snapshot().readings[0].flags


def test_readings_that_stand_on_no_topic_come_behind_and_are_counted() -> None:
    """Averages of value over count: in the snapshot, and not among what the board holds."""
    flagging = Flagging(lambda: Snapshot((reading(),), Counts(), 10), dict, lambda: (reading(OTHER),))
    snapshot = flagging.snapshot()

    assert (["alipay", "upi"], 1) == ([each.series.provider for each in snapshot.readings], snapshot.added)
