"""What a test lacks is told in a sentence, and in CI never passed over."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools import need
from tests.tools.waiting import eventually


@pytest.mark.parametrize("tool", ["amtool", "chromium", "java", "prometheus", "promtool"])
def test_a_tool_that_is_there_is_found(require: Callable[[str], str], tool: str) -> None:
    """A test gets the path of a program that exists."""
    assert Path(require(tool)).exists()


def test_a_missing_tool_skips_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lacks promtool reads which package brings it."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"promtool is not on the PATH; on Debian: .* prometheus$"):
        need.require("promtool")


def test_a_missing_tool_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """With CI=true a skip would hide that something was not tested."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="promtool is not on the PATH"):
        need.require("promtool")


def test_missing_data_fail_in_ci(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The data sets beside the checkout count as a tool does."""
    monkeypatch.setattr(need, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match=r"needs \.\./shared/data/pix"):
        need.shared("data", "pix")


def test_data_are_found_beside_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They are looked for in ../shared, wherever the checkout stands."""
    file = tmp_path / "shared" / "data" / "pix.csv"
    file.parent.mkdir(parents=True)
    file.touch()
    monkeypatch.setattr(need, "CHECKOUT", tmp_path / "checkout")

    assert file == need.shared("data", "pix.csv")


def test_waiting_ends_with_the_first_result() -> None:
    """Whatever is true first is what the caller gets."""
    results = iter([None, None, "third"])

    assert eventually(lambda: next(results), "the third", pause=0) == "third"


def test_waiting_in_vain_says_for_what() -> None:
    """The message names what did not come, and what came last."""
    with pytest.raises(AssertionError, match=r"waited 0 s for a reading, and the last result was None"):
        eventually(lambda: None, "a reading", seconds=0)
