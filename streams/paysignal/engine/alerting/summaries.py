"""Summaries: a line of text with a fixed set of {fields}, filled in for one alert. Nothing is evaluated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from paysignal.facts.alerts import SUMMARY_CHARACTERS
from paysignal.facts.errors import Refused
from paysignal.facts.measures import Unit
from paysignal.facts.series import Series
from paysignal.facts.texts import checked_text

TEMPLATE_CHARACTERS: Final = 300

#: What may stand in braces.
FIELDS: Final = (
    "provider", "market", "measure", "segment", "grain", "currency", "prices", "indicator", "window", "baseline",
    "unit", "value", "low", "high", "threshold", "event_time", "known_at", "rule", "severity",
)  # fmt: skip

_BRACE: Final = re.compile(r"\{([^{}]*)\}|[{}]")
_DIGITS: Final = 4

#: Larger numbers are written with an exponent.
_WRITTEN_OUT: Final = 1e15


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template: texts and fields by turns, a text first and last; made by `template_of`."""

    text: str
    parts: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """The line, cut to what an alert may carry."""
        line = "".join(values[part] if at % 2 else part for at, part in enumerate(self.parts))
        return line if len(line) <= SUMMARY_CHARACTERS else line[: SUMMARY_CHARACTERS - 1] + "…"


def template_of(text: str) -> Template:
    """The template of a text; raises `Refused` for a field that there is not, and for braces that do not match."""
    checked_text("summary", text, TEMPLATE_CHARACTERS)
    parts, end = list[str](), 0
    for brace in _BRACE.finditer(text):
        if brace[1] not in FIELDS:
            raise Refused("summary", brace[0], f"in braces stands one of {', '.join(FIELDS)}", "use one of these names")
        parts += [text[end : brace.start()], brace[1]]
        end = brace.end()
    return Template(text, (*parts, text[end:]))


def series_fields(series: Series) -> dict[str, str]:
    """What a template may say of the series."""
    return {
        "provider": series.provider,
        "market": series.market,
        "measure": series.measure,
        "segment": series.segment,
        "grain": series.grain,
        "currency": series.currency,
        "prices": series.prices,
    }


def figure(number: float | None, unit: Unit) -> str:
    """`0.425` of a ratio → "42.5 %", `1234567` → "1,235,000": four digits; an open end of an interval is "open"."""
    if number is None:
        return "open"
    shown = float(f"{number * 100 if unit is Unit.RATIO else number:.{_DIGITS}g}")
    whole = abs(shown) < _WRITTEN_OUT and shown == int(shown)
    text = f"{shown:,.0f}" if whole else f"{shown:,.{_DIGITS}g}"
    return f"{text} %" if unit is Unit.RATIO else text
