"""Ports are refused with the flag that moves them."""

import socket
from collections.abc import Iterator

import pytest

from paysignal.local.ports import PortError, Wanted, free_port, reachable_host, require_free

LOOPBACK = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    """A loopback port that something listens on while the test runs."""
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_is_named_with_the_flag_that_moves_it(taken: int) -> None:
    """Whoever reads the message knows what to type."""
    with pytest.raises(PortError) as caught:
        require_free(LOOPBACK, [Wanted(taken, "--exporter-port", "exporter")])

    assert str(caught.value) == (
        f"port {taken} on 127.0.0.1 is taken by another process; move the exporter with --exporter-port PORT"
    )


def test_one_port_for_two_is_refused_before_either_starts() -> None:
    """The second would fail with a puzzling message of its own."""
    port = free_port()

    with pytest.raises(PortError, match=r"both worker and exporter.*--worker-port or --exporter-port"):
        require_free(LOOPBACK, [Wanted(port, "--worker-port", "worker"), Wanted(port, "--exporter-port", "exporter")])


def test_port_0_is_none_and_free_ones_pass(taken: int) -> None:
    """A producer without a port needs none, and two of these do not collide."""
    require_free(LOOPBACK, [Wanted(0, "--a", "a"), Wanted(0, "--b", "b"), Wanted(free_port(), "--c", "c")])


def test_an_address_of_another_machine_is_told_apart_from_a_taken_port() -> None:
    """192.0.2.1 is reserved for documentation: no machine has it."""
    with pytest.raises(PortError, match="--host"):
        require_free("192.0.2.1", [Wanted(free_port(), "--worker-port", "worker")])


def test_a_port_that_only_lingers_is_free() -> None:
    """A connection closed a moment ago keeps its port in TIME_WAIT; servers listen there all the same."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as every server does
        listening.bind((LOOPBACK, 0))
        listening.listen()
        port = listening.getsockname()[1]
        with socket.create_connection((LOOPBACK, port)):
            accepted, _ = listening.accept()
            accepted.close()  # this side closes first, so this side lingers

    require_free(LOOPBACK, [Wanted(port, "--worker-port", "worker")])


def test_the_preferred_port_is_given_where_it_is_free(taken: int) -> None:
    """Otherwise one that is."""
    free = free_port()

    assert free == free_port(free)
    assert free_port(taken) not in (taken, 0)


@pytest.mark.parametrize(("listens", "reached"), [("0.0.0.0", LOOPBACK), ("::", "::1"), ("10.1.2.3", "10.1.2.3")])
def test_a_wildcard_is_reached_at_the_loopback_address(listens: str, reached: str) -> None:
    """Everyone's address is nobody's to connect to."""
    assert reached == reachable_host(listens)
