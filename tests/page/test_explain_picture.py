"""The page of one reading in a real browser: drawn, fitting a narrow screen, its form working under our own policy."""

import asyncio
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import aiohttp
import httpx
import pytest
from prometheus_client import CollectorRegistry

from paysignal.engine.money.rates import NO_RATES
from paysignal.exposition.server import Server
from paysignal.facts.claims import Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Tier
from paysignal.facts.periods import Period
from paysignal.history.answers import Answers
from paysignal.history.store import History
from paysignal.page.files import files
from tests.tools.examples import claim
from tests.tools.querying import api_routes

PROVIDER = "a" * 64
SERIES = f"{PROVIDER}|IN|transactions|{'b' * 64}|month||current"
KEY = f"{SERIES}|year_on_year_growth||year_ago"
HOSTILE = Source("c" * 64, "<script>document.title='owned'</script>\"'\u202e" + "x" * 120, Tier.PRESS,
                 "https://example.com/" + "x" * 1_000)  # fmt: skip
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """An exporter's pages over forty months of long names, with figures that were revised and contradicted."""
    history = History(1_000)
    for at in range(40):
        start, end = (f"{2020 + month // 12}-{month % 12 + 1:02}-01" for month in (at, at + 1))
        for source, value in ((HOSTILE, 1.0), (claim().source, 1.0), (Source("blog", "Blog", Tier.OTHER), 1.4)):
            fields = {"provider": PROVIDER, "segment": "b" * 64, "period": Period(start, end), "source": source}
            history.remember([identified(claim(**fields, value=value * (1e9 + at * 2.5e7), known_at=end))])
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict,
                    api_routes(Answers(history, NO_RATES)))  # fmt: skip
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture
def browse(require: Callable[[str], str], tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Chromium with a profile of its own, run to its end with these flags."""
    chromium = require("chromium")

    def run(*flags: str) -> "subprocess.CompletedProcess[str]":
        command = [chromium, *_FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *flags]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)

    return run


def explained(address: str, **asked: str) -> str:
    """The address of the page."""
    return f"{address}/explain?key={quote(KEY)}" + "".join(f"&{name}={value}" for name, value in asked.items())


@pytest.mark.parametrize(("width", "height"), [(1280, 1200), (500, 2400)])
def test_a_picture_is_drawn_without_a_complaint(
    browse: Callable[..., "subprocess.CompletedProcess[str]"], address: str, tmp_path: Path, width: int, height: int
) -> None:
    """Chromium draws the page, and its console has nothing to say."""
    picture = tmp_path / "page.png"
    flags = (f"--window-size={width},{height}", f"--screenshot={picture}", "--enable-logging=stderr")
    told = browse(*flags, explained(address)).stderr
    assert picture.stat().st_size > 40_000
    # Only a style that is not served, as here, may be missed.
    assert [line for line in told.splitlines() if "CONSOLE" in line and "page.css" not in line] == []


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("asked", [{}, {"as_of": "2019-01-01"}, {"as_of": "x" * 300}])
def test_nothing_runs_over_the_edge(
    browse: Callable[..., "subprocess.CompletedProcess[str]"],
    address: str,
    tmp_path: Path,
    width: int,
    asked: dict[str, str],
) -> None:
    """With the longest names there can be neither the page nor a refusal is wider than the window."""
    html = httpx.get(explained(address, **asked), trust_env=False, timeout=30).text
    style = files().bodies["page.css"].decode()
    html = re.sub(r"<link rel=.stylesheet[^>]*>", f"<style>{style}</style>", html)
    framed = json.dumps(html).replace("<", "\\u003c")
    script = (
        f"const frame = document.querySelector('iframe'); frame.srcdoc = {framed}; frame.onload = () => {{"
        "const root = frame.contentDocument.documentElement;"
        "document.title = root.scrollWidth + ' of ' + root.clientWidth}"
    )
    outer = tmp_path / "outer.html"
    frame = f"<iframe width={width} height=900></iframe>"
    outer.write_text(f"<!doctype html><meta charset=utf-8><title></title>{frame}<script>{script}</script>")
    drawn = browse("--dump-dom", "--virtual-time-budget=3000", "--window-size=1400,1000", outer.as_uri()).stdout
    found = re.search(r"<title>(\d+) of (\d+)</title>", drawn)
    assert found is not None
    assert int(found[1]) <= int(found[2]) <= width


async def _asked_for(port: int, day: str) -> dict[str, str]:
    """Writes a day into the form, presses its button, and tells what is shown then."""
    async with aiohttp.ClientSession() as session:
        targets = await (await session.get(f"http://127.0.0.1:{port}/json")).json()
        page = next(target for target in targets if target["type"] == "page")
        async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:

            async def run(script: str) -> str:
                await socket.send_json(
                    {"id": 1, "method": "Runtime.evaluate", "params": {"expression": script, "returnByValue": True}}
                )
                async for message in socket:
                    answer = json.loads(message.data)
                    if answer.get("id") == 1:
                        return str(answer["result"]["result"].get("value"))
                raise AssertionError("the browser went away")

            await run(
                f"document.querySelector('[name=as_of]').value = '{day}'; document.querySelector('button').click()"
            )
            for _ in range(100):
                if "as_of" in await run("document.readyState === 'complete' ? location.search : ''"):
                    break
                await asyncio.sleep(0.1)
            return {
                "search": await run("location.search"),
                "title": await run("document.title"),
                "text": await run("document.body.innerText"),
            }


def test_the_form_shows_another_day(require: Callable[[str], str], address: str, tmp_path: Path) -> None:
    """Whoever writes a day into the field and presses the button sees what was known then; the policy lets it."""
    profile = tmp_path / "profile"
    command = [require("chromium"), *_FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    process = subprocess.Popen([*command, explained(address)], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        port = ""
        while not port and time.monotonic() < deadline:
            with suppress(OSError):
                port = (profile / "DevToolsActivePort").read_text().partition("\n")[0]
            time.sleep(0.1)
        time.sleep(1)
        shown = asyncio.run(_asked_for(int(port), "2022-03-15"))
    finally:
        process.kill()
        process.wait()
    assert "as_of=2022-03-15" in shown["search"]
    assert "as known on 2022-03-15" in shown["text"]
    assert "Feb 2022; the latest of its facts known 2022-03-01" in shown["text"]
    assert shown["title"] != "owned"
