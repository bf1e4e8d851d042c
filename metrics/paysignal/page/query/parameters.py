"""What a request may ask: parameters with their rules, and the checked values. Pure."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from paysignal.facts.errors import quoted
from paysignal.history.questions import LONGEST_KEY, LONGEST_MOMENT, BadQuestion

#: More alternatives than that are no filter; and each is looked for in every reading.
MOST_VALUES: Final = 100

_LONGEST_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query: `about` tells people what it is.

    `many` may be given several times, or several with commas between. `choices` are all values there are; without them
    any text of at most `longest` characters is taken, or, where `most` is given, a whole number from 1 to that.
    """

    name: str
    about: str
    many: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    longest: int = LONGEST_KEY
    most: int = 0
    example: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The checked values of one request, by parameter; what was not given is not there."""

    values: Mapping[str, tuple[str, ...]]
    defaults: Mapping[str, str]

    def one(self, name: str) -> str:
        """The value, or the default."""
        given = self.values.get(name)
        return given[0] if given else self.defaults[name]

    def several(self, name: str) -> frozenset[str] | None:
        """The alternatives; None where nothing was asked."""
        given = self.values.get(name)
        return None if given is None else frozenset(given)

    def number(self, name: str) -> int:
        """The whole number, or the default."""
        return int(self.one(name))


def asked_of(query: Iterable[tuple[str, str]], parameters: Sequence[Parameter]) -> Asked:
    """The values of a query; raises `BadQuestion` for what no parameter takes."""
    known = {each.name: each for each in parameters}
    given: dict[str, list[str]] = {}
    for name, value in query:
        if name not in known:
            close = difflib.get_close_matches(name[:LONGEST_KEY], known, n=1)
            raise BadQuestion(
                f"{quoted(name)}: is no parameter; "
                + (f"did you mean {close[0]}?" if close else f"it takes {', '.join(known)}")
            )
        given.setdefault(name, []).append(value)
    missing = [each.name for each in parameters if each.required and each.name not in given]
    if missing:
        raise BadQuestion(f"{missing[0]}: is missing; {known[missing[0]].about}")
    values = {name: _checked(known[name], texts) for name, texts in given.items()}
    return Asked(values, {each.name: each.default for each in parameters})


def _checked(parameter: Parameter, texts: list[str]) -> tuple[str, ...]:
    name = parameter.name
    if not parameter.many and len(texts) > 1:
        raise BadQuestion(f"{name} {quoted(texts)}: is given {len(texts)} times; give it once")
    values = [part.strip() for text in texts for part in text.split(",")] if parameter.many else texts
    if len(values) > MOST_VALUES:
        raise BadQuestion(f"{name}: has {len(values)} values, at most {MOST_VALUES}; ask twice")
    for value in values:
        _check(parameter, value)
    return tuple(values)


def _check(parameter: Parameter, value: str) -> None:
    name = parameter.name
    if len(value) > parameter.longest:
        raise BadQuestion(
            f"{name} {quoted(value)}: has {len(value)} characters, at most {parameter.longest}; write less"
        )
    if parameter.choices and value not in parameter.choices:
        raise BadQuestion(f"{name} {quoted(value)}: is none of them; it takes {', '.join(parameter.choices)}")
    if parameter.most and not (
        value.isascii() and value.isdecimal() and len(value) <= len(str(parameter.most)) and
        1 <= int(value) <= parameter.most
    ):  # fmt: skip
        raise BadQuestion(f"{name} {quoted(value)}: is no number from 1 to {parameter.most}; write one such as 100")


WORDS: Final = Parameter(
    "q",
    "Words that are all to be found in provider, market, measure, segment or indicator, in names and codes alike.",
    longest=_LONGEST_WORDS,
    example="upi india",
)
AS_OF: Final = Parameter(
    "as_of", "As it was known then: a date (the end of that day) or an instant in UTC; now without it.",
    longest=LONGEST_MOMENT, example="2023-04-01",
)  # fmt: skip
FORMAT: Final = Parameter("format", "Goes before the Accept header.", choices=("json", "csv"))
