"""The HTTP server of every process."""

import socket
from collections.abc import Callable, Iterator

import httpx
import pytest
from prometheus_client import CollectorRegistry, Gauge

from paysignal.consuming.records import Position
from paysignal.exposition.server import SECURITY_HEADERS, ListenError, Server
from paysignal.exposition.status import status_of


@pytest.fixture
def health() -> dict[str, str | None]:
    """Why the process is not live and not ready; a test changes it."""
    return {"live": None, "ready": None}


@pytest.fixture
def server(health: dict[str, str | None]) -> Iterator[Server]:
    """A running server with one big metric."""
    registry = CollectorRegistry()
    gauge = Gauge("example_ratio", "An example.", ["number"], registry=registry)
    for number in range(100):
        gauge.labels(number).set(number)
    server = Server(
        "127.0.0.1",
        0,
        registry,
        live=lambda: health["live"],
        ready=lambda: health["ready"],
        status=lambda: status_of([Position("t", 3, 7, 9)], restoring=True),
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def get(server: Server) -> Callable[..., httpx.Response]:
    """GET a path of the server."""
    return lambda path, **headers: httpx.get(
        f"http://127.0.0.1:{server.port}{path}", headers={"Accept-Encoding": "identity", **headers}, trust_env=False
    )


def test_metrics_come_as_text_as_openmetrics_and_gzipped(get: Callable[..., httpx.Response]) -> None:
    """The Accept header decides the format, Accept-Encoding whether it is gzipped."""
    plain = get("/metrics")
    assert plain.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'example_ratio{number="99"} 99.0\n' in plain.text
    assert get("/metrics", Accept="application/openmetrics-text; version=1.0.0").text.endswith("# EOF\n")
    zipped = get("/metrics", **{"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.text == plain.text
    assert "Content-Encoding" not in get("/metrics", **{"Accept-Encoding": "gzip;q=0"}).headers


def test_health_tells_the_reason(get: Callable[..., httpx.Response], health: dict[str, str | None]) -> None:
    """Live and ready are 200 while nothing is wrong, else 503 with the reason."""
    assert [(get(path).status_code, get(path).text) for path in ("/live", "/ready")] == [(200, "ok\n")] * 2
    health.update(live="the feed died", ready="still reading")
    assert (get("/live").status_code, get("/live").text) == (503, "the feed died\n")
    assert (get("/ready").status_code, get("/ready").text) == (503, "still reading\n")


def test_status_is_positions_and_restoring(get: Callable[..., httpx.Response]) -> None:
    """The status is JSON in the form that `up` waits by."""
    assert get("/status").json() == {"positions": {"t": {"3": 7}}, "restoring": True}


def test_every_answer_has_the_security_headers(get: Callable[..., httpx.Response], server: Server) -> None:
    """Also answers that are errors; and nothing says which server software runs."""
    refused = httpx.post(f"http://127.0.0.1:{server.port}/metrics", trust_env=False)
    assert refused.status_code == 405
    for answer in (get("/metrics"), get("/live"), get("/status"), get("/nowhere"), refused):
        assert {name: answer.headers[name] for name, _ in SECURITY_HEADERS} == dict(SECURITY_HEADERS)
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_taken_port_is_named_with_its_flag(server: Server) -> None:
    """The error says the port and the flag that moves it, before any thread is started."""
    second = Server("127.0.0.1", server.port, CollectorRegistry(), str, str, dict, flag="--exporter-port")
    with pytest.raises(ListenError, match=rf"127\.0\.0\.1 port {server.port}: .*in use.*--exporter-port") as error:
        second.start()
    assert (error.value.port, error.value.flag) == (server.port, "--exporter-port")
    second.stop()


def test_an_address_that_is_not_ours_is_told() -> None:
    """A host that this machine does not have is the same typed error."""
    with pytest.raises(ListenError, match=r"192\.0\.2\.1 port 9: can not listen"):
        Server("192.0.2.1", 9, CollectorRegistry(), str, str, dict).start()


def test_after_stop_the_port_is_free() -> None:
    """Stopping closes the port; stopping twice, or what never started, is harmless."""
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict)
    server.stop()
    server.start()
    server.stop()
    server.stop()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_a_failing_collector_is_an_error_of_that_request_alone() -> None:
    """One scrape that fails answers 500; the server lives on."""

    def broken() -> str | None:
        raise RuntimeError("a mistake of ours")

    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, broken, dict)
    server.start()
    try:
        answers = [httpx.get(f"http://127.0.0.1:{server.port}{p}", trust_env=False) for p in ("/ready", "/live")]
        assert [answer.status_code for answer in answers] == [500, 200]
        assert "mistake" not in answers[0].text
    finally:
        server.stop()
