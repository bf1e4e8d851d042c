"""`paysignal exporter` as a process: serves what the topics hold, and ends when it is told to."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from paysignal.command import main
from paysignal.engine.asof import state_of
from paysignal.facts.identity import identified
from paysignal.facts.periods import Period
from paysignal.facts.topics import ALERTS, FACTS, READINGS
from paysignal.facts.wire import encode
from tests.tools.books import level
from tests.tools.brokers import free_ports
from tests.tools.examples import growth
from tests.tools.figures import claim, reading
from tests.tools.waiting import eventually

pytestmark = pytest.mark.broker

_MALFORMED = (b"", b"{", b"\xff", b"[1]", b"x" * 900_000, encode(reading()).replace(b"50.0", b"NaN"))


@contextmanager
def exporter(broker: str, port: int) -> Iterator["subprocess.Popen[str]"]:
    """The process, killed at the end if it still lives."""
    command = [sys.executable, "-c", "from paysignal.command.main import main; main()", "exporter"]
    process = subprocess.Popen(
        [*command, "--broker", broker, "--exporter-port", str(port)], stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def filled(embedded_broker: str) -> str:
    """A broker with one claim, one reading in two versions, and malformed values on both topics."""
    admin = KafkaAdminClient(bootstrap_servers=embedded_broker)
    admin.create_topics([NewTopic(topic, 4, 1) for topic in (FACTS, READINGS, ALERTS)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=embedded_broker, enable_idempotence=True)
    key = reading().key.encode()
    futures = [producer.send(READINGS, key=key, value=encode(reading(version=number))) for number in (1, 2)]
    futures += [producer.send(READINGS, key=key, value=value) for value in _MALFORMED]
    futures += [producer.send(FACTS, key=b"x", value=value) for value in _MALFORMED]
    futures.append(producer.send(FACTS, key=claim().partition_key.encode(), value=encode(claim())))
    for future in futures:
        future.get(10)
    producer.close()
    return embedded_broker


def asked(port: int) -> Callable[[str], httpx.Response]:
    """GET a path of the exporter."""
    return lambda path: httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)


def ready(port: int) -> bool:
    """Whether it has read everything."""
    try:
        return asked(port)("/ready").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serves_the_topics_and_ends_within_five_seconds(filled: str, stop: signal.Signals) -> None:
    """Metrics, tables, page and status show what was sent; malformed values are counted; a signal ends it with 0."""
    (port,) = free_ports(1)
    get = asked(port)
    with exporter(filled, port) as process:
        eventually(lambda: ready(port), "the exporter to be ready", seconds=20)
        metrics = get("/metrics").text
        assert 'provider="alipay",market="RU",measure="transactions",segment=""' in metrics
        assert f'paysignal_exporter_readings_total{{outcome="malformed"}} {len(_MALFORMED)}.0' in metrics
        assert f"paysignal_exporter_facts_malformed_total {len(_MALFORMED)}.0" in metrics
        assert get("/v1/just-read").json()[0]["statement"] == "> +5,000 %"
        assert get("/v1/strongest").json()[0]["growth"] == "> +5,000 %"
        assert "Alipay" in get("/").text
        status = json.loads(get("/status").text)
        assert status["restoring"] is False
        assert sum(status["positions"][READINGS].values()) == 2 + len(_MALFORMED)
        assert sum(status["positions"][FACTS].values()) == 1 + len(_MALFORMED)
        began = time.monotonic()
        process.send_signal(stop)
        assert process.wait(5) == 0
        assert time.monotonic() - began < 5.0


def test_what_lies_on_several_partitions_is_held_against_each_other(embedded_broker: str) -> None:
    """A growth without a currency and its levels in rupees: found, flagged in /metrics, and out of the table."""
    levels = [
        level(value, Period(f"{year}-03-01", f"{year}-04-01"), measure="transaction_value", step=1e9)
        for value, year in ((100e9, 2022), (105e9, 2023))
    ]
    money = {"measure": "transaction_value", "provider": "upi", "market": "IN", "period": levels[1].period}
    stated = identified(growth(**money, value=1.09))
    claims = [*levels, stated]
    readings = state_of(claims).readings
    producer = KafkaProducer(bootstrap_servers=embedded_broker, enable_idempotence=True)
    admin = KafkaAdminClient(bootstrap_servers=embedded_broker)
    admin.create_topics([NewTopic(topic, 4, 1) for topic in (FACTS, READINGS, ALERTS)])
    admin.close()
    sent = [producer.send(FACTS, key=each.partition_key.encode(), value=encode(each)) for each in claims]
    sent += [producer.send(READINGS, key=key.encode(), value=encode(each)) for key, each in readings.items()]
    assert len({future.get(10).partition for future in sent[: len(claims)]}) > 1
    producer.close()
    (port,) = free_ports(1)
    get = asked(port)
    with exporter(embedded_broker, port):
        eventually(lambda: ready(port), "the exporter to be ready", seconds=20)
        eventually(
            lambda: "paysignal_exporter_examining 0.0" in get("/metrics").text, "a look at the facts", seconds=20
        )
        (found,) = get("/v1/findings").json()["findings"]
        metrics = get("/metrics").text
        assert (found["finding"]["stated"], found["finding"]["claims"]) == (1.09, [stated.id])
        assert 'rule="growth_contradicts_levels"' in metrics
        (flagged,) = (line for line in metrics.splitlines() if line.startswith("paysignal_reading_flagged{"))
        assert flagged.endswith('flag="contradicted"} 1.0')
        listed = get("/v1/readings?limit=1000&window=").json()
        assert {row["key"] for row in listed["readings"]} >= readings.keys()
        (marked,) = (row for row in listed["readings"] if row["marks"])
        assert (marked["marks"], marked["reading"]["flags"]) == (["contradicted"], [])
        assert [row["origin"] for row in get("/v1/strongest").json()] == ["derived"]
        assert [row["origin"] for row in get("/v1/strongest?show=contradicted").json()] == ["stated"]
        status = get("/status").json()
        assert status["examined"] == status["changes"]


def test_is_live_and_not_ready_without_a_broker_and_ends_at_once() -> None:
    """Without a broker it waits: alive, not ready with the reason, and it still ends within five seconds."""
    (port,) = free_ports(1)
    with exporter("127.0.0.1:9", port) as process:
        eventually(lambda: ready(port) or _answers(port), "an answer", seconds=20)
        assert asked(port)("/live").status_code == 200
        waiting = asked(port)("/ready")
        assert (waiting.status_code, waiting.text) == (503, f"still reading {READINGS}, {FACTS}, {ALERTS}\n")
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0


def test_with_a_token_page_and_api_are_closed_and_metrics_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of the variable; our own commands send theirs; a file with another one lets nobody in; no output tells it."""
    (port,) = free_ports(1)
    token, get = "a-token-of-this-test", asked(port)
    monkeypatch.setenv("PAYSIGNAL_API_TOKEN", token)
    history = ["history", "upi|IN|transactions||month||current", "--exporter-port", str(port)]
    with exporter("127.0.0.1:9", port) as process:
        eventually(lambda: ready(port) or _answers(port), "an answer", seconds=20)
        paths = ("/", "/explain", "/v1/readings", "/v1/just-read", "/v1/openapi.json")
        assert {get(path).status_code for path in paths} == {401}
        own = {"Authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{url}/v1/readings", headers=own, trust_env=False).json()["total"] == 0
        assert httpx.get(f"{url}/", auth=("me", token), trust_env=False).status_code == 200
        assert {get(path).status_code for path in ("/metrics", "/live", "/status")} == {200}
        assert "no fact of it is held" in CliRunner().invoke(main, history).stderr
        monkeypatch.delenv("PAYSIGNAL_API_TOKEN")
        (tmp_path / "token").write_text("another-token-altogether\n")
        refused = CliRunner().invoke(main, [*history, "--api-token-file", str(tmp_path / "token")])
        assert "answers 401: Authorization: no token, or another one" in refused.stderr
        process.send_signal(signal.SIGTERM)
        assert token not in process.communicate(timeout=30)[1]


def test_a_taken_port_is_named_with_the_flag_that_moves_it() -> None:
    """A second exporter on the same port ends with 1 and the sentence, not with a traceback."""
    (port,) = free_ports(1)
    with exporter("127.0.0.1:9", port):
        eventually(lambda: _answers(port), "an answer", seconds=20)
        with exporter("127.0.0.1:9", port) as second:
            told = second.communicate(timeout=20)[1]
    assert second.returncode == 1
    assert f"port {port}" in told
    assert "--exporter-port" in told
    assert "Traceback" not in told


def _answers(port: int) -> bool:
    try:
        return asked(port)("/live").status_code == 200
    except httpx.TransportError:
        return False
