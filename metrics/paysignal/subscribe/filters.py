"""Filters: which records are asked for, told by their key alone, so that the others are not decoded. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cached_property

from paysignal.facts.series import SEPARATOR

#: One value, or any of several.
Values = str | Collection[str]


@dataclass(frozen=True)
class Filter:
    """What passes: every part that is named must be that value, or one of those; a part that is None may be anything.

    The parts are those of the keys: of readings and finals series, indicator, window and baseline, of alerts rule and
    series. A part that a key has not is not looked at. An empty text is a value: `segment=""` is the whole.
    """

    provider: Values | None = None
    market: Values | None = None
    measure: Values | None = None
    segment: Values | None = None
    grain: Values | None = None
    currency: Values | None = None
    prices: Values | None = None
    indicator: Values | None = None
    window: Values | None = None
    baseline: Values | None = None
    rule: Values | None = None

    def passes(self, key: str, parts: tuple[str, ...]) -> bool:
        """Whether a key with parts of these names is asked for; one of another form never is."""
        values = key.split(SEPARATOR)
        return len(values) == len(parts) and all(
            value in self._asked[name] for name, value in zip(parts, values, strict=True) if name in self._asked
        )

    @cached_property
    def _asked(self) -> dict[str, frozenset[str]]:
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: frozenset((value,) if isinstance(value, str) else value)
            for name, value in given.items()
            if value is not None
        }
