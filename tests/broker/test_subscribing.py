"""Subscribers against both brokers: our own client, and the examples of the docs in other ones."""

import json
import os
import pty
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaProducer

from paysignal.facts import topics, wire
from paysignal.facts.alerts import Alert
from paysignal.facts.readings import Reading
from paysignal.subscribe import (
    Filter,
    NoSuchTopicError,
    Subscription,
    UnreachableError,
    Withdrawn,
    alerts,
    finals,
    readings,
)
from paysignal.subscribe.streams import _READINGS
from tests.tools.brokers import KAFKA_JARS, EmbeddedBroker, RealKafka, free_ports
from tests.tools.figures import RUSSIA, SPEND, alert, level, reading, window
from tests.tools.need import CHECKOUT, require
from tests.tools.waiting import eventually

pytestmark = pytest.mark.broker

EXAMPLES = CHECKOUT / "docs" / "examples"

#: kafka-python's `Any`.
Value = bytes | None

GROWN = [reading(indicator="year_on_year_growth", origin="derived", value=n / 10, low=n / 10 - 0.05, high=n / 10 + 0.05,
                 version=n) for n in (1, 2, 3)]  # fmt: skip
LEVEL = level()
GONE = level(SPEND)
READINGS: list[tuple[str, Value]] = [
    (GROWN[0].key, wire.encode(GROWN[0])),
    (LEVEL.key, wire.encode(LEVEL)),
    (GROWN[1].key, wire.encode(GROWN[1])),
    (GONE.key, wire.encode(GONE)),
    (GROWN[0].key, wire.encode(GROWN[0])),  # a frozen worker's, stale
    (GROWN[2].key, wire.encode(GROWN[2])),
    (GROWN[2].key, wire.encode(GROWN[2])),  # sent again after a take-over
    (LEVEL.key, b"{"),
    (LEVEL.key, wire.encode(GROWN[0])),  # under another's key
    ("no key of a reading", wire.encode(LEVEL)),
    (GONE.key, None),
    ("\x1b[2J\u202e", None),
    ("x", b"\x1b[2J{"),
]
FINALS = [window(version=version, event_time=f"2018-07-{day}T00:00:00Z", start=f"2018-07-{day - 1}T00:00:00Z")
          for day, version in ((16, 1), (17, 2), (16, 3), (16, 3), (17, 1))]  # fmt: skip
ALERTS = [alert(), alert(), alert(state="resolved", reason="outdated"), alert(version=0), alert(SPEND, version=2)]


