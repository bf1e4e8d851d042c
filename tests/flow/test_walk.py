"""The walk of a fact, as docs/walk.md tells it: one sentence goes through exactly these functions, in this order."""

import asyncio
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import pytest
from kafka.future import Future
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from paysignal.agents.flusher import Flusher
from paysignal.agents.lanes import Lanes
from paysignal.agents.metrics import WorkerMetrics
from paysignal.agents.outputs import Outputs
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.stages.indicators import Indicators
from paysignal.agents.stages.stage import Stages
from paysignal.board.board import Board
from paysignal.board.feed import readings_feed
from paysignal.consuming.records import Record as Consumed
from paysignal.engine.records import Record
from paysignal.exposition.collector import BoardCollector
from paysignal.exposition.text import encoder_for
from paysignal.facts import topics
from paysignal.facts.claims import Claim
from paysignal.facts.partitioning import partition_of
from paysignal.sending import sender
from paysignal.sending.outbox import record_of
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import document_from_text
from tests.tools.chunks import chunk_of
from tests.tools.need import CHECKOUT
from tests.tools.producers import Producer

SENTENCE = (
    b"In Russia the number of Alipay transactions in July and August 2018 "
    b"grew by over 5,000 percent from a year earlier."
)

#: A step of the walk: a numbered line that names one function of ours.
STEP = re.compile(r"^\d+\. .*?`(paysignal(?:\.\w+)+)`", re.MULTILINE)

Sent = list[tuple[str, bytes | None, bytes | None]]


def told_walk() -> list[str]:
    """The functions that docs/walk.md lists, in order."""
    return STEP.findall((CHECKOUT / "docs" / "walk.md").read_text("utf-8"))


def function_named(dotted: str) -> Any:  # noqa: ANN401 - any function
    """The function, or method of a class, of that name; fails when there is none."""
    module, *names = dotted.rsplit(".", 2 if dotted.split(".")[-2][0].isupper() else 1)
    found: Any = importlib.import_module(module)
    for name in names:
        found = getattr(found, name)
    return inspect.unwrap(found)


@contextmanager
def noticed(functions: Mapping[CodeType, str], walked: list[str]) -> Iterator[None]:
    """Adds the name of each of these functions to `walked` when it is first entered."""

    def notice(frame: FrameType, event: str, _: object) -> None:
        name = functions.get(frame.f_code) if event == "call" else None
        if name is not None and name not in walked:
            walked.append(name)

    before = sys.getprofile()
    sys.setprofile(notice)
    try:
        yield
    finally:
        sys.setprofile(before)


class ProducerOfKafkaPython:
    """Takes what the sender hands over and acknowledges it."""

    def __init__(self, sent: Sent) -> None:
        self._sent = sent

    def send(self, topic: str, value: bytes, key: bytes | None, *_: object, **__: object) -> Future:
        """Keep the record; the answer is there at once."""
        self._sent.append((topic, key, value))
        return Future().success(None)

    def close(self, **_: object) -> None:
        """Nothing is open."""


def produce(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The producer's part: the sentence read and sent; what stands on the topic then."""
    sent: Sent = []
    monkeypatch.setattr(sender, "_producer", lambda *_: ProducerOfKafkaPython(sent))
    document = document_from_text(SENTENCE, "note", published_at="2018-09-18", publisher="note", publisher_name="Note")
    with sender.Sender("127.0.0.1:9", CollectorRegistry()) as sending:
        for outcome in parse_article(document).outcomes:
            assert isinstance(outcome, Claim)
            sending.send(record_of(outcome))
    return sent


async def work(facts: Sent) -> Sent:
    """The worker's part: records into readings, by the flusher that runs in a worker."""
    outputs = Outputs(WorkerSettings("127.0.0.1:9"))
    producer = Producer()
    outputs._producer = producer
    lanes = Lanes(1_000_000)
    flusher = Flusher(lanes, outputs, WorkerMetrics(CollectorRegistry()), Stages((Indicators(),)), lambda _: None)
    flusher.partitions = {topics.FACTS: 8}
    [(topic, key, value)] = facts
    assert key is not None
    lanes.assign({(topic, partition_of(key, 8))}, 1)
    [lane] = lanes.snapshot()
    lane.target, lane.live = 0, True
    running = asyncio.create_task(flusher.run())
    lanes.put(chunk_of(Record(topic, lane.partition, 0, key, value, None)), 1)
    async with asyncio.timeout(5):
        while lane.position != 1:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return producer.acknowledged


def show(readings: Sent) -> CollectorRegistry:
    """The exporter's part: readings on a board, the board behind a registry, scraped once."""
    board = Board(100, 3_600.0)
    reader = readings_feed(board, "127.0.0.1:9", lambda: 0.0, lambda: 0)
    reader._deliver([Consumed(key, value) for _, key, value in readings])
    registry = CollectorRegistry()
    registry.register(BoardCollector(lambda: board.snapshot(0.0)))
    return registry


def test_the_walk_names_functions_that_are_there() -> None:
    """Every step of docs/walk.md is a function of ours, told once, from the reader to the collector."""
    steps = told_walk()

    assert len(steps) > 10
    assert len(set(steps)) == len(steps)
    assert all(callable(function_named(step)) for step in steps)
    assert steps[0].startswith("paysignal.sources.")
    assert steps[-1].startswith(("paysignal.exposition.", "paysignal.board."))


async def test_one_fact_walks_through_exactly_these_functions_in_this_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The growth in Russia, from its sentence to its Prometheus sample, enters each function in the order told."""
    steps = told_walk()
    functions = {function_named(step).__code__: step for step in steps}
    walked: list[str] = []
    with noticed(functions, walked):
        readings = await work(produce(monkeypatch))
        registry = show(readings)
        text = encoder_for("")[0](registry).decode()
    samples = {one.name: one for family in text_string_to_metric_families(text) for one in family.samples}
    sample, low = samples["paysignal_growth_ratio"], samples["paysignal_growth_ratio_low"]

    assert steps == walked
    assert (50.0, 50.0) == (sample.value, low.value)
    assert ("alipay", "RU", "transactions", "stated", "year_ago") == tuple(
        sample.labels[name] for name in ("provider", "market", "measure", "origin", "baseline")
    )
