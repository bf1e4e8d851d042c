"""What operators' commands do that needs no broker: lines of backups, where records go, what `doctor` finds."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from paysignal.command.operating import checks
from paysignal.command.operating.backups import (
    BackupError,
    BackupReader,
    BackupWriter,
    Head,
    Line,
    raw_of,
    reading,
    told,
    writing,
)
from paysignal.command.operating.copying import sent_of
from paysignal.facts.increments import Tick
from paysignal.facts.partitioning import partition_of
from paysignal.facts.topics import FACTS, INCREMENTS
from paysignal.facts.wire import encode

HEAD = Head(paysignal_backup=1, topic=FACTS, partitions=2, id="a")


def line(number: int, value: bytes | None, key: bytes | None = None, partition: int = 0) -> Line:
    """A record of a backup."""
    return Line(
        partition=partition,
        offset=number,
        timestamp_ms=7,
        key=told(key),
        value=told(value),
        headers=[("h", told(b"\xff"))],
    )


def written(*lines: Line) -> bytes:
    """A backup of these lines."""
    file = BytesIO()
    writer = BackupWriter(file, HEAD)
    for each in lines:
        writer.add(each)
    writer.finish()
    return file.getvalue()


def cut_off(path: Path, one: Line) -> None:
    """A backup that ends as by Ctrl-C."""
    with writing(path) as file:
        BackupWriter(file, HEAD).add(one)
        raise KeyboardInterrupt


@pytest.mark.parametrize("raw", [b"", b"text", b"\xff\x00", "भीम\u2028\0".encode(), None])
def test_bytes_come_back_as_they_were(raw: bytes | None) -> None:
    """Text, bytes that are none, and nothing at all are three things."""
    assert raw_of(told(raw)) == raw


@pytest.mark.parametrize("name", ["plain.jsonl", "packed.jsonl.zst"])
def test_a_backup_is_there_when_it_is_whole(tmp_path: Path, name: str) -> None:
    """What was cut off leaves no file of that name; what is whole reads back as it was written."""
    path, lines = tmp_path / name, [line(1, b"one"), line(2, None, b"\xfe")]
    with pytest.raises(KeyboardInterrupt):
        cut_off(path, lines[0])
    assert not path.exists()

    with writing(path) as file:
        file.write(written(*lines))
    with reading(path) as reader:
        assert (reader.head, list(reader)) == (HEAD, lines)


@pytest.mark.parametrize(
    ("altered", "said"),
    [
        (lambda raw: raw[: raw.index(b'{"records')], "cut off"),
        (lambda raw: raw.replace(b"one", b"two"), "altered"),
        (lambda raw: raw.replace(b'"partition":0', b'"partition":9'), "partition 9 of 2"),
        (lambda raw: raw + b"x\n", "goes on behind"),
        (lambda raw: raw.replace(b'backup":1', b'backup":2'), "version 1"),
        (lambda _: b"", "first line"),
        (lambda raw: raw.replace(b'"offset"', b'"off"'), "none of a backup"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused(altered: Callable[[bytes], bytes], said: str) -> None:
    """Every alteration is told by what is wrong, before anything could be restored of it."""
    with pytest.raises(BackupError, match=said):
        list(BackupReader(BytesIO(altered(written(line(1, b"one")))), "file"))


@pytest.mark.parametrize("key", [b"alipay|CN", b"paytm|IN", b"visa|world"])
def test_a_key_goes_where_workers_look_for_it(key: bytes) -> None:
    """On twice and three times the partitions as well, one record each, out of one old partition."""
    old = partition_of(key, 2)
    for count in (2, 4, 6):
        (sent,) = sent_of(line(1, b"v", key, old), FACTS, 2, count)
        assert sent.partition == partition_of(key, count)
        assert (sent.key, sent.value, sent.timestamp_ms, sent.headers) == (key, b"v", 7, (("h", b"\xff"),))


def test_what_was_refused_stays_refused_and_ticks_reach_every_partition() -> None:
    """A misrouted record and one that is no fact keep their number; a tick goes to all that its partition became."""
    tick = encode(Tick(id="0" * 32, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), publisher="p"))
    wrong = 1 - partition_of(b"paytm|IN", 2)

    assert [each.partition for each in sent_of(line(1, tick, None, 1), INCREMENTS, 2, 6)] == [1, 3, 5]
    assert [each.partition for each in sent_of(line(1, b"junk", None, 1), INCREMENTS, 2, 6)] == [1]
    assert [each.partition for each in sent_of(line(1, b"v", b"paytm|IN", wrong), FACTS, 2, 6)] == [wrong]


def test_a_library_of_another_version_is_told() -> None:
    """With what is installed and what is tested; those of other systems and extras are not asked for."""
    required = ["numpy>=2.0,<2.5", "lz4>=4", "mesh==1 ; sys_platform == 'none'", "bench>=1 ; extra == 'bench'"]

    good = checks.libraries(required, {"numpy": "2.4.6", "lz4": "4.3", "bench": "0.1"})
    bad = checks.libraries(required, {"numpy": "2.5.0", "lz4": "4.3"})

    assert (good.state, bad.state) == (checks.OK, checks.WRONG)
    assert "numpy 2.5.0" in bad.found
    assert checks.installed_libraries().state == checks.OK


def test_a_spool_needs_the_room_it_may_take(tmp_path: Path) -> None:
    """Wrong where the disk is smaller than the limit, or the folder is not there."""
    assert checks.disk(tmp_path / "spool.db", 1).state == checks.OK
    assert checks.disk(tmp_path / "spool.db", 1 << 60).state == checks.WRONG
    assert checks.disk(tmp_path / "none" / "spool.db", 1).state == checks.WRONG
