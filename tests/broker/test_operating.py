"""Day two on both brokers: lag, rejections sent again, facts kept in files and put back, topics grown."""

import json
from collections.abc import Iterable

import pytest
from click.testing import CliRunner, Result

from paysignal.command.main import main
from paysignal.command.operating import backups, copying
from paysignal.facts import topics
from paysignal.facts.rejections import Origin, Reason, rejected
from paysignal.sending.outbox import Outgoing, record_of
from tests.tools.reading import Read, read_topic
from tests.tools.system import System, records_of, replayed, sample_claims, send, synthetic_increments

pytestmark = pytest.mark.broker


def paysignal(*arguments: str, code: int = 0) -> Result:
    """The command, to its end, which is with that exit code; in this process, as each start costs a second of CPU."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code, f"{done.output}{done.exception!r}"
    return done


def test_lag_is_told_before_beside_and_after_a_worker(system: System) -> None:
    """All that is committed waits while no worker ever ran; nothing once one has ended; then what was sent since."""
    claims, counts = sample_claims()[:40], synthetic_increments(60)
    send(system.address, records_of([*claims, *counts]))
    asked = ("lag", "--broker", system.address, "--group", system.group)

    before = [json.loads(line) for line in paysignal(*asked, "--json").stdout.splitlines()]
    assert sum(each["records"] for each in before if each["topic"] == topics.FACTS) == len(claims)
    assert sum(each["records"] for each in before if each["topic"] == topics.INCREMENTS) == len(counts)
    assert all(each["checkpoint"] is None for each in before)
    assert all((each["seconds"] is not None) == bool(each["records"]) for each in before)
    assert f"{len(claims) + len(counts)} records wait" in paysignal(*asked, "--max", "99", code=1).stderr
    if system.embedded:
        return  # its workers make no checkpoints

    with system.worker() as worker:
        worker.catch_up()
        worker.terminate()
    after = [json.loads(line) for line in paysignal(*asked, "--json", "--max", "0").stdout.splitlines()]
    facts = [each for each in after if each["topic"] in {topics.FACTS, topics.INCREMENTS} and each["end"]]
    assert all(each["checkpoint"] == each["mirror"] == each["end"] for each in facts), facts
    send(system.address, records_of(sample_claims()[40:47]))
    assert "7 records wait" in paysignal(*asked, "--max", "7").stderr


def test_rejections_are_listed_and_their_originals_sent_once(system: System) -> None:
    """Listed by reason and harmless on a terminal; sent again once, whatever was refused twice, cut, or from a file."""
    (claim,) = sample_claims()[:1]
    good, later = records_of([claim])[0], records_of(sample_claims()[1:2])[0]
    at = Origin(topic=topics.FACTS, partition=0, offset=0)
    evil = b"\x1b]0;owned\x07{" + b"x" * 70_000
    refusals = [
        rejected(Reason.UNPROCESSABLE, "ZeroDivisionError", good.value, at),
        rejected(Reason.UNPROCESSABLE, "ZeroDivisionError", good.value, at),  # as a rebuild rejects it again
        rejected(Reason.BAD_JSON, "not JSON", evil, Origin(topic=topics.FACTS, partition=0, offset=1)),
        rejected(Reason.BAD_JSON, "not JSON", b"{", Origin(topic=topics.FACTS, partition=0, offset=2)),
        rejected(Reason.BAD_ROW, "no value", b"a,b", Origin(file="table.csv", line=3)),
        rejected(Reason.AHEAD_OF_TIME, "too far ahead", later.value, Origin(topic=topics.FACTS, partition=1, offset=3)),
    ]
    send(system.address, map(record_of, refusals))
    asked = ("--broker", system.address)
    plain = ("--plain-outputs",) if system.embedded else ()

    listed = paysignal("rejected", "list", *asked)
    assert "\x1b" not in listed.stdout + listed.stderr
    assert len(listed.stdout.splitlines()) == len(refusals)
    assert f"{topics.FACTS}/0@1" in listed.stdout
    assert "table.csv:3" in listed.stdout
    assert "2 unprocessable" in listed.stderr
    one = json.loads(paysignal("rejected", "list", *asked, "--reason", "bad_row", "--json").stdout)
    assert (one["place"], one["whole"], one["length"]) == ("table.csv:3", True, 3)

    wanted = {"sent": 1, "sent_before": 1, "left": {}}
    replay = ("rejected", "replay", *asked, *plain, "--json")
    dry = json.loads(paysignal(*replay, "--reason", "unprocessable", "--dry-run").stdout)
    assert dry == {**wanted, "dry_run": True}
    assert read_topic(system.address, topics.FACTS) == []
    assert json.loads(paysignal(*replay, "--reason", "unprocessable").stdout) == {**wanted, "dry_run": False}
    (sent,) = read_topic(system.address, topics.FACTS)
    assert (sent.key, sent.value) == (good.key, good.value)
    assert sent.headers == {**dict(good.headers), "paysignal-replayed": f"{topics.FACTS}/0@0".encode()}

    rest = json.loads(paysignal(*replay).stdout)
    assert (rest["sent"], rest["sent_before"]) == (1, 2)
    assert rest["left"] == {
        "not kept whole": 1,
        "still refused: bad_json": 1,
        "from a file or page: produce it again": 1,
    }
    assert json.loads(paysignal(*replay).stdout)["sent"] == 0
    assert sorted(each.value or b"" for each in read_topic(system.address, topics.FACTS)) == sorted(
        [good.value, later.value]
    )


def in_order(records: Iterable[Read]) -> list[tuple[bytes, bytes | None, list[tuple[str, bytes]], int]]:
    """What must outlive a copy: each record's key, value, headers and time, in the order of each key."""
    found = [(one.key or b"", one.value, sorted(one.headers.items()), one.timestamp) for one in records]
    return sorted(found, key=lambda one: one[0])  # stable: the order within a key is its topic's


