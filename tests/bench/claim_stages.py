"""What a claim costs in each stage of the engine, alone on one core: `python -m tests.bench.claim_stages [SERIES]`.

Monthly levels of flows, 20 months a series, month by month over all series, as a statistics office would send them:
decode, statements, blocks, emission of everything at the end, readings to bytes, and a restore from the blocks.
"""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paysignal.engine.blocks import Block
from paysignal.engine.decoding import decode
from paysignal.engine.records import Record
from paysignal.engine.step import State, absorb, emit
from paysignal.facts import topics, wire
from paysignal.facts.claims import Claim, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Kind, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.moments import months_later
from paysignal.facts.partitioning import partition_of
from paysignal.facts.periods import Period

MONTHS = 20
BATCH = 2_000
PARTITIONS = 4


def claims(series: int) -> Iterator[Claim]:
    """The claims of so many series, the oldest month of all first."""
    for month in range(MONTHS):
        period = Period(months_later("2024-01-01", month), months_later("2024-02-01", month))
        source = Source("national-bank", "Payment statistics", Tier.OFFICIAL, f"https://bank.example/{period.start}")
        for index in range(series):
            yield identified(
                Claim(
                    provider=f"provider-{index}", market="IN", measure="transactions", kind=Kind.LEVEL,
                    value=float(1_000_000 + 1_000 * index + 40_000 * month), step=1_000.0, unit=Unit.TRANSACTIONS,
                    period=period, known_at=months_later("2024-02-12", month), source=source,
                )
            )  # fmt: skip


def records(series: int) -> list[Record]:
    """The claims as they stand on the topic."""
    made = []
    for offset, claim in enumerate(claims(series)):
        key = claim.partition_key.encode()
        made.append(
            Record(topics.FACTS, partition_of(key, PARTITIONS), offset, key, wire.encode(claim), 1_700_000_000_000)
        )
    return made


@contextmanager
def stage(name: str, count: int) -> Iterator[None]:
    """Says the CPU time of a stage, for each of `count` claims."""
    start = time.process_time()
    yield
    say(f"{name:<12} {(time.process_time() - start) / count * 1e6:8.2f} us a claim")


def say(text: str) -> None:
    """One line of the table."""
    sys.stdout.write(text + "\n")


def resident() -> int:
    """Bytes of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def main(series: int) -> None:
    """Says every stage."""
    told = records(series)
    count, before = len(told), resident()
    state, stored = State(), dict[str, bytes | None]()
    start = time.process_time()
    with stage("absorb", count):
        for at in range(0, count, BATCH):
            absorb(state, decode(told[at : at + BATCH], PARTITIONS))
    with stage("emit", count):
        emitted = emit(state)
    with stage("encode", count):
        sent = [(reading.key.encode(), wire.encode(reading)) for reading in emitted.readings]
    took = (time.process_time() - start) / count
    say(f"{'all':<12} {took * 1e6:8.2f} us a claim: {1 / took:,.0f} claims a CPU-second, {len(sent):,} readings")
    say(f"{'memory':<12} {(resident() - before) / count:8.0f} bytes a claim")
    with stage("blocks", count):
        blocks = state.changed_blocks()
    stored.update((block.key, block.value) for block in blocks)
    size = sum(len(block.value or b"") for block in blocks)
    say(f"{'':<12} {len(blocks):,} blocks of {size / len(blocks):,.0f} bytes")
    with stage("restore", count):
        State.restored((Block(key, value) for key, value in stored.items()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
