"""Fetching: one page, politely, bounded in size and time."""

import urllib.robotparser
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import httpx
import msgspec

from paysignal.sources.errors import FetchError
from paysignal.sources.web.addresses import checked_url

#: What hosts see of us: who, and where to complain.
AGENT: Final = "paysignal"

#: A robots.txt is read up to the size that search engines read.
_LARGEST_ROBOTS: Final = 512 * 1_024
_MOST_REDIRECTS: Final = 5

#: A robots.txt is read again after a day (RFC 9309, 2.4).
_ROBOTS_SECONDS: Final = 86_400.0

#: What is unpacked at a time.
_PIECE: Final = 262_144


class Validators(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a host gave to ask again with: whether the page has changed since."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: where it stood after redirects, its bytes and what to ask again with."""

    url: str
    content_type: str
    body: bytes
    validators: Validators


@dataclass(frozen=True, slots=True)
class NotModified:
    """The page is as it was."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Seconds between two requests to one host, for an answer's parts and for all of it; bytes of a body."""

    pace_seconds: float = 1.0
    part_seconds: float = 10.0
    whole_seconds: float = 30.0
    largest: int = 8 * 1_048_576


@dataclass(slots=True)
class _Host:
    next_at: float = 0.0
    robots: urllib.robotparser.RobotFileParser | None = None
    robots_until: float = 0.0


@dataclass(slots=True)
class Fetcher:
    """Fetches pages by `client`, which guards where connections lead; `clock` and `pause` are monotonic seconds.

    Used by one thread.
    """

    client: httpx.Client
    clock: Callable[[], float]
    pause: Callable[[float], object]
    limits: FetchLimits = field(default_factory=FetchLimits)
    _hosts: dict[str, _Host] = field(default_factory=dict)

    def fetch(self, url: str, known: Validators | None = None) -> Fetched | NotModified:
        """The page at `url`; `NotModified` when the host says so of `known`.

        Raises `FetchError` when the address is refused, robots.txt asks to stay away, the host does not answer in time,
        answers with an error, or sends more than is taken.
        """
        known = known or Validators()
        for _ in range(_MOST_REDIRECTS + 1):
            self._check_robots(url)
            answer = self._get(url, _asking(known), self.limits.largest)
            if isinstance(answer, str):
                url, known = answer, Validators()
                continue
            return answer
        raise FetchError(url, _MOST_REDIRECTS, "an address leads somewhere in a few redirects", "give the last one")

    def _check_robots(self, url: str) -> None:
        parts = checked_url(url)
        host = self._hosts.setdefault(f"{parts.scheme}://{parts.netloc}", _Host())
        if host.robots is None or self.clock() >= host.robots_until:
            host.robots = self._robots(f"{parts.scheme}://{parts.netloc}/robots.txt")
            host.robots_until = self.clock() + _ROBOTS_SECONDS
        if not host.robots.can_fetch(AGENT, url):
            raise FetchError(url, AGENT, "the host's robots.txt asks to stay away", "read it by hand, as a file")

    def _robots(self, url: str) -> urllib.robotparser.RobotFileParser:
        """The host's rules: none where it has no robots.txt, all forbidden while it can not say (RFC 9309, 2.3.1)."""
        rules = urllib.robotparser.RobotFileParser(url)
        answer: Fetched | NotModified | str = url
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                if isinstance(answer, str):
                    answer = self._get(answer, {}, _LARGEST_ROBOTS)
        except _AnsweredError as error:
            rules.parse(() if error.status < httpx.codes.INTERNAL_SERVER_ERROR else _NOTHING)
            return rules
        lines = answer.body.decode("utf-8", "replace").splitlines() if isinstance(answer, Fetched) else ()
        rules.parse(lines)
        return rules

    def _get(self, url: str, headers: dict[str, str], largest: int) -> Fetched | NotModified | str:
        """One request; a redirect comes back as the address it leads to."""
        parts = checked_url(url)
        self._wait(f"{parts.scheme}://{parts.netloc}")
        ends = self.clock() + self.limits.whole_seconds
        try:
            with self.client.stream("GET", url, headers={"User-Agent": AGENT, **headers}) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED:
                    return NotModified()
                if response.next_request is not None:
                    return str(response.next_request.url)
                if not response.is_success:
                    raise _AnsweredError(url, response.status_code)
                body = self._body(response, url, largest, ends)
                return Fetched(str(response.url), response.headers.get("content-type", ""), body, _validators(response))
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
            raise FetchError(url, f"{type(error).__name__}: {error}", "a host answers", "try again later") from None

    def _body(self, response: httpx.Response, url: str, largest: int, ends: float) -> bytes:
        """The body, counted as it is unpacked: a few packed kilobytes can be gigabytes."""
        parts, size = [], 0
        for part in _unpacked(response, url):
            size += len(part)
            if size > largest:
                raise FetchError(url, f"over {largest} bytes", f"a page has at most {largest}", "read it as a file")
            if self.clock() > ends:
                seconds = self.limits.whole_seconds
                raise FetchError(url, f"{size} bytes", f"a page comes within {seconds:g} s", "try again later")
            parts.append(part)
        return b"".join(parts)

    def _wait(self, host: str) -> None:
        known = self._hosts.setdefault(host, _Host())
        delay = self.limits.pace_seconds
        if known.robots is not None and (asked := known.robots.crawl_delay(AGENT)) is not None:
            delay = max(delay, min(float(asked), self.limits.whole_seconds))
        now = self.clock()
        if known.next_at > now:
            self.pause(known.next_at - now)
        known.next_at = max(now, known.next_at) + delay


class _AnsweredError(FetchError):
    """The host answered, with an error."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(url, status, "a page is answered with 200", "check the address")
        self.status = status


def _unpacked(response: httpx.Response, url: str) -> Iterator[bytes]:
    """The body in pieces; httpx would unpack all of a part at once, and zstd makes two gigabytes out of one part."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        yield from response.iter_raw()
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise FetchError(url, encoding, "a page is sent plain or packed by gzip, as was asked", "read it as a file")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    for part in response.iter_raw():
        packed = part
        while packed and not unpacker.eof:
            yield unpacker.decompress(packed, _PIECE)
            packed = unpacker.unconsumed_tail


_NOTHING = ("User-agent: *", "Disallow: /")


def client(transport: httpx.BaseTransport, limits: FetchLimits = FetchLimits()) -> httpx.Client:
    """A client that follows no redirect by itself and takes no proxy or password from its surroundings."""
    return httpx.Client(
        transport=transport, timeout=limits.part_seconds, follow_redirects=False, trust_env=False,
        headers={
            "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, */*;q=0.5",
            "Accept-Encoding": "gzip",
        },
    )  # fmt: skip


def _asking(known: Validators) -> dict[str, str]:
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in asked.items() if value is not None}


def _validators(response: httpx.Response) -> Validators:
    return Validators(response.headers.get("etag"), response.headers.get("last-modified"))
