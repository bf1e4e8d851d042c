"""Fields: the kinds of values that settings have, and their checks."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from paysignal.consuming.share import share_of

LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Shown:
    """How a setting's flag names its value in the help."""

    metavar: str


@dataclass(frozen=True, slots=True)
class Secret:
    """Marks a setting that is no flag: it comes from the environment or a file."""


def checked_share(text: str) -> str:
    """`2/3`, the second of three. Raises ValueError."""
    share_of(text)
    return text


def checked_broker(text: str) -> str:
    """`host:port`, or several with commas between; `kafka://` before it is dropped. Raises ValueError."""
    addresses = text.removeprefix("kafka://").split(",")
    for address in addresses:
        host, colon, port = address.strip().rpartition(":")
        if not (colon and host and port.isascii() and port.isdecimal() and 0 < int(port) <= LAST_PORT):
            raise ValueError("should be a host and a port, several with commas between")
    return ",".join(address.strip() for address in addresses)


def checked_instance(name: str | None) -> str | None:
    """A name as Kafka takes it for a static member, or none. Raises ValueError."""
    if name is not None and not re.fullmatch(r"[A-Za-z0-9._-]{1,249}", name):
        raise ValueError("should have up to 249 letters, digits, dots, dashes and underscores")
    return name


Port = Annotated[int, Field(ge=1, le=LAST_PORT), Shown("PORT")]
Count = Annotated[int, Field(ge=1), Shown("N")]
