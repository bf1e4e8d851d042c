"""Access: how clients get in at a broker, and the broker's address that carries it.

Every Kafka client of the project is made with `client_settings(broker)`; kafka-python and aiokafka name these settings
alike, so one mapping serves both.
"""

import ssl
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from paysignal.security.errors import KeysUnusable

Protocol = Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]

PROTOCOLS: tuple[str, ...] = get_args(Protocol)
MECHANISMS: tuple[str, ...] = get_args(Mechanism)


@dataclass(frozen=True, slots=True)
class Login:
    """Who the client is, by a name and a password; the password is shown by nothing that prints this."""

    mechanism: Mechanism
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """How a client gets in: `tls` where the connection is encrypted (and, with a certificate in it, who the client is).

    Neither, and it is Kafka's PLAINTEXT.
    """

    tls: ssl.SSLContext | None = None
    login: Login | None = None

    @property
    def protocol(self) -> str:
        """Kafka's `security.protocol`."""
        encrypted, named = self.tls is not None, self.login is not None
        return ("SASL_SSL" if encrypted else "SASL_PLAINTEXT") if named else ("SSL" if encrypted else "PLAINTEXT")


#: Anyone gets in.
OPEN = Access()


class Broker(str):
    """HOST:PORT[,HOST:PORT…], with the access to it.

    It is a string, for what is told of a broker is its address and nothing else: no message, log or status that prints
    one can print a password. Slices and parts of it are addresses without access.
    """

    __slots__ = ("access",)

    access: Access

    def __new__(cls, addresses: str, access: Access = OPEN) -> Self:
        """The address, and how to get in there."""
        made = super().__new__(cls, addresses)
        made.access = access
        return made


def access_of(broker: str) -> Access:
    """How to get in at this broker; a bare address is open to all."""
    return broker.access if isinstance(broker, Broker) else OPEN


def client_settings(broker: str) -> dict[str, Any]:
    """The settings by which a client of kafka-python or aiokafka gets in at `broker`, its addresses among them."""
    access = access_of(broker)
    settings: dict[str, Any] = {
        "bootstrap_servers": [address.strip() for address in broker.split(",")],
        "security_protocol": access.protocol,
    }
    if access.tls is not None:
        settings["ssl_context"] = access.tls
    if access.login is not None:
        settings |= {
            "sasl_mechanism": access.login.mechanism,
            "sasl_plain_username": access.login.username,
            "sasl_plain_password": access.login.password,
        }
    return settings


def login_of(mechanism: Mechanism, username: str | None, password: str | None) -> Login:
    """The login of a user; raises `KeysUnusable` where one of the two is missing."""
    for name, value in (("sasl_username", username), ("sasl_password", password)):
        if not value:
            raise KeysUnusable(
                f"{name}: empty, and SASL needs a name and a password; set PAYSIGNAL_{name.upper()}"
                f"{' or PAYSIGNAL_SASL_PASSWORD_FILE' if name == 'sasl_password' else ''}"
            )
    return Login(mechanism, username or "", password or "")