@pytest.fixture(scope="module", params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker with records as they stand after some life: newer, older, again, malformed, withdrawn."""
    kind = EmbeddedBroker if request.param == "embedded" else RealKafka
    with kind(tmp_path_factory.mktemp("broker")) as broker:
        command = [sys.executable, "-P", "-m", "paysignal.command", "topics", "create", "--partitions", "2"]
        subprocess.run([*command, "--broker", broker.address], check=True, capture_output=True, timeout=60)
        send(broker.address, topics.READINGS, READINGS)
        send(broker.address, topics.FINALS, [(each.key, wire.encode(each)) for each in FINALS])
        send(broker.address, topics.ALERTS, [(each.key, wire.encode(each)) for each in ALERTS])
        yield broker.address


def send(address: str, topic: str, records: Sequence[tuple[str, Value]]) -> None:
    """Records in this order, by a client of no acquaintance."""
    producer = KafkaProducer(bootstrap_servers=address, enable_idempotence=True)
    for key, value in records:
        producer.send(topic, key=key.encode(), value=value)
    producer.flush(10)
    producer.close()


def test_each_reading_comes_once_and_none_that_is_stale(address: str) -> None:
    """What is newer, in order; what is malformed or of a foreign key is counted; what was withdrawn is told too."""
    with readings(address, until_end=True) as stream:
        updates = list(stream.updates())
    of_growth = [one for one in updates if isinstance(one, Reading) and one.key == GROWN[0].key]
    assert of_growth == GROWN
    assert [one for one in updates if not isinstance(one, Reading)] == [Withdrawn(GONE.key)]
    assert sorted(one.key for one in updates) == sorted([GROWN[0].key] * 3 + [LEVEL.key, GONE.key, GONE.key])
    counts = stream.counts
    assert (counts.delivered, counts.withdrawn, counts.stale, counts.malformed, counts.skipped) == (5, 1, 2, 2, 3)


def test_a_filter_lets_through_what_is_asked_for(address: str) -> None:
    """The rest is not even decoded."""
    with readings(address, Filter(indicator="level", provider="alipay", market="RU"), until_end=True) as stream:
        assert list(stream) == [LEVEL]
    assert stream.counts.skipped == len(READINGS) - 3


def test_of_each_window_there_is_one_final_and_its_corrections(address: str) -> None:
    """A final of another window of the same key is no older version of it."""
    with finals(address, until_end=True) as stream:
        assert list(stream) == FINALS[:3]


def test_alerts_come_as_they_change(address: str) -> None:
    """A resolution at the same version is a change; the same again, or one of a lower version, is not."""
    with alerts(address, Filter(rule="growth-surge"), until_end=True) as stream:
        told: list[Alert] = list(stream)
    assert [each for each in told if each.series == RUSSIA] == [ALERTS[0], ALERTS[2]]
    assert [each for each in told if each.series == SPEND] == [ALERTS[4]]


def test_the_latest_is_what_comes_after(address: str) -> None:
    """From now on, until it is closed from another thread; then it is over at once."""
    newer = alert(RUSSIA, version=9, rule="late-rule")
    told: list[Alert] = []
    stream = alerts(address, Filter(rule="late-rule"), start="latest")
    thread = threading.Thread(target=lambda: told.extend(stream))
    thread.start()
    try:
        send(address, topics.ALERTS, [(newer.key, wire.encode(newer))])
        eventually(lambda: stream.counts.delivered == 1, "the alert that was sent", seconds=20)
        began = time.monotonic()
    finally:
        stream.close()
        thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - began < 5
    assert told == [newer]
    with alerts(address, Filter(rule="late-rule"), start="latest", until_end=True) as after:
        assert list(after) == []


def test_left_half_way_it_lets_go(address: str) -> None:
    """Broken off, taken up again, closed twice, never iterated: nothing is lost, no thread of its client stays."""
    before = {each.name for each in threading.enumerate()}
    with readings(address, until_end=True) as whole:
        everything = list(whole)
    with readings(address) as stream:
        kept = iter(stream)
        broken_off = [next(kept), *(next(iter(stream)) for _ in range(len(everything) - 1))]
    stream.close()
    readings(address).close()
    assert sorted(map(wire.encode, broken_off)) == sorted(map(wire.encode, everything))
    assert list(stream) == []
    eventually(lambda: {each.name for each in threading.enumerate()} <= before, "the clients' threads to end")


def test_what_is_not_there_is_named(address: str) -> None:
    """No broker, no topic: a sentence, at once."""
    (port,) = free_ports(1)
    with pytest.raises(UnreachableError, match=f"127.0.0.1:{port}: no Kafka broker answers"):
        readings(f"127.0.0.1:{port}", connection={"bootstrap_timeout_ms": 300})
    with pytest.raises(NoSuchTopicError, match="has no such topic; `paysignal topics create`"):
        Subscription(replace(_READINGS, topic="nothing.v1"), address)


GROWTH_LINES = [f"{one.key} {one.value} {one.low} {one.high}" for one in GROWN]


@pytest.mark.parametrize("name", ["subscribe.py", "plain_client.py"])
def test_the_python_examples_print_what_stands(address: str, name: str) -> None:
    """Each growth once, in the order of its versions."""
    said = run([sys.executable, str(EXAMPLES / name), address])
    assert [line for line in said if "year_on_year_growth" in line] == GROWTH_LINES


def test_tail_on_a_terminal_is_in_colours_and_moves_nothing(address: str) -> None:
    """The figure stands out, earlier ones are drawn beside it; of what is malformed no byte gets through as it is."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-P", "-m", "paysignal.command", "tail", "readings", "--from-start", "--exit-at-end"]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "150"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen([*command, "--broker", address], stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        said = b""
        # Of a terminal whose other side is closed Linux gives an error in place of an end.
        with suppress(OSError):
            while part := os.read(ours, 65_536):
                said += part
        assert process.wait(60) == 0
    os.close(ours)
    text = said.decode()
    assert "\x1b[1;32m> +20 %\x1b[0m" in text
    assert "▁█" in text
    assert re.findall("\x1b(?!\\[[0-9;]*m)|\u202e", text) == []
    assert "withdrawn: \ufffd[2J\ufffd" in text


#: librdkafka does not understand what the embedded broker says of its versions; and of Java one broker is enough.
ON_KAFKA = pytest.mark.parametrize("address", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)


@ON_KAFKA
def test_the_kcat_example_prints_json_lines(address: str) -> None:
    """Every value on the topic, for jq."""
    require("kcat")
    said = run(["sh", str(EXAMPLES / "readings-kcat.sh"), address])
    expected = sorted(value.decode() for _, value in READINGS if value)
    assert sorted(said) == expected
    assert sum(json.loads(line)["indicator"] == "level" for line in said if line.startswith('{"')) == 3


@ON_KAFKA
def test_what_was_aborted_never_happened(address: str) -> None:
    """Alerts are written in transactions: one that was aborted is not read, and the end is reached over its marker."""
    producer = KafkaProducer(bootstrap_servers=address, transactional_id="test-of-subscribers")
    producer.init_transactions()
    for version, finish in ((1, producer.abort_transaction), (2, producer.commit_transaction)):
        told = alert(RUSSIA, rule="in-a-transaction", version=version)
        producer.begin_transaction()
        producer.send(topics.ALERTS, key=told.key.encode(), value=wire.encode(told)).get(10)
        finish()
    producer.close()
    with alerts(address, Filter(rule="in-a-transaction"), until_end=True) as stream:
        assert [each.version for each in stream] == [2]


@ON_KAFKA
def test_the_java_example_prints_what_stands(address: str) -> None:
    """One file, run as it is; the doubles are the same."""
    java = require("javac").removesuffix("c")
    jars = ("kafka-clients", "slf4j-api", "slf4j-simple", "jackson-", "lz4", "snappy", "zstd")
    path = os.pathsep.join(str(each) for each in KAFKA_JARS.glob("*.jar") if each.name.startswith(jars))
    quick = ["-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]
    said = run([java, *quick, "-cp", path, str(EXAMPLES / "Readings.java"), address])
    assert said == GROWTH_LINES


def run(command: Sequence[str]) -> list[str]:
    """The lines that a program prints, which ends well."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False, cwd=Path("/"))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
