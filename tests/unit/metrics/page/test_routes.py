"""Page and JSON over HTTP."""

import datetime as dt
from collections.abc import Callable, Iterator

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.board.board import Counts, Snapshot
from paysignal.engine.money.rates import NO_RATES
from paysignal.exposition.server import Server
from paysignal.history.answers import Answers
from paysignal.history.store import History
from paysignal.page.files import TYPES, files
from paysignal.page.routes import routes
from paysignal.page.tables import JustRead, Strongest
from paysignal.page.view import Views
from tests.tools.figures import claim, reading
from tests.tools.querying import held_of


@pytest.fixture
def get() -> Iterator[Callable[[str], httpx.Response]]:
    """GET a path of a server that shows one claim, one growth and one growth in conflict."""
    history = History(10)
    history.remember([claim()])
    readings = (reading(), reading(indicator="year_on_year_growth", origin="derived", flags=("conflict",), low=60.0))
    views = Views(
        lambda: Snapshot(readings, Counts(), 10), history.recollect, lambda: dt.datetime(2018, 10, 16, tzinfo=dt.UTC)
    )
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict,
                    routes(views, held_of(Answers(history, NO_RATES), readings)))  # fmt: skip
    server.start()
    yield lambda path: httpx.get(f"http://127.0.0.1:{server.port}{path}", trust_env=False)
    server.stop()


def test_rows_come_as_json_arrays(get: Callable[[str], httpx.Response]) -> None:
    """Both tables are arrays of the rows that `up` decodes."""
    (stated,) = msgspec.json.decode(get("/v1/just-read").content, type=list[JustRead])
    (grown,) = msgspec.json.decode(get("/v1/strongest").content, type=list[Strongest])
    assert (stated.statement, grown.growth, grown.low) == ("> +5,000 %", "> +5,000 %", 50.0)


def test_show_takes_in_what_is_left_out(get: Callable[[str], httpx.Response]) -> None:
    """`show=` works on JSON and page alike; an unknown one is refused with what there is."""
    assert get("/v1/strongest?show=conflict,variant").json()[0]["low"] == 60.0
    assert "Taken in" in get("/?show=conflict").text
    for path in ("/?show=x<script>", "/v1/strongest?show=x"):
        refused = get(path)
        assert refused.status_code == 400
        assert "it takes conflict, contradicted, suspected_break, small_base, unstated, variant" in refused.text
        assert refused.headers["Content-Type"].startswith("text/plain")


def test_page_and_static_files(get: Callable[[str], httpx.Response]) -> None:
    """The page names its files by their content's hash, so these may be kept; nothing else is served from there."""
    page = get("/")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert f"/static/{files().version}/main.js" in page.text
    for name, kind in TYPES.items():
        file = get(f"/static/{files().version}/{name}")
        assert file.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert "immutable" in file.headers["Cache-Control"]
        assert get(f"/static/000000000000/{name}").headers["Cache-Control"] == "no-store"
    version = files().version
    for path in ("routes.py", "..%2froutes.py", "../routes.py", "vendor", "vendor/../page.css.bak"):
        assert get(f"/static/{version}/{path}").status_code == 404
