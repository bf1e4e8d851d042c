"""Outputs: sent means acknowledged."""

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaError

from paysignal.agents import outputs as module
from paysignal.agents.outgoing import Outgoing
from paysignal.agents.outputs import Outputs
from paysignal.agents.settings import WorkerSettings
from paysignal.facts.partitioning import partition_of
from tests.tools.producers import Producer


def sending(producer: Producer) -> Outputs:
    """Outputs whose producer is a double."""
    outputs = Outputs(WorkerSettings("127.0.0.1:9"))
    outputs._producer = producer
    return outputs


RECORDS = [Outgoing("t", None, str(number).encode()) for number in range(5)]
KEYED = [Outgoing("t", b"key-%d" % (number % 13), b"%d" % number) for number in range(300)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No long pauses between attempts."""
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0.001)


async def test_every_record_is_acknowledged_before_send_returns() -> None:
    """All go out once, in order."""
    producer = Producer()
    await sending(producer).send(RECORDS)

    assert [("t", None, b"%d" % number) for number in range(5)] == producer.acknowledged


@pytest.mark.parametrize(("refused", "failed", "unknown"), [(3, 0, 0), (0, 2, 0), (12, 12, 2)])
async def test_failed_records_are_sent_again_until_they_are_acknowledged(
    refused: int, failed: int, unknown: int
) -> None:
    """A broker that refuses or fails for a while loses nothing, and what was acknowledged is not sent twice."""
    producer = Producer(refused, failed, partitions=4)
    producer.unknown = unknown
    await sending(producer).send(KEYED)

    assert sorted((each.key or b"", each.value or b"") for each in KEYED) == sorted(
        (key or b"", value or b"") for _, key, value in producer.acknowledged
    )


async def test_a_batch_a_partition_by_the_hash_of_the_key() -> None:
    """Each record goes where a client that sends it alone would put it, whatever its topic's number of partitions."""
    producer = Producer(partitions=4)
    await sending(producer).send([*KEYED, Outgoing("u", b"key-1", None)])
    homes = [partition_of(each.key or b"", 4) for each in KEYED]

    assert {("t", number, homes.count(number)) for number in set(homes)} | {("u", partition_of(b"key-1", 4), 1)} == set(
        producer.batches
    )


async def test_records_of_one_key_keep_their_order_even_when_a_batch_in_between_fails() -> None:
    """The last reading of a key is the last on the topic: compaction keeps it."""
    producer = Producer(failed=0, batch_bytes=500)
    left = iter([False, True, False, False, True] * 40)

    def fail_now_and_then() -> None:
        producer.failed = int(next(left))

    producer.on_batch = fail_now_and_then
    await sending(producer).send(KEYED)
    values = [int(value or b"") for _, _, value in producer.acknowledged]

    assert list(range(300)) == values
    assert len(producer.batches) > 10


async def test_a_record_larger_than_a_batch_goes_alone() -> None:
    """The first record of a batch always has room: nothing that a topic takes is stuck."""
    producer = Producer(batch_bytes=1_000)
    await sending(producer).send([RECORDS[0], Outgoing("t", None, b"x" * 5_000), RECORDS[1]])

    assert [1, 1, 1] == [count for _, _, count in producer.batches]


async def test_an_error_that_is_not_kafkas_is_raised() -> None:
    """A fault of our own is no reason to try for ever."""
    with pytest.raises(ZeroDivisionError):
        await sending(Producer(failed=1, error=ZeroDivisionError())).send(RECORDS)


async def test_nothing_to_send_asks_nobody() -> None:
    """An empty flush needs no broker."""
    await Outputs(WorkerSettings("127.0.0.1:9")).send([])


async def test_sending_before_starting_is_a_fault_of_ours() -> None:
    """Without a producer there is nothing to wait for."""
    with pytest.raises(RuntimeError, match="start comes first"):
        await Outputs(WorkerSettings("127.0.0.1:9")).send(RECORDS)


def test_the_error_that_is_tried_again_is_kafkas_own() -> None:
    """What a broker that went away raises is a KafkaError."""
    assert issubclass(KafkaConnectionError, KafkaError)
