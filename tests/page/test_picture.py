"""The page in a real browser: drawn, themed, fitting a narrow screen, and asking nobody but us."""

import datetime as dt
import itertools
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.board.board import Counts, Snapshot
from paysignal.exposition.server import Server
from paysignal.facts.kinds import Bound
from paysignal.history.store import History
from paysignal.page.routes import routes
from paysignal.page.view import Views
from tests.tools.figures import RUSSIA, SPEND, claim, reading

NOW = dt.datetime(2018, 10, 21, tzinfo=dt.UTC)
PROVIDERS = ("paypal", "upi", "pix", "m-pesa", "a-provider-with-a-long-name-that-nobody-has-given-words-for")
HOSTILE = "<script>document.title='owned'</script>\"'\n\u202e" + "x" * 5_000

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    # Whatever the page asked from elsewhere could not be resolved, and would show in the log.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a page with both tables filled, one source hostile, one synthetic, findings at the figures."""
    history = History(10)
    claims = [claim(), claim(market="CN", value=0.43, bound=Bound.EXACT, step=0.01)]
    history.remember(claims)
    notes = {str(each.id): (f"growth 50 is stated, 0.05272 follows from {'3' * 90} ({HOSTILE})",) for each in claims}
    readings = [reading(sources=(HOSTILE,)), reading(SPEND, low=0.1, value=0.2, sources=("paysignal-synthetic",))]
    readings += [
        reading(msgspec.structs.replace(RUSSIA, provider=name), value=0.43 + n, low=0.425 + n, high=0.435 + n)
        for n, name in enumerate(PROVIDERS)
    ]
    # Each look is ten seconds after the last, so that a page that was fetched anew shows by its time.
    looks = itertools.count()
    views = Views(
        lambda: Snapshot(tuple(readings), Counts(), 100),
        history.recollect,
        lambda: NOW + dt.timedelta(seconds=10 * next(looks)),
        lambda: notes,
    )
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict, routes(views))
    server.start()
    yield f"http://127.0.0.1:{server.port}/"
    server.stop()


@pytest.fixture
def browse(require: Callable[[str], str], tmp_path: Path) -> Callable[..., str]:
    """Chromium with a profile of its own: what it prints when it is called with these flags."""
    chromium = require("chromium")

    def run(*flags: str) -> str:
        command = [chromium, *_FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *flags]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    return run


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG."""
    head = picture.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 1400)])
def test_a_picture_is_drawn(browse: Callable[..., str], address: str, tmp_path: Path, width: int, height: int) -> None:
    """Chromium draws the page at desk and telephone width, and the picture is no empty sheet."""
    picture = tmp_path / "page.png"
    browse(f"--window-size={width},{height}", f"--screenshot={picture}", address)
    assert size_of(picture) == (width, height)
    assert picture.stat().st_size > 20_000


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_runs_over_the_edge(browse: Callable[..., str], address: str, tmp_path: Path, width: int) -> None:
    """At both widths the page is no wider than the window: nobody has to scroll sideways."""
    # The page's policy forbids our measuring it, so its HTML and style are measured from a file, without policy.
    html = httpx.get(address, trust_env=False).text
    style = httpx.get(address + "static/page.css", trust_env=False).text
    html = re.sub(r"<link rel=.stylesheet[^>]*>", f"<style>{style}</style>", html)
    html = re.sub(r"<script src[^>]*></script>", "", html)
    quoted = msgspec.json.encode(html).decode().replace("<", "\\u003c")
    script = (
        f"const frame = document.querySelector('iframe'); frame.srcdoc = {quoted}; frame.onload = () => {{"
        "const root = frame.contentDocument.documentElement;"
        "document.title = root.scrollWidth + ' of ' + root.clientWidth}"
    )
    outer = tmp_path / "outer.html"
    frame = f"<iframe width={width} height=900></iframe>"
    outer.write_text(f"<!doctype html><meta charset=utf-8><title></title>{frame}<script>{script}</script>")
    drawn = browse("--dump-dom", "--virtual-time-budget=3000", "--window-size=1400,1000", outer.as_uri())
    found = re.search(r"<title>(\d+) of (\d+)</title>", drawn)
    assert found is not None
    assert int(found[1]) <= int(found[2]) <= width


def test_the_page_keeps_itself_current_and_hostile_names_stay_text(browse: Callable[..., str], address: str) -> None:
    """After some seconds the tables were fetched anew and put in place; the hostile name was never run."""
    drawn = browse("--dump-dom", "--virtual-time-budget=12000", address)
    assert "<title>paysignal: payment growth</title>" in drawn
    assert f'<time datetime="{NOW.isoformat()}"' not in drawn
    assert "&lt;script&gt;document.title" in drawn
    assert drawn.count('id="just-read"') == drawn.count('id="strongest"') == 1
    assert 'class="state late"' not in drawn


def test_nothing_is_refused_by_our_own_policy(require: Callable[[str], str], address: str, tmp_path: Path) -> None:
    """The console has no complaint: no blocked style, script or address."""
    told = subprocess.run(
        [require("chromium"), *_FLAGS, f"--user-data-dir={tmp_path}", "--enable-logging=stderr", "--dump-dom", address],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stderr
    assert [line for line in told.splitlines() if "CONSOLE" in line or "ERR_NAME" in line] == []