@pytest.mark.kafka
def test_topics_are_grown_by_a_backup_and_readings_are_those_of_before(
    kafka_system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two partitions become four: each record once, over a restore that was cut off, and the readings of a replay."""
    system, folder = kafka_system, kafka_system.folder
    asked = ("--broker", system.address)
    claims, counts = sample_claims()[:60], synthetic_increments(60)
    system.make_topics(2)
    send(system.address, records_of([*claims, *counts]))
    send(system.address, [Outgoing(topics.FACTS, None, b"\xff no fact", (), 1)])
    before = in_order(read_topic(system.address, topics.FACTS))
    files = {"facts": folder / "facts.jsonl.zst", "increments": folder / "increments.jsonl"}
    for topic, file in files.items():
        paysignal("facts", "backup", str(file), "--topic", topic, *asked)
        assert "whole" in paysignal("facts", "check", str(file)).stderr
    assert "has records already" in paysignal("facts", "restore", str(files["facts"]), *asked, code=1).stderr

    system.make_topics(3)
    assert "not a multiple" in paysignal("facts", "restore", str(files["facts"]), *asked, code=1).stderr

    system.make_topics(4)
    monkeypatch.setattr(copying, "LOT_RECORDS", 10)

    def killed(done: int, _: int | None) -> None:
        if done >= 20:
            raise KeyboardInterrupt

    with backups.reading(files["facts"]) as reader, pytest.raises(KeyboardInterrupt):
        copying.restore(system.address, reader, killed)
    done = json.loads(paysignal("facts", "restore", str(files["facts"]), *asked, "--json").stdout)
    assert done == {"topic": topics.FACTS, "records": 61, "before": 20}
    paysignal("facts", "restore", str(files["increments"]), *asked)
    again = json.loads(paysignal("facts", "restore", str(files["facts"]), *asked, "--json").stdout)
    assert again["before"] == again["records"] == 61

    assert in_order(read_topic(system.address, topics.FACTS)) == before
    with system.worker() as worker:
        worker.catch_up()
        assert worker.terminate()[0] == 0
    assert system.final_readings() == replayed([*claims, *counts], folder)
