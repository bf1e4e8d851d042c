"""The spool's file: what is put stays until it is sent, over restarts; marks become durable with their records."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paysignal.sending.errors import SpoolRefused
from paysignal.sending.outbox import Outgoing
from paysignal.sending.spool.store import Mark, Spool


def record(number: int, size: int = 10, partition: int | None = None) -> Outgoing:
    """A record that is told from others by its value."""
    value = f"{number}".encode().ljust(size, b" ")
    return Outgoing("topic", b"key" if number % 2 else None, value, (("schema", b"test/1"),), partition)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where no spool is yet."""
    return tmp_path / "spool.db"


@pytest.fixture
def spool(path: Path) -> Iterator[Spool]:
    """A new one."""
    opened = Spool(path, "first", 1_000_000)
    yield opened
    opened.close()


def test_what_is_taken_stays_until_it_is_sent(spool: Spool) -> None:
    """In the order it was put, every field as it was."""
    put = [record(number, partition=number % 3 or None) for number in range(5)]
    spool.put(put)
    taken = spool.take(3, 1_000, 0)

    assert put[:3] == [waiting.record for waiting in taken]
    assert taken == spool.take(3, 1_000, 0)
    assert 2 == spool.sent(taken[1].seq)
    assert put[2:] == [waiting.record for waiting in spool.take(9, 1_000, 0)]
    assert (3, sum(each.size for each in put[2:])) == (spool.records, spool.bytes)


def test_a_batch_is_bounded_in_bytes(spool: Spool) -> None:
    """And holds one record at least."""
    spool.put([record(number, 1_000) for number in range(3)])

    assert 1 == len(spool.take(9, 10, 0))
    assert 2 == len(spool.take(9, 2_500, 0))
    assert [] == Spool.take(spool, 0, 0, 0)


def test_a_restart_finds_all_of_it(path: Path) -> None:
    """Records, marks, the identity and the numbering, which goes on also when nothing waits."""
    first = Spool(path, "first", 1_000_000)
    first.put([record(1), record(2)], [Mark("s", "a", "1"), Mark("s", "b", "1")])
    first.put([], [Mark("s", "a", "2")])
    (one, two) = first.take(9, 1_000, 0)
    first.sent(two.seq)
    first.close()
    again = Spool(path, "second", 1_000_000)
    again.put([record(3)])
    (three,) = again.take(9, 1_000, 0)
    again.close()

    assert "first" == again.id
    assert one.seq < two.seq < three.seq


def test_marks_are_kept(path: Path) -> None:
    """The last state of each item of each source."""
    first = Spool(path, "first", 1_000_000)
    first.put([], [Mark("s", "a", "1"), Mark("t", "a", "other")])
    first.put([], [Mark("s", "a", "2")])
    first.close()
    again = Spool(path, "x", 1_000_000)
    found = [again.mark("s", "a"), again.mark("t", "a"), again.mark("s", "b")]
    again.close()

    assert ["2", "other", None] == found


def test_a_full_spool_makes_its_reader_wait(path: Path) -> None:
    """Until something was sent; what is larger than all of it goes in when nothing waits."""
    small = Spool(path, "small", 100)
    assert small.put([record(1, 500)])
    assert not small.put([record(2)], [Mark("s", "a", "1")], 0.05)
    assert small.mark("s", "a") is None
    done = threading.Event()

    def read() -> None:
        small.put([record(2)])
        done.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert not done.wait(0.1)
    small.sent(small.take(1, 1, 0)[0].seq)

    assert done.wait(5)
    reader.join()
    small.close()


def test_one_process_uses_it(path: Path, spool: Spool) -> None:
    """A second one is told at once."""
    with pytest.raises(SpoolRefused, match="one process"):
        Spool(path, "x", 1_000)


def test_another_file_is_refused(path: Path, tmp_path: Path) -> None:
    """A text, a newer spool, a folder: nothing of it is touched."""
    path.write_bytes(b"no database, but long enough to look at" * 100)
    newer = tmp_path / "newer.db"
    Spool(newer, "x", 1_000).close()
    with sqlite3.connect(newer) as database:
        database.execute("UPDATE meta SET value = '2' WHERE name = 'version'")
    database.close()

    for refused in (path, newer, tmp_path, tmp_path / "none" / "spool.db"):
        with pytest.raises(SpoolRefused):
            Spool(refused, "x", 1_000)
    assert path.read_bytes().startswith(b"no database")


@settings(max_examples=30)
@given(steps=st.lists(st.one_of(st.integers(0, 5), st.just("take"), st.just("restart")), max_size=20))
def test_nothing_is_lost_and_nothing_doubled(tmp_path_factory: pytest.TempPathFactory, steps: list[int | str]) -> None:
    """Whatever is put, taken and sent, over any restarts: what was sent and what waits is what was put, in order."""
    path = tmp_path_factory.mktemp("spool") / "spool.db"
    spool = Spool(path, "x", 1_000_000)
    sent: list[bytes] = []
    put = 0
    for step in steps:
        if step == "restart":
            spool.close()
            spool = Spool(path, "y", 1_000_000)
        elif step == "take":
            taken = spool.take(3, 1_000, 0)
            if taken:
                spool.sent(taken[-1].seq)
                sent += [waiting.record.value for waiting in taken]
        else:
            spool.put([record(put + each) for each in range(int(step))])
            put += int(step)
    waiting = spool.take(1_000, 1_000_000, 0)
    spool.close()

    assert [record(number).value for number in range(put)] == sent + [each.record.value for each in waiting]
