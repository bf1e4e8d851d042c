"""Connections that are only made to where an address may lead.

A name is looked up once, judged, and the very address judged is connected to: looked up twice it could be another one
the second time. Redirects come through here as well.
"""

import socket
import typing
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import httpcore
import httpx

from paysignal.sources.errors import FetchError
from paysignal.sources.web.addresses import is_public

#: A host has addresses of both kinds, and a machine may have no way to one of them.
_MOST_ADDRESSES = 3

#: Every address that a host name has, as text.
Lookup = Callable[[str, int], Iterable[str]]


def system_lookup(host: str, port: int) -> Iterator[str]:
    """The addresses the system knows; raises `FetchError` when the name has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(host, str(error), "a host has an address", "check its name") from None
    return (str(address[0]) for *_, address in found)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to public addresses; to others only when `private` says so."""

    def __init__(self, lookup: Lookup, *, private: bool) -> None:
        self._lookup = lookup
        self._private = private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[typing.Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that answers; called by httpcore for each new one."""
        addresses = list(dict.fromkeys(self._lookup(host, port)))
        refused = [] if self._private else [address for address in addresses if not is_public(address)]
        if refused or not addresses:
            raise FetchError(
                host, ", ".join(refused) or "no address", "only hosts of the public internet are fetched from",
                "say --allow-private for one of your own",
            )  # fmt: skip
        *others, last = addresses[:_MOST_ADDRESSES]
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
        return self._inner.connect_tcp(last, port, timeout, local_address, socket_options)


class GuardedTransport(httpx.BaseTransport):
    """httpx over a pool of guarded connections."""

    def __init__(self, lookup: Lookup, *, private: bool) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=4,
            network_backend=GuardedBackend(lookup, private=private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request and its answer, which the client reads as a stream."""
        url = request.url
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = self._pool.handle_request(asked)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise httpx.TransportError(f"{type(error).__name__}: {error}") from error
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body as it comes; closing it gives the connection back."""

    def __init__(self, stream: typing.Any) -> None:  # noqa: ANN401 - httpcore's own type is not public
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise httpx.TransportError(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        self._stream.close()
