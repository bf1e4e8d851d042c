"""The thresholds in use: those that ship, those of a file, and what a changed file does."""

import os
from pathlib import Path

import pytest

from paysignal.command.thresholds import NoThresholdsError, Thresholds, thresholds_bytes
from paysignal.thresholds.errors import ThresholdsError

ONE = "rules:\n  - {rule: one, indicator: level, above: 1}\n"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def names(thresholds: Thresholds, clock: Clock) -> list[str]:
    """The rules in use after the next look at the file."""
    clock.now += 10
    return [rule.name for rule in thresholds().all]


def test_without_a_file_the_rules_that_ship_are_used() -> None:
    """They are in the wheel."""
    assert "growth-surge" in Thresholds(None, Clock())().named
    assert thresholds_bytes(None)[1] == "defaults.yaml"


def test_a_changed_file_is_taken_over_and_a_wrong_one_is_not(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The rules before a mistake stay, the mistake is told once with its line, and the next good file is used."""
    file, clock = tmp_path / "t.yaml", Clock()
    file.write_text(ONE)
    thresholds = Thresholds(file, clock)
    assert names(thresholds, clock) == ["one"]

    file.write_text(ONE.replace("one", "another"))
    assert names(thresholds, clock) == ["another"]

    file.write_text(ONE.replace("above: 1", "above: x"))
    assert [names(thresholds, clock), names(thresholds, clock)] == [["another"], ["another"]]
    assert thresholds.failed
    assert caplog.text.count(f"{file}:2:42: above 'x'") == 1

    file.unlink()
    assert names(thresholds, clock) == ["another"]
    assert "No such file" in caplog.text

    replacement = tmp_path / "new.yaml"
    replacement.write_text(ONE.replace("one", "third"))
    replacement.rename(file)
    assert names(thresholds, clock) == ["third"]
    assert not thresholds.failed


def test_a_file_is_looked_at_only_now_and_then(tmp_path: Path) -> None:
    """Each reading asks for the rules, so most asks cost nothing."""
    file, clock = tmp_path / "t.yaml", Clock()
    file.write_text(ONE)
    thresholds = Thresholds(file, clock)
    file.write_text(ONE.replace("one", "another"))
    assert [rule.name for rule in thresholds().all] == ["one"]
    assert names(thresholds, clock) == ["another"]


def test_a_process_does_not_start_with_a_wrong_file(tmp_path: Path) -> None:
    """There are no rules before it that could stay."""
    file = tmp_path / "t.yaml"
    with pytest.raises(NoThresholdsError, match="name a thresholds file with --thresholds"):
        Thresholds(file, Clock())
    file.write_text("rules: x")
    with pytest.raises(ThresholdsError, match="1:8: rules 'x'"):
        Thresholds(file, Clock())
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NoThresholdsError, match="no ordinary file"):
        Thresholds(tmp_path / "pipe", Clock())
