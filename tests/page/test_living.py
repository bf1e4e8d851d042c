"""What a view does while somebody looks at it: live, in the past, by keyboard."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.periods import Period
from tests.tools.browsing import opened
from tests.tools.examples import claim
from tests.tools.seeing import Seen

SERIES = "upi|IN|transactions||month||current"
ADDRESS = f"/series?series={quote(SERIES)}"


@pytest.fixture
def seen() -> Iterator[Seen]:
    """UPI in three months, the last of them revised a month after it was told."""
    told = [(month, 8e9 + month * 1e8, f"2023-{month + 1:02}-05") for month in (1, 2, 3)] + [(3, 9e9, "2023-05-05")]
    with Seen(
        [identified(claim(period=month_of(at), value=value, known_at=known)) for at, value, known in told]
    ) as one:
        yield one


def month_of(month: int) -> Period:
    """A month of 2023."""
    first, last = (dt.date(2023, at, 1).isoformat() for at in (month, month + 1))
    return Period(first, last)


def news(value: float) -> list[Claim | Retraction]:
    """The figure of April."""
    return [identified(claim(period=month_of(4), value=value, known_at="2023-05-06"))]


def test_a_new_figure_shows_without_a_reload(browser: Browser, seen: Seen) -> None:
    """The page hears of it, fetches it and puts it in place; the document stays the one that was opened."""
    with opened(browser, seen.address + ADDRESS) as shown:
        expect(shown.page.locator(".live.on")).to_be_visible()
        shown.page.evaluate("window.opened = true")
        expect(shown.page.get_by_text("9.9 billion")).to_have_count(0)
        seen.tell(news(9.9e9))
        expect(shown.page.locator("#readings").get_by_text("9.9 billion")).to_be_visible()
        expect(shown.page.locator("#charts[data-drawn='4']")).to_be_visible()

        assert shown.page.evaluate("window.opened") is True
        assert [] == shown.complaints


def test_who_stands_in_the_figures_is_asked_before_they_change(browser: Browser, seen: Seen) -> None:
    """With the focus on a figure nothing is replaced; the button shows the news, and the focus stays where it was."""
    with opened(browser, seen.address + ADDRESS) as shown:
        expect(shown.page.locator(".live.on")).to_be_visible()
        figure = shown.page.locator("#readings td.value a").first
        figure.focus()
        seen.tell(news(9.9e9))
        button = shown.page.get_by_role("button", name="Show new figures")
        expect(button).to_be_visible()
        expect(shown.page.get_by_text("9.9 billion")).to_have_count(0)
        expect(shown.page.locator("#told")).to_have_text("There are new figures.")
        button.click()
        expect(shown.page.locator("#readings").get_by_text("9.9 billion")).to_be_visible()


def test_the_slider_shows_what_was_known_then(browser: Browser, seen: Seen) -> None:
    """Step by step back: the revision is gone, then March itself, then February; forward again it is as now."""
    with opened(browser, seen.address + ADDRESS) as shown:
        page = shown.page
        slider = page.get_by_role("slider", name="As of")
        expect(slider).to_have_attribute("aria-valuetext", "As known now")
        expect(page.locator("#shown")).to_contain_text("9 billion")
        slider.focus()
        for moment, latest in (
            ("2023-05-05", "9 billion"),
            ("2023-04-05", "8.3 billion"),
            ("2023-03-05", "8.2 billion"),
        ):
            page.keyboard.press("ArrowLeft")
            expect(slider).to_have_attribute("aria-valuetext", f"As known on {moment}")
            expect(page.locator("#readings td.value").first).to_contain_text(latest)
            expect(page.locator("#shown > .about")).to_have_text(f"As known on {moment}.")

            assert f"as_of={moment}" in page.url
        assert "8.3 billion" not in page.locator("#shown").inner_text()
        page.keyboard.press("End")
        expect(page.locator("#readings td.value").first).to_contain_text("9 billion")
        assert "as_of" not in page.url
        page.goto(f"{seen.address}{ADDRESS}&as_of=2023-04-05")
        expect(page.get_by_role("slider", name="As of")).to_have_attribute("aria-valuetext", "As known on 2023-04-05")
        assert [] == shown.complaints


def test_before_anything_was_known_the_slider_leads_back(browser: Browser, seen: Seen) -> None:
    """A day before the first fact there is a sentence, and the series is one step away."""
    with opened(browser, f"{seen.address}{ADDRESS}&as_of=2020-01-01") as shown:
        expect(shown.page.locator("#shown .empty")).to_contain_text("nothing was known of it then")
        shown.page.get_by_role("slider", name="As of").press("End")
        expect(shown.page.locator("#readings td.value").first).to_contain_text("9 billion")


def focused(page: Page) -> str:
    """What has the focus, by its text or label."""
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText"))


def test_a_walk_by_keyboard(browser: Browser) -> None:
    """Past the header to the figures, over the tiles, into a market, to a series, along its chart, to the theme."""
    with Seen() as seen, opened(browser, seen.address) as shown:
        page = shown.page
        expect(page.locator(".live.on")).to_be_visible()
        page.keyboard.press("Tab")
        assert focused(page) == "To the figures"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "live"
        page.locator(".tiles a").first.focus()
        assert focused(page).startswith("CA")
        page.keyboard.press("ArrowDown")
        assert focused(page).startswith("US")
        page.keyboard.press("ArrowUp")
        assert focused(page).startswith("CA")
        page.keyboard.press("ArrowDown")
        # Of all tiles one is a stop of the tab key.
        assert page.locator(".tiles a[tabindex='0']").count() == 1
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?market=*")
        page.keyboard.press("/")
        page.keyboard.press("Control+a")
        page.keyboard.type("phonepe month")
        expect(page.locator("#found td.provider a").first).to_have_text("PhonePe")
        page.locator("#found td.provider a").first.press("Enter")
        page.wait_for_url("**/series?*")
        chart = page.locator(".chart").first
        chart.focus()
        page.keyboard.press("Home")
        readout = page.locator("output.readout").first
        earliest = readout.inner_text()
        page.keyboard.press("ArrowRight")
        expect(readout).not_to_have_text(earliest)
        page.keyboard.press("t")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.keyboard.press("g")
        page.wait_for_url(f"{seen.address}/")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert [] == shown.complaints
