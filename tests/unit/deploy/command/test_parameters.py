"""The engine's parameters from settings."""

from dataclasses import replace

import pytest

from paysignal.command.parameters import parameters_of
from paysignal.command.settings import SettingError, resolved
from paysignal.engine.parameters import DEFAULTS, Duplicates


def test_the_default_settings_are_the_engines_defaults() -> None:
    """But for the cross-sections, which bring series of all partitions together: an engine alone has one."""
    assert replace(DEFAULTS, sections=True) == parameters_of(resolved({}))


def test_each_setting_arrives() -> None:
    """Windows with their indicators, finals, lateness and the mode of one measure."""
    told = {"windows": "24h:count+max, 1h", "finals": False, "lateness_seconds": 90, "duplicates": "ids, app_opens=off",
            "figures": "level, year_on_year_growth", "trends": "robust_z"}  # fmt: skip

    parameters = parameters_of(resolved(told))

    assert ["24h", "1h"] == [window.name for window in parameters.windows]
    assert ("count", "max") == parameters.asked[0].indicators
    assert not parameters.asked[1].finals
    assert 90_000_000 == parameters.lateness_us
    assert {"level", "year_on_year_growth"} == parameters.figures
    assert {"robust_z"} == parameters.trends
    assert Duplicates.OFF is parameters.mode_of("app_opens")
    assert Duplicates.IDS is parameters.mode_of("transactions")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("windows", "24x"),
        ("windows", "24h:median"),
        ("duplicates", "sometimes"),
        ("figures", "growht"),
        ("trends", "robust"),
        ("lateness_seconds", 10**9),
    ],
)
def test_a_wrong_setting_is_told(setting: str, value: object) -> None:
    """The message names the value and what would do."""
    with pytest.raises(SettingError, match=str(value).partition(":")[0] if setting != "lateness_seconds" else "7 days"):
        parameters_of(resolved({setting: value}))


def test_no_window_can_be_asked_for() -> None:
    """By the word none: a variable of the environment that is empty would give the usual ones."""
    assert () == parameters_of(resolved({"windows": "none"})).asked
