"""Fetching, from a server on loopback: what is asked, what is taken, and where no connection is made to."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from paysignal.sources.errors import FetchError
from paysignal.sources.web.addresses import checked_url, is_public
from paysignal.sources.web.fetch import AGENT, Fetched, Fetcher, FetchLimits, NotModified, Validators, client
from paysignal.sources.web.guarding import GuardedTransport, Lookup, system_lookup
from tests.tools.pages import Answer, page, site

_QUICK = FetchLimits(pace_seconds=0.0, part_seconds=1.0, whole_seconds=1.0, largest=1_000_000)


@contextmanager
def fetching(
    limits: FetchLimits = _QUICK,
    *,
    private: bool = True,
    lookup: Lookup = system_lookup,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[Fetcher]:
    """A fetcher that may fetch from loopback."""
    with client(GuardedTransport(lookup, private=private), limits) as http:
        yield Fetcher(http, time.monotonic, pause, limits)


def test_a_page_that_did_not_change_is_not_sent_again() -> None:
    """Its validators are sent along; who asks and what is taken is said."""
    with (
        site({"/a": Answer(page(), headers={"ETag": '"1"', "Content-Type": "text/html"})}) as host,
        fetching() as fetcher,
    ):
        first = fetcher.fetch(host.address + "/a")
        assert isinstance(first, Fetched)
        again = fetcher.fetch(host.address + "/a", first.validators)

        assert (page(), "text/html", Validators('"1"')) == (first.body, first.content_type, first.validators)
        assert NotModified() == again
        assert ["/robots.txt", "/a", "/a"] == [path for path, _ in host.asked]
        assert {AGENT} == {headers["user-agent"] for _, headers in host.asked}


def test_a_redirect_is_followed_and_told() -> None:
    """The address is the last one; a circle is refused."""
    answers = {
        "/a": Answer(status=301, headers={"Location": "/b"}),
        "/b": Answer(b"text"),
        "/c": Answer(status=302, headers={"Location": "/c"}),
    }
    with site(answers) as host, fetching() as fetcher:
        found = fetcher.fetch(host.address + "/a")
        assert isinstance(found, Fetched)

        assert (host.address + "/b", b"text") == (found.url, found.body)
        with pytest.raises(FetchError, match="redirects"):
            fetcher.fetch(host.address + "/c")


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_an_error_is_told(status: int) -> None:
    """By its number."""
    with (
        site({"/a": Answer(status=status)}) as host,
        fetching() as fetcher,
        pytest.raises(FetchError, match=str(status)),
    ):
        fetcher.fetch(host.address + "/a")


def test_robots_are_heard() -> None:
    """Where the host asks to stay away nothing is asked for; where it can not say, neither."""
    robots = b"User-agent: *\nDisallow: /private\n"
    with (
        site({"/robots.txt": Answer(robots), "/private/a": Answer(b"x"), "/b": Answer(b"x")}) as host,
        fetching() as one,
    ):
        assert isinstance(one.fetch(host.address + "/b"), Fetched)
        with pytest.raises(FetchError, match="stay away"):
            one.fetch(host.address + "/private/a")

        assert ["/b"] == host.paths()
    with site({"/robots.txt": Answer(status=503), "/b": Answer(b"x")}) as host, fetching() as another:
        with pytest.raises(FetchError, match="stay away"):
            another.fetch(host.address + "/b")

        assert [] == host.paths()


def test_a_host_is_asked_at_its_pace() -> None:
    """Ours, or its Crawl-delay when that is longer."""
    pauses: list[float] = []
    limits = FetchLimits(pace_seconds=0.5, part_seconds=1.0)
    robots = Answer(b"User-agent: *\nCrawl-delay: 7\n")
    with site({"/robots.txt": robots, "/a": Answer(b"x")}) as host, fetching(limits, pause=pauses.append) as fetcher:
        for _ in range(3):
            fetcher.fetch(host.address + "/a")

    assert len(pauses) == 3
    assert pauses[0] <= 0.5
    assert 6.5 < pauses[1] <= 7.5
    assert pauses[2] > 13


@pytest.mark.parametrize("packed", [True, False])
def test_a_body_is_counted_unpacked(packed: bool) -> None:  # noqa: FBT001 - pytest hands it over
    """A gzip bomb of 100 MB, and an endless body: given up at the limit."""
    bomb = gzip.compress(b"\0" * 100_000_000, 1) if packed else b""
    endless = None if packed else lambda: iter(lambda: b"x" * 65_536, b"")
    answer = Answer(bomb, headers={"Content-Encoding": "gzip"} if packed else {}, parts=endless)
    started = time.process_time()
    with site({"/a": answer}) as host, fetching() as fetcher:
        started = time.process_time()
        with pytest.raises(FetchError, match="1000000 bytes"):
            fetcher.fetch(host.address + "/a")

    assert time.process_time() - started < 0.5


def test_a_packed_page_is_unpacked() -> None:
    """By gzip, as was asked; anything else was not."""
    answers = {
        "/a": Answer(gzip.compress(page()), headers={"Content-Encoding": "gzip"}),
        "/b": Answer(b"x", headers={"Content-Encoding": "zstd"}),
        "/c": Answer(b"not packed", headers={"Content-Encoding": "gzip"}),
    }
    with site(answers) as host, fetching() as fetcher:
        found = fetcher.fetch(host.address + "/a")

        assert isinstance(found, Fetched)
        assert page() == found.body
        for path, told in (("/b", "zstd"), ("/c", "answers")):
            with pytest.raises(FetchError, match=told):
                fetcher.fetch(host.address + path)


def _dripping() -> Iterator[bytes]:
    while True:
        time.sleep(0.05)
        yield b"x"


def test_a_body_that_drips_is_given_up() -> None:
    """Each part comes in time, all of it never does."""
    limits = FetchLimits(pace_seconds=0.0, part_seconds=1.0, whole_seconds=0.3)
    with (
        site({"/a": Answer(parts=_dripping)}) as host,
        fetching(limits) as fetcher,
        pytest.raises(FetchError, match=r"0\.3 s"),
    ):
        fetcher.fetch(host.address + "/a")


def test_private_addresses_are_refused() -> None:
    """Said outright, by a name, and by a redirect of a host that may be fetched from; the server hears nothing."""
    with site({"/a": Answer(b"secret")}) as host, fetching(private=False) as fetcher:
        for url in (host.address + "/a", host.address.replace("127.0.0.1", "localhost") + "/a"):
            with pytest.raises(FetchError, match="--allow-private"):
                fetcher.fetch(url)

        assert [] == host.asked


def test_a_name_that_changes_its_address_gains_nothing() -> None:
    """Judged and connected to are one look-up: the second answer, which is private, is never used."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(f"{host}:{port}")
        return ["192.0.2.1" if len(asked) == 1 else "127.0.0.1"]

    with site({"/a": Answer(b"secret")}) as host, fetching(private=False, lookup=rebinding) as fetcher:
        for _ in range(2):
            with pytest.raises(FetchError, match=r"192\.0\.2\.1|127\.0\.0\.1"):
                fetcher.fetch(host.address.replace("127.0.0.1", "rebinding.example") + "/a")

        assert [] == host.asked
        assert len(asked) == 2


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://x/", "http://", "http://[::1"]
)
def test_a_redirect_leads_to_the_web_only(location: str) -> None:
    """Nothing but http and https is followed."""
    with site({"/a": Answer(status=302, headers={"Location": location})}) as host, fetching() as fetcher:
        with pytest.raises(FetchError):
            fetcher.fetch(host.address + "/a")

        assert ["/a"] == host.paths()


def test_nobody_there_is_told() -> None:
    """A port that nobody listens on, and a name without an address."""
    with site({}) as host:
        pass
    with fetching() as fetcher:
        with pytest.raises(FetchError, match="answers"):
            fetcher.fetch(host.address)
        with pytest.raises(FetchError, match="has an address"):
            fetcher.fetch("http://nothing.invalid/")


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/", "a.example", "http://", "http://u:p@a.example/", "http://a.example:0/",
     "http://a.example/ b", "http://a.example/\n", "http://a.example/" + "a" * 3_000, "http://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    """Before anything is looked up."""
    with pytest.raises(FetchError):
        checked_url(url)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "::"],
)  # fmt: skip
def test_addresses_of_no_public_host(address: str) -> None:
    """This machine, private networks, a cloud's inside, and such addresses in IPv6's clothes."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_public_hosts(address: str) -> None:
    """Those are fetched from."""
    assert is_public(address)
