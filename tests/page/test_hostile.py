"""Hostile values in every field of a fact that a sender may fill: the pages show them as text and stay whole."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from paysignal.facts.alerts import Alert
from paysignal.facts.claims import Break, Claim, Source
from paysignal.facts.errors import PaySignalError
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Tier
from paysignal.facts.periods import Period
from paysignal.facts.wire import encode
from tests.tools.browsing import opened
from tests.tools.examples import claim
from tests.tools.figures import alert
from tests.tools.seeing import Seen

MARKUP = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\"'&amp;"
HOSTILE = (
    MARKUP,
    "two\nlines\r\nand\u2028three",
    "x" * 100_000,
    "\x00\x01\x1b[31m\x7f\x85",
    "\u202eright to left\u2066\u200f",
    "javascript:document.title='owned'",
    "</main></body></html>",
    "{{7*7}} ${7*7} %s %n",
)
TEXTS = ("provider", "market", "measure", "segment", "currency", "known_at", "confidence")
SOURCE = ("publisher", "name", "tier", "url", "ref", "sha256")


def told() -> Iterator[Claim]:
    """What is taken of claims with a hostile value in each field in turn, and in all fields of free text at once."""
    plain = msgspec.json.decode(encode(identified(claim())))
    for value in HOSTILE:
        for field in TEXTS:
            yield from _taken({**plain, field: value})
        for field in SOURCE:
            yield from _taken({**plain, "source": {**plain["source"], field: value}})
        yield from _taken({**plain, "break": {"date": "2020-01-01", "note": value}})
    short = MARKUP[:200]
    for month, text in itertools.product(range(1, 5), (short, "\u2067" + short[:150], "w" * 200)):
        period = Period(f"2023-{month:02}-01", f"2023-{month + 1:02}-01")
        for figure, tier in ((8.7e9, Tier.PRESS), (9.9e9, Tier.OTHER)):
            with suppress(PaySignalError):  # such a text is refused where it comes in
                source = Source("s" * 64, text, tier, f"https://example.com/?{quote(text)[:1_500]}\"'><b>", text)
                yield identified(claim(period=period, value=figure, source=source, break_=Break("2020-01-01", text)))
    yield identified(claim(provider="p" * 64, segment="q" * 64, source=Source("r" * 64, short, Tier.PRESS)))


def _taken(raw: dict[str, object]) -> Iterator[Claim]:
    """The claim, with the id that its content has, unless it is refused."""
    with suppress(msgspec.ValidationError, PaySignalError):
        yield identified(msgspec.convert({**raw, "id": None}, Claim))


def alerts() -> tuple[Alert, ...]:
    """Alerts whose free text is hostile where that is taken."""
    found = []
    for text in HOSTILE:
        with suppress(PaySignalError):
            found.append(alert(rule="r" * 64, summary=text[:500]))
    return tuple(found)


@pytest.fixture(scope="module")
def seen() -> Iterator[Seen]:
    """All that a sender can get past the wire."""
    with Seen(list(told())) as served:
        served.alerts = alerts()
        yield served


SERIES = "upi|IN|transactions||month||current"
LONGEST = f"{'p' * 64}|IN|transactions|{'q' * 64}|month||current"
#: Values that come by the address are as hostile.
ASKED = quote(MARKUP + "\u202e" + "x" * 100)
PATHS = (
    "/",
    "/search?q=",
    f"/search?q={ASKED}",
    f"/search?market={ASKED}&measure=transactions",
    f"/series?series={quote(SERIES)}",
    f"/series?series={quote(LONGEST)}",
    f"/series?series={ASKED}",
    f"/series?series={quote(SERIES)}&as_of={ASKED}",
    f"/explain?key={quote(SERIES)}%7Clevel%7C%7C",
    f"/explain?key={ASKED}&as_of={ASKED}",
    "/alerts",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_stays_whole(browser: Browser, seen: Seen, path: str) -> None:
    """Nothing runs, nothing is asked elsewhere, header and footer are there, nothing runs over at either width."""
    with opened(browser, seen.address + path, width=360, height=740) as shown:
        page = shown.page
        expect(page.locator("footer a[href='/status']")).to_be_visible()
        expect(page.get_by_role("navigation", name="Views")).to_be_visible()
        text = page.locator("main").inner_text()

        assert "owned" not in page.title()
        assert [] == shown.elsewhere(seen.address)
        assert [] == shown.complaints
        assert not {"\u202e", "\u2066", "\u2067", "\u200f", "\x00", "\x1b", "\x85"} & set(text)
        assert page.locator("main script, main img, main style, main iframe").count() == 0
        assert page.locator("main a[href^='javascript']").count() == 0
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            wide, window = shown.wide()
            assert wide <= window


def test_the_hostile_facts_are_there(seen: Seen) -> None:
    """Most fields refuse such values; what takes them is told, so that the test above is about something."""
    names = {one.claim.source.name for one in seen.history.facts_of(SERIES)}

    assert any("<script>" in name for name in names)
    assert any("<script>" in one.summary for one in seen.alerts)
