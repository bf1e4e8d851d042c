"""The page of licences is that of the lock."""

from tests.tools.licences import PAGE, page, pinned


def test_the_page_is_up_to_date() -> None:
    """`make licences` was run after the last change of the lock."""
    assert page() == PAGE.read_text()


def test_every_package_is_listed() -> None:
    """What is locked and not listed would be a package that this platform does not need: none, on the CI's."""
    listed = {line.split(" | ")[0].removeprefix("| ") for line in PAGE.read_text().splitlines()[8:]}

    assert set(pinned()) - listed <= {"colorama", "pywin32", "tzdata", "win32-setctime"}
