"""Filters: which readings, series and alerts are asked for. Pure."""

from collections.abc import Callable, Sequence
from typing import Final

from paysignal.facts.errors import Refused, quoted
from paysignal.facts.kinds import Prices
from paysignal.facts.measures import MEASURES
from paysignal.facts.moments import event_us
from paysignal.facts.periods import Grain
from paysignal.facts.series import Series
from paysignal.history.questions import LONGEST_MOMENT, BadQuestion
from paysignal.page.query.index import Entry
from paysignal.page.query.parameters import WORDS, Asked, Parameter

#: More words say no more, and each is looked for in every reading.
_MOST_WORDS: Final = 8

OF_SERIES: Final = (
    Parameter("provider", "Slug of the provider; `all` is the total of a country.", many=True, example="upi"),
    Parameter("market", "ISO 3166 code, `world` or `region:…`.", many=True, example="IN"),
    Parameter("measure", "Measure of the catalogue.", many=True, choices=tuple(sorted(MEASURES)),
              example="transactions"),
    Parameter("segment", "Part or variant; empty for the whole.", many=True),
    Parameter("grain", "How long the periods are.", many=True, choices=tuple(Grain), example="month"),
    Parameter("currency", "ISO 4217 code; empty for what is no money.", many=True),
    Parameter("prices", "Prices of money.", many=True, choices=tuple(Prices)),
)  # fmt: skip
OF_READINGS: Final = (
    Parameter("indicator", "Name of the indicator.", many=True, example="year_on_year_growth"),
    Parameter("window", "Name of the window; empty for readings of claims.", many=True, example="24h"),
    Parameter("baseline", "What a growth is measured against; empty for levels.", many=True, example="year_ago"),
    Parameter("origin", "Whether a figure was stated or computed.", many=True, choices=("stated", "derived")),
    Parameter("flag", "A flag or mark that is to be there.", many=True, example="conflict"),
    Parameter("since", "Only what ended at this date or instant, or later.", longest=LONGEST_MOMENT),
    Parameter("until", "Only what ended before this date or instant.", longest=LONGEST_MOMENT),
)
SERIES: Final = Parameter("series", "Key of the series.", many=True, example="upi|IN|transactions||month||current")
KEY: Final = Parameter("key", "Key of the reading.", many=True)

Test = Callable[[Entry], bool]


def tests_of(asked: Asked) -> Sequence[Test]:
    """What a reading has to pass; the cheap ones first. Raises `BadQuestion` for a moment that is none."""
    tests: list[Test] = []
    for each in OF_SERIES:
        values = asked.several(each.name)
        if values is not None:
            tests.append(_of_series(each.name, values))
    for name in ("indicator", "window", "baseline", "origin"):
        values = asked.several(name)
        if values is not None:
            tests.append(_of_reading(name, values))
    flags = asked.several("flag")
    if flags is not None:
        tests.append(lambda entry: not flags.isdisjoint((*entry.reading.flags, *entry.marks)))
    sought = words_of(asked)
    if sought:
        tests.append(lambda entry: all(word in entry.text or word in entry.reading.indicator for word in sought))
    since, until = (_moment(name, asked.one(name)) for name in ("since", "until"))
    if since is not None:
        tests.append(lambda entry: event_us(entry.reading.event_time) >= since)
    if until is not None:
        tests.append(lambda entry: event_us(entry.reading.event_time) < until)
    return tests


def series_passes(series: Series, asked: Asked) -> bool:
    """Whether a series is among those asked for, apart from words."""
    wanted = ((each.name, asked.several(each.name)) for each in OF_SERIES if each.name in asked.defaults)
    return all(values is None or str(getattr(series, name)) in values for name, values in wanted)


def words_of(asked: Asked) -> tuple[str, ...]:
    """The words looked for; raises `BadQuestion` for more than are looked for at once."""
    sought = asked.one(WORDS.name).casefold().replace("_", " ").split()
    if len(sought) > _MOST_WORDS:
        raise BadQuestion(f"q: has {len(sought)} words, at most {_MOST_WORDS}; leave some out")
    return tuple(sought)


def _of_series(name: str, values: frozenset[str]) -> Test:
    return lambda entry: getattr(entry.reading.series, name) in values


def _of_reading(name: str, values: frozenset[str]) -> Test:
    return lambda entry: getattr(entry.reading, name) in values


def _moment(name: str, text: str) -> int | None:
    if not text:
        return None
    try:
        return event_us(text)
    except Refused as error:
        raise BadQuestion(f"{name} {quoted(text)}: {error.rule}; {error.fix}") from None
