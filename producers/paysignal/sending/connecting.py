"""Connecting: a kafka-python client whose broker is away leaves nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaTimeoutError
from kafka.net.compat import KafkaNetClient

from paysignal.security.access import client_settings
from paysignal.sending.errors import BrokerUnreachable


class Clients:
    """Makes kafka-python's inner clients, as its constructors ask for by `kafka_client`, and can close them."""

    def __init__(self) -> None:
        self._made: list[Any] = []  # kafka-python has no types

    def __call__(self, **settings: object) -> object:
        """One client with these settings of kafka-python's."""
        self._made.append(KafkaNetClient(**settings))
        return self._made[-1]

    def close(self) -> None:
        """Close what was made: sockets, and the thread that opens them again. Does nothing a second time."""
        for client in self._made:
            # A network thread that still polls, of a producer given up in the middle of a transaction, can not be
            # closed from here; it ends by itself, as its client is closed already.
            with suppress(RuntimeError):
                client.close()


@contextmanager
def connecting(broker: str, seconds: float) -> Iterator[Clients]:
    """For a constructor of kafka-python called inside; raises `BrokerUnreachable` when it finds no broker.

    When its bootstrap fails, kafka-python (3.0.12) leaves its network thread and its sockets open, and nobody has them
    to close: so the client is made here, and closed here.
    """
    clients = Clients()
    try:
        yield clients
    except KafkaTimeoutError:
        clients.close()
        raise BrokerUnreachable(broker, seconds) from None


@contextmanager
def administering(broker: str, name: str, seconds: float) -> Iterator[Any]:
    """An admin client of that name, closed at the end; raises `BrokerUnreachable` when it finds no broker in time.

    What the client itself raises afterwards is its caller's to tell.
    """
    with connecting(broker, seconds) as clients:
        admin = KafkaAdminClient(
            **client_settings(broker),
            client_id=name,
            bootstrap_timeout_ms=int(seconds * 1_000),
            kafka_client=clients,
        )
    try:
        yield admin
    finally:
        admin.close()
