"""What facts and series cost on the broker's disk: `python -m tests.tools.costs`, the table of docs/operating.md.

The samples' figures and synthetic increments are sent by our own sender to a Kafka of its own, a worker takes them in,
and the log's segments, the records and the rows of state are counted.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from paysignal.facts import topics
from tests.tools.brokers import RealKafka
from tests.tools.reading import latest, read_topic
from tests.tools.system import System, records_of, sample_claims, send, synthetic_increments

INCREMENTS = 5_000


def on_disk(folder: Path, topic: str) -> int:
    """Bytes of the topic's log segments."""
    return sum(file.stat().st_size for part in folder.rglob(f"{topic}-*") for file in part.glob("*.log"))


def rows(system: System, folder: Path) -> Iterator[tuple[str, int, str]]:
    """What, how many bytes, of what."""
    claims, counts = sample_claims(), synthetic_increments(INCREMENTS)
    for name, topic, facts in (("claim", topics.FACTS, claims), ("increment", topics.INCREMENTS, counts)):
        records = records_of(facts)
        send(system.address, records)
        yield f"{name} as sent, without compression", sum(each.size for each in records) // len(records), "bytes a fact"
        yield f"{name} on {topic}, a replica", on_disk(folder, topic) // len(records), "bytes a fact"
    with system.worker() as worker:
        worker.catch_up(seconds=240)
        worker.terminate()
    state = latest(read_topic(system.address, topics.STATE))
    for name, lane, facts in (("claims", b"facts", claims), ("increments", b"increments", counts)):
        size = sum(len(key) + len(value) for key, value in state.items() if key.split(b"\0")[1] == lane)
        series = len({each.series.key for each in facts})
        yield (
            f"state of {name}, {series} series of {len(facts) / series:.0f} facts each",
            size // series,
            "bytes a series",
        )
    readings = latest(read_topic(system.address, topics.READINGS))
    size = sum(len(key) + len(value) for key, value in readings.items())
    yield "a reading on paysignal.readings.v1, once compacted", size // len(readings), "bytes a key"


def main() -> None:
    """The table in Markdown."""
    with tempfile.TemporaryDirectory() as name, RealKafka(Path(name)) as broker:
        system = System(broker.address, embedded=False, folder=Path(name), group="costs")
        system.make_topics()
        sys.stdout.write("| what | measured |\n|---|---|\n")
        for what, size, unit in rows(system, Path(name)):
            sys.stdout.write(f"| {what} | {size:,} {unit} |\n")


if __name__ == "__main__":
    main()
