"""The private names of aiokafka that checkpoints lean on: a release that moves them fails here."""

import asyncio

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder, MessageAccumulator, MessageBatch
from aiokafka.producer.transaction_manager import TransactionManager
from aiokafka.structs import TopicPartition


async def test_a_fatal_error_is_told_to_the_futures_that_we_read() -> None:
    """The transaction's end and the batches still queued; elsewhere it would only be a complaint of asyncio."""
    producer = AIOKafkaProducer(transactional_id="some", bootstrap_servers="127.0.0.1:1")
    manager, accumulator = producer._txn_manager, producer._message_accumulator
    manager.set_pid_and_epoch(1, 0)
    manager.begin_transaction()
    end = manager.wait_for_transaction_end()
    manager.fatal_error(ZeroDivisionError())
    await producer.stop()

    assert isinstance(manager, TransactionManager)
    assert isinstance(accumulator, MessageAccumulator)
    assert isinstance(end.exception(), ZeroDivisionError)
    assert {} == accumulator._batches


async def test_a_failed_batch_keeps_a_future_of_its_own() -> None:
    """Beside the one that the sender waits for."""
    batch = MessageBatch(TopicPartition("topic", 0), BatchBuilder(1_000, 0), 1.0, 0.0)
    batch.failure(ZeroDivisionError())

    assert [ZeroDivisionError, ZeroDivisionError] == [
        type(future.exception()) for future in (batch.future, batch._drain_waiter)
    ]
    assert isinstance(batch._drain_waiter, asyncio.Future)
