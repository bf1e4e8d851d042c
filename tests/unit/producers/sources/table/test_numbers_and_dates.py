"""What cells print: figures with their steps, dates with their forms."""

from decimal import Decimal

import pytest

from paysignal.facts.errors import Refused
from paysignal.sources.table.dates import day_after, end_of, moment_from
from paysignal.sources.table.numbers import Figure, figure_of


@pytest.mark.parametrize(
    ("printed", "scale", "figure"),
    [
        ("1800000000", "1", Figure(1.8e9, 1e8)),
        ("1.8", "1000000000", Figure(1.8e9, 1e8)),
        ("43", "0.01", Figure(0.43, 0.01)),
        ("0.430", "1", Figure(0.43, 0.001)),
        ("-12.5", "0.01", Figure(-0.125, 0.001)),
        ("\N{MINUS SIGN}3", "1", Figure(-3.0, 1.0)),
        (" 7 ", "1", Figure(7.0, 1.0)),
    ],
)
def test_value_and_step_are_in_base_units(printed: str, scale: str, figure: Figure) -> None:
    """The scale holds for the value and for the unit of the last digit, exactly."""
    assert figure_of(printed, scale=Decimal(scale)) == figure


def test_other_scripts_of_numbers() -> None:
    """Grouped by comma, or the German way round."""
    assert figure_of("1,800.5", grouping=",") == Figure(1800.5, 0.1)
    assert figure_of("1.800,5", grouping=".", decimal=",") == Figure(1800.5, 0.1)


@pytest.mark.parametrize("printed", ["", "n/a", "1e9", "nan", "inf", "1.2.3", "1,5", "--1", "٣", "9" * 41])
def test_what_is_no_plain_number_is_refused(printed: str) -> None:
    """No exponent, no infinity, no other script's digits, nothing longer than a figure is."""
    with pytest.raises(Refused, match="plain decimal number"):
        figure_of(printed)


@pytest.mark.parametrize(
    ("printed", "form", "moment"),
    [
        ("2018-09-18", "iso", "2018-09-18"),
        ("2018-09-18T07:30:00Z", "iso", "2018-09-18T07:30:00Z"),
        ("2018-09-18T09:30:00+02:00", "iso", "2018-09-18T07:30:00Z"),
        ("18/09/2018", "%d/%m/%Y", "2018-09-18"),
        ("Sep-18", "%b-%y", "2018-09-01"),
        ("18.09.2018 07:30", "%d.%m.%Y %H:%M", "2018-09-18T07:30:00Z"),
    ],
)
def test_dates_become_canonical_moments(printed: str, form: str, moment: str) -> None:
    """A form without hours gives a date, any other an instant in UTC."""
    assert moment_from("known_at", printed, form) == moment


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        ("18/09/2018", "iso"),
        ("2018-02-30", "iso"),
        ("2018-09-18T07:30", "iso"),
        ("x" * 99, "iso"),
        ("31/02/2018", "%d/%m/%Y"),
    ],
)
def test_what_is_no_date_is_refused_by_field(printed: str, form: str) -> None:
    """The refusal names the field; a time without a zone is no instant."""
    with pytest.raises(Refused, match="known_at"):
        moment_from("known_at", printed, form)


def test_periods_that_follow_from_one_date() -> None:
    """A stock ends the day after its as-of day; a span is counted in calendar months."""
    assert day_after("2018-12-31") == "2019-01-01"
    assert end_of("2018-01-31", "month") == "2018-02-28"
    assert end_of("2018-07-01", "quarter") == "2018-10-01"
    assert end_of("2018-07-01", "week") == "2018-07-08"
