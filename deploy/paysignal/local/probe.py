"""Asking a process of this machine whether it is there: over HTTP and over Kafka's own protocol."""

import http.client
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from paysignal.local.ports import reachable_host

#: A process of this machine that does not answer within this is busy starting.
SECONDS = 2.0

_OK = 200
_API_VERSIONS = 18
_CORRELATION = 0x7061795F
_CLIENT = b"paysignal"
_LARGEST_ANSWER = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; status 0 when none came, `body` then says why."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it was 200."""
        return self.status == _OK


def fetch(host: str, port: int, path: str, seconds: float = SECONDS, token: str | None = None) -> Answer:
    """GET, with a bearer token where one is given.

    Without the proxies of the environment: they are not for this machine's own processes.
    """
    connection = http.client.HTTPConnection(reachable_host(host), port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        response = connection.getresponse()
        return Answer(response.status, response.read())
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, str(error).encode())
    finally:
        connection.close()


def speaks_kafka(host: str, port: int, seconds: float = SECONDS, tls: ssl.SSLContext | None = None) -> bool:
    """Whether a Kafka broker answers there: a listening socket alone is not one yet.

    With `tls` it is asked through that; raises `ssl.SSLError` where one of the two refuses the other's certificate.
    """
    # ApiVersions, version 0: the one request every broker answers before anything else.
    request = struct.pack(f">hhih{len(_CLIENT)}s", _API_VERSIONS, 0, _CORRELATION, len(_CLIENT), _CLIENT)
    try:
        with _connected(reachable_host(host), port, seconds, tls) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            (length,) = struct.unpack(">i", _exactly(connection, 4))
            if not 6 <= length <= _LARGEST_ANSWER:  # noqa: PLR2004 - a correlation id and an error code at least
                return False
            correlation, error = struct.unpack_from(">ih", _exactly(connection, length))
            return bool(correlation == _CORRELATION and error == 0)
    except ssl.SSLError:
        raise
    except OSError:
        return False


@contextmanager
def _connected(host: str, port: int, seconds: float, tls: ssl.SSLContext | None) -> Iterator[socket.socket]:
    with socket.create_connection((host, port), timeout=seconds) as plain:
        if tls is None:
            yield plain
            return
        with tls.wrap_socket(plain, server_hostname=host) as encrypted:
            yield encrypted


def _exactly(connection: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        chunk = connection.recv(length - len(data))
        if not chunk:
            raise ConnectionError("closed in the middle of an answer")
        data += chunk
    return data
