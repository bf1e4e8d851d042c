"""Who may ask, and how often: an optional token, and a bucket of requests for each address.

    request ── bucket of its address ── empty: 429, when to go on
            └─ Authorization ── not the token: 401

The token is compared in constant time and never shown. A browser gives it as the password of Basic (any name), which it
then sends along with everything the page asks for; programs give it as Bearer.
"""

import base64
import binascii
import hmac
import ipaddress
import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from aiohttp import web

from paysignal.history.rows import ErrorRow

#: A burst of so many seconds' requests is answered at once: a page and all that it asks for.
BURST_SECONDS: Final = 5.0

#: Addresses with a bucket; beyond that the one heard of longest ago gets a new, full one. 1 MB.
MOST_ADDRESSES: Final = 4_096

#: Whoever has one address of IPv6 has a /64 of them.
_NETWORK_BITS: Final = 64

_UNAUTHORISED, _TOO_MANY = 401, 429
_JSON: Final = "application/json"

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Buckets:
    """How many requests each address may still make; `rate` a second, 0 for any number. Of one thread."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._size = max(1.0, rate * BURST_SECONDS)
        self._of: dict[str, _Bucket] = {}

    def __len__(self) -> int:
        return len(self._of)

    def seconds_to_wait(self, address: str, now: float) -> float:
        """Takes one request; 0 where it may be answered, else how long until the next one may."""
        if not self._rate:
            return 0.0
        name = network_of(address)
        bucket = self._of.pop(name, None) or _Bucket(self._size, now)
        self._of[name] = bucket
        if len(self._of) > MOST_ADDRESSES:
            del self._of[next(iter(self._of))]
        bucket.tokens = min(self._size, bucket.tokens + max(0.0, now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens >= 1.0:
            bucket.tokens -= 1.0
            return 0.0
        return (1.0 - bucket.tokens) / self._rate


class Guard:
    """Lets a request through, or says why not; `token` is None where anybody may ask."""

    def __init__(self, rate: float, token: str | None, clock: Callable[[], float]) -> None:
        self._buckets = Buckets(rate)
        self._token = None if token is None else token.encode()
        self._clock = clock

    def refusal(self, request: web.Request) -> web.Response | None:
        """What is sent instead of an answer; None where it may be answered."""
        # Counted before the token is looked at, so that tokens can not be tried at any speed.
        seconds = self._buckets.seconds_to_wait(request.remote or "", self._clock())
        if seconds:
            return _refused(
                _TOO_MANY,
                "requests from this address: more than are answered a second; wait as Retry-After says, ask for more "
                "rows at once, or send If-None-Match",
                {"Retry-After": str(math.ceil(seconds))},
            )
        if self._token is None or hmac.compare_digest(given_token(request.headers.get("Authorization", "")),
                                                      self._token):  # fmt: skip
            return None
        scheme = "Bearer" if request.path.startswith("/v1/") else 'Basic realm="paysignal", charset="UTF-8"'
        return _refused(
            _UNAUTHORISED,
            "Authorization: no token, or another one; send `Authorization: Bearer TOKEN`",
            {"WWW-Authenticate": scheme},
        )


def guarded(routes: Iterable[web.RouteDef], guard: Guard) -> Sequence[web.RouteDef]:
    """The same routes, each behind the guard."""
    return tuple(web.RouteDef(each.method, each.path, _behind(guard, each.handler), each.kwargs) for each in routes)


def network_of(address: str) -> str:
    """What has a bucket: an address of IPv4, a /64 of IPv6; what is neither as it is."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - IPv4
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped or ipaddress.ip_network((found, _NETWORK_BITS), strict=False))


def given_token(authorization: str) -> bytes:
    """The token of the header, empty where there is none."""
    scheme, _, rest = authorization.partition(" ")
    match scheme.lower():
        case "bearer":
            # Bytes of a header that are no UTF-8 come as lone surrogates.
            return rest.strip().encode(errors="surrogateescape")
        case "basic":
            try:
                return base64.b64decode(rest.strip(), validate=True).partition(b":")[2]
            except (binascii.Error, ValueError):
                return b""
        case _:
            return b""


def _behind(guard: Guard, handler: _Handler) -> _Handler:
    async def behind(request: web.Request) -> web.StreamResponse:
        return guard.refusal(request) or await handler(request)

    return behind


def _refused(status: int, sentence: str, headers: dict[str, str]) -> web.Response:
    return web.Response(
        status=status, body=msgspec.json.encode(ErrorRow(error=sentence)), content_type=_JSON, headers=headers
    )
