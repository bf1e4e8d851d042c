"""Summaries: a fixed set of fields, and nothing that is evaluated."""

import pytest

from paysignal.engine.alerting.summaries import FIELDS, figure, template_of
from paysignal.facts.errors import Refused
from paysignal.facts.measures import Unit

VALUES = {name: name.upper() for name in FIELDS}


def test_fields_are_filled_in() -> None:
    """Each by its value, also twice, also side by side."""
    assert template_of("{rule}{value}: {value}!").filled(VALUES) == "RULEVALUE: VALUE!"
    assert template_of("plain").filled(VALUES) == "plain"


def test_a_value_is_never_a_template() -> None:
    """Braces of a value stay as they are."""
    assert template_of("{provider}").filled({**VALUES, "provider": "{value.__class__}"}) == "{value.__class__}"


@pytest.mark.parametrize(
    "text",
    ["{}", "{0}", "{value.__class__}", "{value!r}", "{value:>9999999}", "{x[0]}", "{", "}", "{{value}}", "a\nb", "",
     "x" * 301, "{unknown}"],
)  # fmt: skip
def test_anything_else_in_braces_is_refused(text: str) -> None:
    """Attributes, indices, conversions, widths: the ways in which a format string reaches further than it should."""
    with pytest.raises(Refused, match="summary"):
        template_of(text)


def test_a_long_line_is_cut() -> None:
    """To what an alert may carry."""
    line = template_of("{provider}" * 20).filled({**VALUES, "provider": "y" * 64})
    assert (500, "…") == (len(line), line[-1])


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        (50.0, Unit.RATIO, "5,000 %"),
        (0.425, Unit.RATIO, "42.5 %"),
        (-0.25, Unit.RATIO, "-25 %"),
        (1234567.0, Unit.USERS, "1,235,000"),
        (0.0001, Unit.USERS, "0.0001"),
        (1e300, Unit.USERS, "1e+300"),
        (None, Unit.RATIO, "open"),
    ],
)
def test_figures_have_four_digits_in_the_unit_of_the_reading(number: float | None, unit: Unit, expected: str) -> None:
    """A ratio in per cent; the open end of an interval in words."""
    assert figure(number, unit) == expected
