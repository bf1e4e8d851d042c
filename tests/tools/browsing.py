"""Chromium, driven: pages that take down what they complain of and whom they ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.tools.need import require

Theme = Literal["light", "dark"]

#: Two cores may be busy with other tests.
PATIENCE_MS = 30_000

_GRAVE = frozenset({"serious", "critical"})

_POLICY = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""


@dataclass(slots=True)
class Seen:
    """A page, what its console, its policy and its network complained of, and every address it asked."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Take everything down from now on."""
        self.page.add_init_script(_POLICY)
        self.page.on("console", lambda each: self._complain(each.type, each.text))
        self.page.on("pageerror", lambda each: self.complaints.append(str(each)))
        self.page.on("request", lambda each: self.asked.append(each.url))

    def _complain(self, kind: str, text: str) -> None:
        # That a page is refused by 404 or 400 is what some tests ask for, and no complaint of a script or policy.
        if kind in {"error", "warning"} and "status of 40" not in text:
            self.complaints.append(f"{kind}: {text}")

    def elsewhere(self, address: str) -> list[str]:
        """The addresses asked that are not this server's."""
        return [each for each in self.asked if urlsplit(each)[:2] != urlsplit(address)[:2]]

    def wide(self) -> tuple[int, int]:
        """How wide the content is, and the window."""
        root = "document.documentElement"
        return self.page.evaluate(f"{root}.scrollWidth"), self.page.evaluate(f"{root}.clientWidth")

    def faults(self, *rules: str) -> list[str]:
        """What axe finds, by all its rules or these, that keeps people out."""
        only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
        found = Axe().run(self.page, options={"resultTypes": ["violations"], **only}).response["violations"]
        return [
            f"{each['id']}: {node['target']} {node['failureSummary']}"
            for each in found
            if each["impact"] in _GRAVE
            for node in each["nodes"]
        ]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless; the test is skipped without it."""
    path = require("chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Browser,
    address: str,
    *,
    theme: Theme = "light",
    width: int = 1280,
    height: int = 900,
    scripts: bool = True,
) -> Iterator[Seen]:
    """A page in a profile of its own."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, java_script_enabled=scripts, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE_MS)
    seen = Seen(context.new_page())
    seen.watch()
    seen.page.goto(address)
    yield seen
    context.close()
