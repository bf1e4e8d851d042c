"""Whether a broker is there, asked before anything that would wait long for it."""

from collections.abc import Iterable

from paysignal.command.settings import Settings
from paysignal.facts.errors import PaySignalError
from paysignal.local.probe import speaks_kafka


class NoBrokerError(PaySignalError):
    """No Kafka answers where the settings say."""


def addresses_of(settings: Settings) -> tuple[tuple[str, int], ...]:
    """The brokers as host and port."""
    return tuple(_split(address) for address in settings.broker.split(","))


def require_broker(settings: Settings) -> None:
    """Raise `NoBrokerError` when none of the brokers answers."""
    if not answering(addresses_of(settings)):
        raise NoBrokerError(
            f"no Kafka broker answers at {settings.broker}; start it, name another with --broker HOST:PORT, or let "
            "`paysignal up` start an embedded one"
        )


def answering(addresses: Iterable[tuple[str, int]]) -> bool:
    """Whether one of them speaks Kafka: clients need only one to find the rest."""
    return any(speaks_kafka(host, port) for host, port in addresses)


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
