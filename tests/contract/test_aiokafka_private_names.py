"""The private names of aiokafka that checkpoints lean on: a release that moves them fails here."""

import asyncio
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import UnknownMemberIdError
from aiokafka.producer.message_accumulator import BatchBuilder, MessageAccumulator, MessageBatch
from aiokafka.producer.transaction_manager import TransactionManager
from aiokafka.structs import TopicPartition

from paysignal.agents.transport.assignor import ByNumberAssignor


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


@pytest.mark.parametrize(
    ("assignors", "requests"), [((ByNumberAssignor(),), 1), ((ByNumberAssignor(), RoundRobinPartitionAssignor), 2)]
)
async def test_a_join_is_one_request_an_assignor(
    assignors: tuple[AbstractPartitionAssignor, ...], requests: int
) -> None:
    """A flaw of 0.14, why our consumer has one: the second request calls off the rebalance that the first began."""
    sent: list[object] = []

    async def send(request: object) -> SimpleNamespace:
        sent.append(request)
        return SimpleNamespace(error_code=UnknownMemberIdError.errno)

    coordinator = SimpleNamespace(
        _rebalance_timeout_ms=60_000, member_id="", _group_instance_id=None, _send_req=send,
        reset_generation=lambda: None,
    )  # fmt: skip
    subscription = SimpleNamespace(topics={"some"}, active=True)
    rebalance = CoordinatorGroupRebalance(coordinator, "group", 1, subscription, assignors, 10_000, 100)

    assert await rebalance.perform_group_join() is None
    assert requests == len(sent)


async def test_a_rebalance_makes_a_new_assignment_even_of_the_same_partitions() -> None:
    """By which the consumer knows that what it has sought is not of this one."""
    state, partition = SubscriptionState(), TopicPartition("some", 0)
    state.subscribe({"some"})
    state.assign_from_subscribed({partition})
    first = state.subscription.assignment
    state.assign_from_subscribed({partition})

    assert first is not state.subscription.assignment
    assert {partition} == state.subscription.assignment.tps
