"""Outputs: sent means acknowledged."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaError

from paysignal.agents import outputs as module
from paysignal.agents.advance import Outgoing
from paysignal.agents.outputs import Outputs
from paysignal.agents.settings import WorkerSettings


class Producer:
    """A producer that fails as often as it is told: when a record is handed over, or later when it is answered."""

    def __init__(self, refused: int = 0, failed: int = 0, error: BaseException | None = None) -> None:
        self.refused, self.failed = refused, failed
        self.error = error or KafkaConnectionError()
        self.acknowledged: list[bytes | None] = []

    async def send(self, _topic: str, **record: Any) -> "asyncio.Future[None]":  # noqa: ANN401 - as aiokafka has it
        """Take a record, or refuse it; the answer comes with the future."""
        if self.refused:
            self.refused -= 1
            raise KafkaConnectionError
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.failed:
            self.failed -= 1
            answer.set_exception(self.error)
        else:
            self.acknowledged.append(record["value"])
            answer.set_result(None)
        return answer


def sending(producer: Producer) -> Outputs:
    """Outputs whose producer is a double."""
    outputs = Outputs(WorkerSettings("127.0.0.1:9"))
    outputs._producer = producer
    return outputs


RECORDS = [Outgoing("t", None, str(number).encode()) for number in range(5)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No long pauses between attempts."""
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0.001)


async def test_every_record_is_acknowledged_before_send_returns() -> None:
    """All go out once, in order."""
    producer = Producer()
    await sending(producer).send(RECORDS)

    assert [b"0", b"1", b"2", b"3", b"4"] == producer.acknowledged


@pytest.mark.parametrize(("refused", "failed"), [(3, 0), (0, 2), (12, 12)])
async def test_a_failed_record_is_sent_again_until_it_is_acknowledged(refused: int, failed: int) -> None:
    """A broker that refuses or fails for a while loses nothing, and what was acknowledged is not sent twice."""
    producer = Producer(refused, failed)
    await sending(producer).send(RECORDS)

    assert [b"0", b"1", b"2", b"3", b"4"] == sorted(value or b"" for value in producer.acknowledged)


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
