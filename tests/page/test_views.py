"""Each view in a real browser, over the samples that ship: drawn, reachable, fitting, and asking nobody but us."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from paysignal.page.files import TYPES, files
from tests.tools.browsing import opened
from tests.tools.figures import alert
from tests.tools.pictures import LARGEST_BYTES, PICTURES, TAKEN
from tests.tools.seeing import HEALTH, Seen

PHONEPE = "phonepe|IN|transactions||month||current"
GROWTH = f"{PHONEPE}|previous_period_growth||previous"

#: Each view's address, and what must be visible on it.
VIEWS = {
    "growth": ("/", "#markets .tiles a"),
    "search": ("/search?q=phonepe", "#found td.provider a"),
    "series": (f"/series?series={quote(PHONEPE)}", "#charts[data-drawn] canvas"),
    "past": (f"/series?series={quote(PHONEPE)}&as_of=2021-04-30", "#charts[data-drawn] canvas"),
    "explain": (f"/explain?key={quote(GROWTH)}", "#formula code"),
    "alerts": ("/alerts", "#standing table"),
    "pipeline": ("/pipeline", "#counts table"),
    "nothing found": ("/search?q=nobody+has+such+a+name", "#found .empty"),
    "no series": ("/series?series=upi", "#shown .empty"),
    "no explanation": ("/explain?key=upi", "#reading .empty"),
}


@pytest.fixture(scope="module")
def seen() -> Iterator[Seen]:
    """The samples, with alerts of each state."""
    with Seen() as served:
        served.alerts = (alert(), alert(rule="other-rule", state="possible", reason="interval"))
        served.alerts += (alert(rule="third-rule", state="resolved", reason="cleared"),)
        served.health = HEALTH
        yield served


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_drawn_without_complaint_in_both_themes(browser: Browser, seen: Seen, view: str) -> None:
    """No error, no breach of the policy, no request to anyone else, nothing that axe calls serious, at desk width."""
    path, wanted = VIEWS[view]
    with opened(browser, seen.address + path) as shown:
        expect(shown.page.locator(wanted).first).to_be_visible()

        assert [] == shown.faults()
        shown.page.emulate_media(color_scheme="dark")
        expect(shown.page.locator(wanted).first).to_be_visible()
        # Of all that axe looks at a theme changes only this.
        assert [] == shown.faults("color-contrast")
        assert [] == shown.complaints
        assert [] == shown.elsewhere(seen.address)
        wide, window = shown.wide()
        assert wide <= window


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits_a_telephone(browser: Browser, seen: Seen, view: str) -> None:
    """At 360 pixels nobody scrolls sideways."""
    path, wanted = VIEWS[view]
    with opened(browser, seen.address + path, width=360, height=740) as shown:
        expect(shown.page.locator(wanted).first).to_be_visible()
        wide, window = shown.wide()

        assert wide <= window == 360


@pytest.mark.parametrize("view", ["growth", "search", "series", "explain", "alerts", "pipeline"])
def test_a_view_stands_without_scripts(browser: Browser, seen: Seen, view: str) -> None:
    """Tables, tiles and forms are there; only what a script draws is not."""
    with opened(browser, seen.address + VIEWS[view][0], scripts=False) as shown:
        expect(shown.page.locator("main section table, main form").first).to_be_visible()
        expect(shown.page.locator("#charts")).not_to_be_visible()
        expect(shown.page.get_by_role("navigation", name="Views")).to_be_visible()


def test_all_static_files_together_are_small() -> None:
    """Under 300 KB, as they are; what comes over the wire is less."""
    assert sum(map(len, files().bodies.values())) < 300_000
    assert {name.rsplit(".", 1)[-1] for name in TYPES} == {"css", "js", "svg", "LICENSE"}


def test_the_pictures_of_the_docs_are_there_and_small() -> None:
    """Each that `make pictures` takes, under 200 KB, and shown or linked by the page's own documentation."""
    told = (PICTURES.parent / "page.md").read_text()
    for one in TAKEN:
        assert (PICTURES / one.name).stat().st_size <= LARGEST_BYTES
        assert f"pictures/{one.name}" in told
