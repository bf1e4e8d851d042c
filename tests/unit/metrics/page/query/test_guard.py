"""Who may ask, and how often."""

import base64
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry

from paysignal.exposition.server import Server
from paysignal.page.query.guard import BURST_SECONDS, MOST_ADDRESSES, Buckets, Guard, given_token, guarded, network_of

TOKEN = "s3cret-" + "x" * 30


@contextmanager
def served(guard: Guard) -> Iterator[httpx.Client]:
    """A page and an address of the API behind the guard."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="answered")

    routes = guarded((web.get("/", answer), web.get("/v1/readings", answer)), guard)
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict, routes)
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client:
        yield client
    server.stop()


def basic(password: str) -> str:
    """The header a browser sends."""
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


def test_without_the_token_nothing_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    """401 that says what is asked for; metrics and health stay open; the token is in no answer and no log."""
    caplog.set_level(logging.DEBUG)
    with served(Guard(0, TOKEN, lambda: 0.0)) as get:
        bare = "Basic " + base64.b64encode(TOKEN.encode()).decode()
        wrong = (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Token {TOKEN}", basic("other"), bare)
        for header in ("", "Bearer", "Basic ???", "Bearer \xe9", *wrong):
            answer = get.get("/v1/readings", headers=[(b"Authorization", header.encode("latin-1"))])
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
            assert TOKEN not in answer.text
        assert get.get("/").headers["WWW-Authenticate"].startswith("Basic ")
        for header in (f"Bearer {TOKEN}", f"bearer  {TOKEN}", basic(TOKEN)):
            for path in ("/", "/v1/readings"):
                assert get.get(path, headers={"Authorization": header}).text == "answered"
        assert [get.get(path).status_code for path in ("/metrics", "/live", "/ready", "/status")] == [200] * 4
    assert TOKEN not in caplog.text


def test_a_password_may_hold_colons() -> None:
    """Only the first one parts name and password."""
    assert given_token(basic("a:b")) == b"a:b"


def test_an_address_that_asks_too_often_is_told_when_to_go_on() -> None:
    """A burst is answered, then as many as the rate says; the clock alone fills the bucket."""
    now = [0.0]
    with served(Guard(2.0, None, lambda: now[0])) as get:
        codes = [get.get("/v1/readings").status_code for _ in range(12)]
        assert codes == [200] * 10 + [429] * 2
        refused = get.get("/")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert "wait as Retry-After says" in refused.json()["error"]
        now[0] = 1.0
        assert [get.get("/").status_code for _ in range(3)] == [200, 200, 429]
        assert get.get("/metrics").status_code == 200


def test_wrong_tokens_are_counted_as_well() -> None:
    """So that they can not be tried at any speed."""
    with served(Guard(1.0, TOKEN, lambda: 0.0)) as get:
        codes = [get.get("/", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(7)]
    assert codes == [401] * 5 + [429] * 2


def test_the_table_of_addresses_is_bounded() -> None:
    """However many ask; the one heard of longest ago is forgotten."""
    buckets = Buckets(1.0)
    for number in range(MOST_ADDRESSES + 100):
        assert buckets.seconds_to_wait(f"10.0.{number >> 8}.{number & 255}", 0.0) == 0.0
    assert len(buckets) == MOST_ADDRESSES


def test_a_bucket_holds_a_burst_and_no_more() -> None:
    """A night without requests is no credit; a clock that went back takes nothing away."""
    buckets = Buckets(10.0)
    for now in (1e6, 2e6):
        answered = sum(buckets.seconds_to_wait("a", now) == 0.0 for _ in range(200))
        assert answered == 10 * BURST_SECONDS
    assert buckets.seconds_to_wait("a", 1.0) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:2", "2001:db8::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("/run/socket", "/run/socket"),
        ("", ""),
    ],
)
def test_who_has_a_network_has_one_bucket(address: str, network: str) -> None:
    """A /64 of IPv6 is one customer's."""
    assert network_of(address) == network
