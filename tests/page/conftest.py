"""One browser for all tests of a module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.tools.browsing import chromium


# Not for the session: while it is open a loop runs in this thread, and no other test could run one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A driven Chromium."""
    with chromium() as driven:
        yield driven
