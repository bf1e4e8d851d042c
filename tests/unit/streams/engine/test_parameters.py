"""Parameters: settings in, one identity out."""

import pytest

from paysignal.engine.parameters import DEFAULTS, Duplicates, Parameters, asked_of, duplicates_of
from paysignal.facts.errors import Refused
from paysignal.windows.spans import WINDOWS


def test_the_defaults_are_the_windows_of_the_contract() -> None:
    """Count and sum of the four windows, finals of each."""
    assert WINDOWS == DEFAULTS.windows
    assert {(("count", "sum"), True)} == {(each.indicators, each.finals) for each in DEFAULTS.asked}


def test_a_setting_asks_for_windows_and_indicators() -> None:
    """Windows stand between commas, their indicators after a colon."""
    asked = asked_of("24h:count+sum+min+max+mean, month@Asia/Kolkata", finals=False)

    assert ["24h", "month@Asia/Kolkata"] == [each.window.name for each in asked]
    assert [("count", "sum", "min", "max", "mean"), ("count", "sum")] == [each.indicators for each in asked]
    assert [False, False] == [each.finals for each in asked]


@pytest.mark.parametrize("text", ["24h:median", "24h:", "24h:sum+sum", "7d:p50", "month:p95", "24:sum", "24h:sum:x"])
def test_a_wrong_setting_is_refused(text: str) -> None:
    """Unknown indicators and quantiles of long windows are named with the rule they break."""
    with pytest.raises(Refused):
        asked_of(text)


def test_a_window_is_asked_for_once() -> None:
    """The same window twice would give two readings one key."""
    with pytest.raises(Refused, match="once"):
        Parameters(asked_of("24h, 24h:sum"))


@pytest.mark.parametrize(
    "other",
    [
        Parameters(asked_of("24h, 7d, 30d")),
        Parameters(asked_of("24h:count, 7d, 30d, 90d")),
        Parameters(asked_of("24h, 7d, 30d, 90d", finals=False)),
        Parameters(lateness_us=0),
        Parameters(duplicates={"app_opens": Duplicates.OFF}),
        Parameters(otherwise=Duplicates.OFF),
        Parameters(otherwise=Duplicates.SEQUENCE),
        Parameters(rates_release="2"),
    ],
)
def test_whatever_differs_has_another_fingerprint(other: Parameters) -> None:
    """State of other parameters is never taken for one's own."""
    assert DEFAULTS.fingerprint == Parameters(asked_of("24h, 7d, 30d, 90d")).fingerprint
    assert DEFAULTS.fingerprint != other.fingerprint


def test_duplicates_are_set_by_measure() -> None:
    """One mode for all, and others for single measures."""
    assert (Duplicates.IDS, {"app_opens": Duplicates.OFF}) == duplicates_of("ids, app_opens=off")
    assert Duplicates.OFF is Parameters(duplicates={"app_opens": Duplicates.OFF}).mode_of("app_opens")
    assert (Duplicates.SEQUENCE, {"merchants": Duplicates.IDS}) == duplicates_of("sequence, merchants=ids")
    with pytest.raises(Refused):
        duplicates_of("perhaps")
    with pytest.raises(Refused):
        duplicates_of("opens=off")
