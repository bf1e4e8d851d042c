"""The stage of the alerts: readings in, keyed alerts out, and rules that change while it runs."""

from paysignal.agents.lanes import Lane
from paysignal.agents.outgoing import Outgoing
from paysignal.agents.stages.alerting import Alerting
from paysignal.engine.alerting.rules import Rules
from paysignal.engine.chunks import Chunk
from paysignal.facts import wire
from paysignal.facts.topics import ALERTS, READINGS, REJECTED
from tests.tools.alerting import growths, rules


def _lane(stage: Alerting) -> Lane:
    lane = Lane(READINGS, 0, 1)
    lane.state = stage.new()
    return lane


def _advanced(stage: Alerting, lane: Lane, *values: float, refused: frozenset[int] = frozenset()) -> list[Outgoing]:
    chunk = Chunk.of(growths(*values), READINGS, 0, 0)
    return stage.advance(lane, [chunk], 8, refused).outgoing


def test_alerts_go_out_with_their_readings_under_their_keys() -> None:
    """Rule and series as key, the schema's header, nothing left for later; the lane stands behind the last reading."""
    stage = Alerting(rules)
    lane = _lane(stage)
    sent = _advanced(stage, lane, 2.0, 0.5)
    alerts = [wire.decode_alert(each.value or b"") for each in sent]

    assert ["firing", "resolved"] == [each.state for each in alerts]
    assert [(ALERTS, each.key.encode(), wire.schema_header(each)) for each in alerts] == [
        (each.topic, each.key, each.headers[0]) for each in sent
    ]
    assert (2, [], []) == (lane.absorbed, stage.changed(lane), stage.caught_up(lane))


def test_a_reading_that_our_code_failed_on_is_rejected_unread() -> None:
    """The others are judged as ever."""
    stage = Alerting(rules)
    sent = _advanced(stage, _lane(stage), 2.0, 0.5, 3.0, refused=frozenset({1}))

    assert [ALERTS, REJECTED] == sorted(each.topic for each in sent)


def test_rules_that_change_are_asked_for_at_every_turn() -> None:
    """The next records bring the file's new rules to bear, on what stands as well."""
    current: list[Rules] = [rules()]
    stage = Alerting(lambda: current[0])
    lane = _lane(stage)
    _advanced(stage, lane, 2.0)
    current[0] = rules(above=5)
    (sent,) = stage.advance(lane, [Chunk.of([], READINGS, 0, 1)], 8, frozenset()).outgoing
    ended = wire.decode_alert(sent.value or b"")

    assert ("resolved", "cleared") == (ended.state, ended.reason)


def test_changed_rules_stir_what_is_watched_without_a_record() -> None:
    """Once; a partition where nothing is watched is not stirred."""
    current: list[Rules] = [rules()]
    stage = Alerting(lambda: current[0])
    lane, empty = _lane(stage), _lane(stage)
    _advanced(stage, lane, 2.0)

    assert stage.stirred(lane) is None
    current[0] = rules(above=5)
    (sent,) = stage.stirred(lane) or []

    assert "cleared" == wire.decode_alert(sent.value or b"").reason
    assert stage.stirred(lane) is None
    assert stage.stirred(empty) is None


def test_a_restored_state_goes_on_where_it_was() -> None:
    """Blocks of one lane give its state again: what stands is not told twice."""
    stage = Alerting(rules)
    lane = _lane(stage)
    _advanced(stage, lane, 2.0)
    blocks = {block.key: block.value for block in lane.state.changed_blocks() if block.value is not None}
    lane.state = stage.restored(blocks)

    assert ["resolved"] == [wire.decode_alert(each.value or b"").state for each in _advanced(stage, lane, 2.0, 0.5)]
