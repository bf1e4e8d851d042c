"""One browser for all tests of the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.tools.browsing import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A driven Chromium."""
    with chromium() as driven:
        yield driven
