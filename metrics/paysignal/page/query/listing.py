"""Lists of readings and series: filtered, ordered, cut into pages. Pure over what is held at one moment."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from paysignal.facts.readings import Reading
from paysignal.facts.series import SEPARATOR
from paysignal.history.answers import Answers
from paysignal.history.lines import provider_in
from paysignal.history.questions import BadQuestion, as_of_us, bounded
from paysignal.history.telling import missing_until
from paysignal.page.query.filters import KEY, SERIES, tests_of
from paysignal.page.query.index import Entry, Index, index_of
from paysignal.page.query.paging import Page, Place, page_of, placed
from paysignal.page.query.parameters import AS_OF, Asked, Parameter
from paysignal.page.query.rows import (
    ReadingsRow,
    SeriesListRow,
)
from paysignal.page.query.showing import event_us_of, reading_row, series_row, year_ago_of

ORDER: Final = Parameter(
    "order",
    "By key; the newest event time first; the strongest first by what it is at least; the weakest first by what it is "
    "at most. What is open on that side comes last.",
    choices=("key", "newest", "strongest", "weakest"),
    default="key",
)

#: As of another time the readings of a provider are computed from all of its facts.
MOST_PROVIDERS_THEN: Final = 20


def readings_row(index: Index, answers: Answers, asked: Asked, share: str | None = None) -> ReadingsRow:
    """The readings that are asked for, now or as of then; raises `BadQuestion`."""
    entries = _asked_entries(_index_asked(index, answers, asked), asked)
    order = asked.one(ORDER.name)
    place = _PLACES[order]
    page = page_of(placed(entries, lambda each: place(each.key, each.reading)), asked, order)
    return ReadingsRow(
        as_of=asked.one(AS_OF.name) or None,
        total=page.total,
        next=page.next,
        missing_until=_missing_until(answers, asked),
        # As of another time they are computed from the facts, which every exporter holds.
        share=share if not asked.one(AS_OF.name) else None,
        readings=tuple(map(reading_row, page.items)),
    )


def series_list_row(index: Index, answers: Answers, asked: Asked, share: str | None = None) -> SeriesListRow:
    """The series that have a reading like that, now or as of then; raises `BadQuestion`."""
    order = asked.one(ORDER.name)
    place = _PLACES[order]
    page = _page_of_groups(_groups(_index_asked(index, answers, asked), asked), asked, order, place)
    return SeriesListRow(
        as_of=asked.one(AS_OF.name) or None,
        total=page.total,
        next=page.next,
        missing_until=_missing_until(answers, asked),
        # As of another time they are computed from the facts, which every exporter holds.
        share=share if not asked.one(AS_OF.name) else None,
        series=tuple(map(series_row, page.items)),
    )


def _index_asked(index: Index, answers: Answers, asked: Asked) -> Index:
    """What is held now, or what was known then."""
    return index if not asked.one(AS_OF.name) else _index_then(answers, asked)


def _asked_entries(held: Index, asked: Asked) -> Iterator[Entry]:
    """The entries that pass; where provider, series or key are named only their stretches of the index are tested."""
    keys, series = asked.several(KEY.name), asked.several(SERIES.name)
    entries: Iterable[Entry] = held.entries
    if keys is not None:
        entries = (each for each in held.within(keys) if each.key in keys)
    elif series is not None:
        entries = held.within(key + SEPARATOR for key in series)
    elif (named := asked.several("provider")) is not None:
        entries = held.within(provider + SEPARATOR for provider in named)
    if keys is not None and series is not None:
        entries = (each for each in entries if each.series_key in series)
    tests = tests_of(asked)
    return (each for each in entries if all(test(each) for test in tests))


def _index_then(answers: Answers, asked: Asked) -> Index:
    us = as_of_us(asked.one(AS_OF.name))
    assert us is not None  # noqa: S101 - called where a time is asked for
    named = asked.several(KEY.name) or asked.several(SERIES.name) or asked.several("provider")
    if not named:
        raise BadQuestion("as_of: takes a provider, series or key, whose readings are then computed; name one")
    providers = {provider_in(bounded("provider", each)) for each in named}
    if len(providers) > MOST_PROVIDERS_THEN:
        raise BadQuestion(f"as_of: takes at most {MOST_PROVIDERS_THEN} providers, not {len(providers)}; ask twice")
    then = [answers.readings_then(provider, us) for provider in sorted(providers)]
    marks = {key: mark for each in then for key, mark in each.marks.items()}
    return index_of(0, (reading for each in then for reading in each.readings), marks)


def _groups(held: Index, asked: Asked) -> list[list[Entry]]:
    """Whole series, of which one entry at least passes."""
    passing = {entry.series_key for entry in _asked_entries(held, asked)}
    return [group for key, group in held.groups().items() if key in passing]


def _page_of_groups(
    groups: Iterable[list[Entry]], asked: Asked, order: str, place: Callable[[str, Reading | None], Place]
) -> Page[list[Entry]]:
    def place_of(group: list[Entry]) -> Place:
        if order == "newest":
            return place(group[0].series_key, max((each.reading for each in group), key=event_us_of))
        return place(group[0].series_key, year_ago_of(group))

    return page_of(placed(groups, place_of), asked, order)


def _by_key(key: str, _: Reading | None) -> Place:
    return 0.0, key


def _newest(key: str, reading: Reading | None) -> Place:
    return (math.inf if reading is None else float(-event_us_of(reading))), key


def _strongest(key: str, reading: Reading | None) -> Place:
    return (math.inf if reading is None or reading.low is None else -reading.low), key


def _weakest(key: str, reading: Reading | None) -> Place:
    return (math.inf if reading is None or reading.high is None else reading.high), key


_PLACES: Final[Mapping[str, Callable[[str, Reading | None], Place]]] = {
    "key": _by_key, "newest": _newest, "strongest": _strongest, "weakest": _weakest
}  # fmt: skip


def _missing_until(answers: Answers, asked: Asked) -> str | None:
    return missing_until(answers) if asked.one(AS_OF.name) else None
