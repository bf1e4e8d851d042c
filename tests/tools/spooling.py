"""Producers that are killed and brokers that go away, over a spool: what came of it on the topic."""

import datetime as dt
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition

from paysignal.facts.topics import INCREMENTS
from paysignal.facts.wire import encode
from paysignal.samples.synthetic import increments
from tests.tools.waiting import eventually

_END = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Spooling:
    """A file of facts, a spool, and a broker that has the topics."""

    broker: str
    facts: Path
    spool: Path
    lines: tuple[bytes, ...]

    @classmethod
    def of(cls, broker: str, folder: Path, count: int) -> "Spooling":
        """With so many facts, all different."""
        lines = tuple(encode(each) for each in increments(1, count, _END))
        facts = folder / "facts.jsonl"
        facts.write_bytes(b"".join(line + b"\n" for line in lines))
        return cls(broker, facts, folder / "spool.db", lines)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`paysignal produce` of the file by the spool."""
        command = [sys.executable, "-m", "paysignal.command", "produce", str(self.facts), "--spool", str(self.spool)]
        command += ["--broker", self.broker, "--producer-port", "0", "--json", *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def writes(self) -> None:
        """Waits until the process that was just started has written to the spool."""
        log = self.spool.with_name(self.spool.name + "-wal")
        before = _state(log)
        eventually(lambda: _state(log) not in {before, None}, "the spool to be written to", seconds=60)

    def run(self, *arguments: str, seconds: float = 100) -> bytes:
        """One run to its end, which has to be a good one; returns what it said."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=seconds)
        assert process.returncode == 0, err.decode()
        return out

    def lost_and_doubled(self) -> tuple[int, int]:
        """Facts that are not on the topic, and records that are there once too often; read committed."""
        consumer = KafkaConsumer(
            bootstrap_servers=self.broker, isolation_level="read_committed", auto_offset_reset="earliest",
            consumer_timeout_ms=5_000,
        )  # fmt: skip
        try:
            consumer.assign([TopicPartition(INCREMENTS, partition) for partition in range(8)])
            found = Counter(record.value for record in consumer)
        finally:
            consumer.close()
        assert set(found) <= set(self.lines)
        return len(self.lines) - len(found), sum(found.values()) - len(found)


def end(process: subprocess.Popen[bytes]) -> None:
    """`kill -9`, and its pipes closed."""
    process.kill()
    process.communicate()


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
