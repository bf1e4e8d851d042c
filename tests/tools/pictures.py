"""The pictures of the page in docs/pictures: `make pictures`, or `python -m tests.tools.pictures`.

Over the samples that ship and the alerts that the default thresholds make of them; drawn by Chromium.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, expect

from paysignal.engine.alerting.step import step
from paysignal.engine.alerting.watching import State
from paysignal.engine.records import Record
from paysignal.facts.alerts import Alert
from paysignal.facts.topics import READINGS
from paysignal.facts.wire import encode
from paysignal.thresholds.parse import DEFAULT_NAME, default_bytes, rules_of
from tests.tools.browsing import Theme, chromium, opened
from tests.tools.need import CHECKOUT
from tests.tools.seeing import HEALTH, Seen

PICTURES = CHECKOUT / "docs" / "pictures"

#: A page of documentation shows several.
LARGEST_BYTES = 200_000

_UPI = quote("upi|IN|transactions||month||current")
_ADYEN = quote("adyen|world|transaction_value||half|EUR|current")


@dataclass(frozen=True, slots=True)
class Picture:
    """A file, the address it shows, and what must be visible before it is taken; of all, or of one `part`."""

    name: str
    path: str
    wanted: str
    theme: Theme = "light"
    width: int = 1280
    height: int = 900
    part: str = ""


TAKEN = (
    Picture("page.png", "/", ".tiles a"),
    Picture("page-markets.png", "/", ".tiles a", part="#markets"),
    Picture("page-dark.png", "/", ".tiles a", "dark"),
    Picture("page-telephone.png", "/", ".tiles a", width=360, height=740),
    Picture("page-series.png", f"/series?series={_UPI}", "#charts[data-drawn] canvas", height=1_320),
    Picture(
        "page-as-of.png", f"/series?series={_UPI}&as_of=2023-03-31", "#charts[data-drawn] canvas", "dark", height=1_320
    ),
    Picture("page-search.png", "/search?q=india+transactions", "#found table", height=700),
    Picture("page-explain.png", f"/explain?key={_UPI}%7Cyear_on_year_growth%7C%7Cyear_ago", "#formula", height=1_000),
    Picture("page-alerts.png", "/alerts", "#standing table", height=700),
    Picture("page-pipeline.png", "/pipeline", "#counts table", "dark", height=760),
)


def sample_alerts(seen: Seen) -> tuple[Alert, ...]:
    """What the default thresholds say of the readings, those that stand first."""
    rules = rules_of(default_bytes(), DEFAULT_NAME)
    records = [
        Record(READINGS, 0, at, reading.key.encode(), encode(reading), None) for at, reading in enumerate(seen.readings)
    ]
    found = step(records, State(), rules).alerts
    return tuple(sorted(found, key=lambda alert: (not alert.stands, alert.state != "firing", alert.key)))


def take(browser: Browser, seen: Seen, one: Picture, folder: Path) -> Path:
    """Takes one picture; fails where the page complains."""
    file = folder / one.name
    with opened(browser, seen.address + one.path, theme=one.theme, width=one.width, height=one.height) as shown:
        expect(shown.page.locator(one.wanted).first).to_be_visible()
        expect(shown.page.locator(".live.on")).to_be_visible()
        (shown.page.locator(one.part) if one.part else shown.page).screenshot(path=file)
        assert not shown.complaints, shown.complaints
    return file


def main() -> int:
    """Takes all of them; 1 where one is too large."""
    with Seen() as seen, chromium() as browser:
        seen.alerts, seen.health = sample_alerts(seen), HEALTH
        files = [take(browser, seen, one, PICTURES) for one in TAKEN]
    for file in files:
        sys.stdout.write(f"{file.stat().st_size:>8,} {file.relative_to(CHECKOUT)}\n")
    return int(any(file.stat().st_size > LARGEST_BYTES for file in files))


if __name__ == "__main__":
    sys.exit(main())
