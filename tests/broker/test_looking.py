"""topics, tail and doctor against both brokers."""

import datetime as dt
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paysignal.facts import topics, wire
from paysignal.facts.identity import increment_id
from paysignal.facts.increments import Increment
from paysignal.sending.outbox import Outgoing
from tests.tools.brokers import EmbeddedBroker, RealKafka, free_ports
from tests.tools.system import records_of, send

pytestmark = pytest.mark.broker

COUNT = 50
FACTS = [
    Increment(
        id=increment_id("the-gazette", str(number)),
        provider="alipay",
        market="IN",
        measure="transactions",
        value=float(number),
        at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=number),
        publisher="the-gazette",
    )
    for number in range(COUNT)
]


@pytest.fixture(scope="module", params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of this module's own, for its topics have names that everyone uses; topics and increments are there."""
    kind = EmbeddedBroker if request.param == "embedded" else RealKafka
    with kind(tmp_path_factory.mktemp("broker")) as broker:
        done = paysignal("topics", "create", "--partitions", "3", "--broker", broker.address)
        assert done.returncode == 0, done.stderr
        send(broker.address, records_of(FACTS))
        yield broker.address


def paysignal(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command, to its end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PAYSIGNAL_")}
    command = [sys.executable, "-P", "-m", "paysignal.command", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_topics_that_exist_are_found_and_left_alone(address: str) -> None:
    """Creating them again changes nothing."""
    done = paysignal("topics", "create", "--partitions", "3", "--broker", address, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 0, done.stderr
    assert {(line["topic"], line["outcome"]) for line in lines} == {(each.name, "present") for each in topics.TOPICS}


def test_other_partitions_are_told_and_never_changed(address: str) -> None:
    """Exit code 1, with what is there, what is wanted and why it is not changed."""
    done = paysignal("topics", "check", "--partitions", "5", "--broker", address)

    assert done.returncode == 1
    assert f"{topics.FACTS}: partitions is 3, wanted is 5" in done.stderr
    assert "never changed in place" in done.stderr


def test_missing_topics_are_named_with_the_fix(tmp_path: Path) -> None:
    """A fresh broker has none."""
    with EmbeddedBroker(tmp_path) as broker:
        check = paysignal("topics", "check", "--broker", broker.address)
        tail = paysignal("tail", "facts", "--broker", broker.address)
        plan = paysignal("topics", "plan", "--diff", "--broker", broker.address)

    assert (check.returncode, tail.returncode) == (1, 1)
    assert f"{topics.FACTS} is missing" in check.stderr
    assert [line.split(":")[0] for line in plan.stdout.splitlines()] == [f"+ {each.name}" for each in topics.TOPICS]
    assert "`paysignal topics create`" in check.stderr
    assert f"there is no topic {topics.FACTS}" in tail.stderr


def test_the_plan_asks_no_broker() -> None:
    """It is for whoever creates topics by other means."""
    done = paysignal("topics", "plan", "--json", "--partitions", "12", "--replication", "3")
    lines = {line["topic"]: line for line in map(json.loads, done.stdout.splitlines())}

    assert set(lines) == {each.name for each in topics.TOPICS}
    assert (lines[topics.FACTS]["partitions"], lines[topics.FACTS]["replication"]) == (12, 3)
    assert lines[topics.FACTS]["settings"]["retention.ms"] == "-1"


def test_the_plan_beside_a_broker_is_a_diff(address: str) -> None:
    """A line a difference, from what is there to what is wanted; nothing where all is as declared."""
    same = paysignal("topics", "plan", "--diff", "--partitions", "3", "--broker", address)
    other = paysignal("topics", "plan", "--diff", "--partitions", "5", "--broker", address)

    assert (same.returncode, same.stdout) == (0, "")
    assert f"~ {topics.FACTS}: partitions 3 -> 5" in other.stdout.splitlines()
    assert len(other.stdout.splitlines()) == len(topics.TOPICS)


def test_tail_gives_every_record_as_it_was_sent(address: str) -> None:
    """From the first to the last that stood when it began, byte for byte."""
    done = paysignal("tail", "increments", "--from-start", "--exit-at-end", "--json", "--broker", address)

    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == sorted(wire.encode(fact).decode() for fact in FACTS)


def test_tail_for_people_gives_a_line_a_record(address: str) -> None:
    """With provider, market, measure, amount and publisher."""
    done = paysignal("tail", "increments", "--from-start", "--exit-at-end", "--broker", address)

    assert len(done.stdout.splitlines()) == COUNT
    assert "alipay IN transactions" in done.stdout
    assert "+ 49  (the-gazette)" in done.stdout


def test_tail_without_from_start_shows_nothing_of_the_past(address: str) -> None:
    """Its end is where it begins."""
    done = paysignal("tail", "increments", "--exit-at-end", "--broker", address)

    assert (done.returncode, done.stdout) == (0, "")


def test_tail_tells_what_is_no_record_and_goes_on(address: str) -> None:
    """On stderr, with its place, so that stdout stays JSON lines."""
    good = wire.encode(FACTS[0])
    spread = json.dumps(json.loads(good), indent=2).encode()
    send(address, [Outgoing(topics.ALERTS, b"k", value, ()) for value in (b"not json", b"\xff", spread)])

    done = paysignal("tail", "alerts", "--from-start", "--exit-at-end", "--json", "--broker", address)

    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [json.loads(good)]
    assert done.stderr.count("no record of alerts") == 2
    assert f"{topics.ALERTS}/" in done.stderr


def test_doctor_finds_a_good_system_well(address: str, tmp_path: Path) -> None:
    """And tells where each setting comes from."""
    (tmp_path / "paysignal.toml").write_text("partitions = 3\n")
    flags = []
    for name, port in zip(("worker", "exporter", "producer"), free_ports(3), strict=True):
        flags += [f"--{name}-port", str(port)]

    done = paysignal("doctor", "--broker", address, *flags, "--json", folder=tmp_path)
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 0, done.stdout
    assert {"setting": "partitions", "value": "3", "from": "paysignal.toml"} in lines
    assert {"setting": "broker", "value": address, "from": "--broker"} in lines
    states = {line["check"]: line["state"] for line in lines if "check" in line}
    assert states.pop("lag") == "note"  # what was sent, no worker has read
    assert set(states.values()) == {"ok"}
    assert {"libraries", "rights", "clock"} <= states.keys()


def test_doctor_says_what_is_wrong_and_what_to_do() -> None:
    """A broker that is not there, and a port that somebody else has."""
    (nobody,) = free_ports(1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = paysignal("doctor", "--broker", f"127.0.0.1:{nobody}", "--exporter-port", port, "--producer-port", "0")

    assert done.returncode == 1
    assert f"wrong  broker: no Kafka answers at 127.0.0.1:{nobody}; start it" in done.stdout
    assert f"wrong  port of the exporter: port {port} on 127.0.0.1 is taken by another process; move" in done.stdout
    assert "--exporter-port PORT" in done.stdout
    assert "ok     port of the producer: none is served" in done.stdout
    assert "2 things wrong" in done.stderr
