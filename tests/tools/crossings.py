"""Crossings on a real Kafka: readings that go up and down in turn while workers die, and the alerts that must stand."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
from kafka import KafkaProducer

from paysignal.facts import topics, wire
from paysignal.facts.alerts import Alert
from paysignal.facts.readings import Reading
from tests.tools.alerting import month, valued
from tests.tools.chaos import Chaos
from tests.tools.figures import RUSSIA
from tests.tools.reading import read_topic
from tests.tools.waiting import eventually

SERIES = 20
CROSSINGS = 100


def readings(seed: int) -> list[Reading]:
    """As many crossings as `CROSSINGS`, over all series; each series in its order, the series mixed."""
    each = CROSSINGS // SERIES
    lines = [
        [_reading(number, turn) for turn in range(2 * each)]  # up, down, up, down …
        for number in range(SERIES)
    ]
    mixed, chance = list[Reading](), random.Random(seed)
    while left := [line for line in lines if line]:
        mixed.append(chance.choice(left).pop(0))
    return mixed


def _reading(number: int, turn: int) -> Reading:
    series = msgspec.structs.replace(RUSSIA, provider=f"provider-{number}")
    return valued(3.0 if turn % 2 == 0 else 0.2, turn + 1, series=series, event_time=month(turn), start=None)


def ask_for_surges(folder: Path, above: float = 1) -> None:
    """Workers that run in `folder` judge by one rule, those that run already too."""
    (folder / "surges.yaml").write_text(
        f"rules: [{{rule: surge, indicator: stated_growth, baseline: year_ago, above: {above}}}]"
    )
    (folder / "paysignal.toml").write_text('thresholds = "surges.yaml"')


@contextmanager
def going_up_and_down(address: str, of: Sequence[Reading], seconds: float) -> Iterator[None]:
    """Readings sent one by one, spread over some seconds, some of them twice; joined at the end."""
    with (
        closing(KafkaProducer(bootstrap_servers=address, enable_idempotence=True)) as producer,
        ThreadPoolExecutor(1) as pool,
    ):

        def send() -> None:
            for number, each in enumerate(of):
                for _ in range(1 + (number % 7 == 0)):  # as a worker that replaces another may
                    producer.send(topics.READINGS, key=each.key.encode(), value=wire.encode(each)).get(60)
                time.sleep(seconds / len(of))

        done = pool.submit(send)
        yield
        done.result(timeout=seconds + 120)


def deaths(disorder: Chaos, count: int) -> None:
    """So many workers one after the other, each of which kills itself in a checkpoint, or is killed at random."""
    for number in range(count):
        dying = disorder.start(dies=number % 2 == 0)
        if number % 2:
            dying.ready()
            time.sleep(disorder.random.uniform(0, 1.5))
        else:
            eventually(lambda worker=dying: not worker.alive, "a worker to kill itself", seconds=60)  # type: ignore[misc]
        disorder.kill(dying)


def alerts_on(address: str) -> list[Alert]:
    """Every committed alert, those of one key in their order."""
    return [wire.decode_alert(each.value) for each in read_topic(address, topics.ALERTS) if each.value is not None]


def assert_told_exactly_once(address: str, seconds: float = 60.0) -> None:
    """So many firing and so many resolved, of each series by turns, each deciding reading named once."""

    def all_told() -> bool:
        return len(alerts_on(address)) >= 2 * CROSSINGS

    eventually(all_told, "every alert to be committed", seconds=seconds, pause=1.0)
    found = alerts_on(address)

    assert {"firing": CROSSINGS, "resolved": CROSSINGS} == Counter(each.state for each in found)
    for key in {each.key for each in found}:
        told = [(each.version, each.state) for each in found if each.key == key]
        assert told == [(turn + 1, ("firing", "resolved")[turn % 2]) for turn in range(2 * CROSSINGS // SERIES)], key
