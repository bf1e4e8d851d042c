"""Ports: found free, or refused with the flag that moves them."""

import errno
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from paysignal.facts.errors import PaySignalError

LOOPBACK = "127.0.0.1"

#: What a server may be told to listen on that is no address to connect to.
_WILDCARDS = {"": LOOPBACK, "0.0.0.0": LOOPBACK, "::": "::1"}  # noqa: S104 - read, never bound here


class PortError(PaySignalError):
    """A port that can not be listened on; the message names the flag that moves it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A port some process is about to listen on, and the flag that moves it."""

    port: int
    flag: str
    owner: str


def require_free(host: str, wanted: Iterable[Wanted]) -> None:
    """Raise `PortError` for the first port that is taken, asked for twice, or not ours to take. Port 0 is none."""
    seen: dict[int, Wanted] = {}
    for each in wanted:
        if not each.port:
            continue
        if twin := seen.get(each.port):
            raise PortError(
                f"port {each.port} is asked for by both {twin.owner} and {each.owner}; each needs its own, "
                f"move one with {twin.flag} or {each.flag}"
            )
        seen[each.port] = each
        _require_free(host, each)


def free_port(preferred: int = 0) -> int:
    """`preferred` where it is free on the loopback address, otherwise one the system chose."""
    if preferred and not _refusal(LOOPBACK, preferred):
        return preferred
    with socket.socket() as held:
        held.bind((LOOPBACK, 0))
        port: int = held.getsockname()[1]
        return port


def reachable_host(host: str) -> str:
    """The address at which this machine reaches a server that listens on `host`."""
    return _WILDCARDS.get(host, host)


def _require_free(host: str, wanted: Wanted) -> None:
    refusal = _refusal(host, wanted.port)
    if refusal is None:
        return
    where = f"port {wanted.port} on {host}"
    if refusal.errno == errno.EADDRINUSE:
        raise PortError(f"{where} is taken by another process; move the {wanted.owner} with {wanted.flag} PORT")
    if refusal.errno == errno.EACCES:
        raise PortError(
            f"{where} needs more rights than this user has; move the {wanted.owner} with {wanted.flag} PORT"
        )
    raise PortError(f"{where}: {refusal.strerror or refusal}; name an address of this machine with --host")


def _refusal(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: a connection of the last run that still lingers is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None
