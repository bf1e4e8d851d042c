"""Readings of sections: what every cross-section indicator says of each, and of each of its members."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from paysignal.engine.cross.places import Place
from paysignal.engine.cross.sections import Placed, Section
from paysignal.engine.emission.figures import Figure, bound_of, figures_of
from paysignal.facts.measures import MEASURES, Nature
from paysignal.facts.members import Compared
from paysignal.facts.moments import known_us
from paysignal.facts.readings import NAMED_INPUTS, Reading, reading_key
from paysignal.facts.series import Series, series_of_key
from paysignal.indicators.estimates import Estimate, Floats
from paysignal.indicators.sections import SECTIONS, CrossIndicator, columns_of

#: Members and sections computed at once: arrays of 512 KiB, so that one hostile section makes no batch of many large.
_CELLS: Final = 65_536

_Told = list[Reading]


def readings_of(sections: Sequence[Section]) -> Iterator[tuple[Section, _Told]]:
    """Each section with its readings, in the order of the sections. Alone or among others, a section gives the same."""
    for together in _batches(sections):
        columns = columns_of(_column(together, "level"), _column(together, "base"))
        told: list[_Told] = [[] for _ in together]
        for indicator in SECTIONS:
            estimate = indicator.compute(columns)
            for at, section in enumerate(together):
                if indicator.additive and not _adds_up(section.place):
                    continue
                rows = (slice(len(section.members)), at) if indicator.each else slice(at, at + 1)
                figures = figures_of(Estimate(*(part[rows] for part in estimate)))
                told[at] += (_of_members if indicator.each else _of_all)(indicator, section, figures)
        yield from zip(together, told, strict=True)


def possible_keys(place: Place, members: Iterable[Series]) -> Iterator[str]:
    """Every key that a section of this place can have given a reading, of any of these series."""
    keys = [series.key for series in members]
    for indicator in SECTIONS:
        for series in keys if indicator.each else (place.subject,):
            yield reading_key(series, name_of(indicator, place), "", place.baseline)


def name_of(indicator: CrossIndicator, place: Place) -> str:
    """What a reading calls the indicator: `breadth_over_markets`, `rank_among_apps`."""
    return _name(indicator.name, "among" if indicator.each else "over", place.kind)


@lru_cache(maxsize=1_024)
def _name(name: str, word: str, kind: str) -> str:
    return f"{name}_{word}_{kind}"


def _batches(sections: Sequence[Section]) -> Iterator[Sequence[Section]]:
    at = 0
    while at < len(sections):
        rows, end = len(sections[at].members), at + 1
        while end < len(sections) and max(rows, len(sections[end].members)) * (end + 1 - at) <= _CELLS:
            rows, end = max(rows, len(sections[end].members)), end + 1
        yield sections[at:end]
        at = end


def _column(sections: Sequence[Section], name: str) -> Estimate:
    rows = max(len(section.members) for section in sections)
    parts = []
    for suffix, unbounded in (("", np.nan), ("_low", -np.inf), ("_high", np.inf)):
        array: Floats = np.full((rows, len(sections)), np.nan)
        for at, section in enumerate(sections):
            ends = [getattr(member.pair, name + suffix) for member in section.members]
            array[: len(ends), at] = [unbounded if end is None else end for end in ends]
        parts.append(array)
    value, low, high = parts
    return Estimate(value, np.minimum(low, value), np.maximum(high, value))


@lru_cache(maxsize=65_536)
def _subject(key: str) -> Series:
    return series_of_key(key)


def _adds_up(place: Place) -> bool:
    return MEASURES[_subject(place.subject).measure].nature in {Nature.STOCK, Nature.FLOW}


def _of_all(indicator: CrossIndicator, section: Section, figures: Sequence[Figure | None]) -> Iterator[Reading]:
    (figure,) = figures
    if figure is not None:
        yield _reading(indicator, section, _subject(section.place.subject), figure, section.members)


def _of_members(indicator: CrossIndicator, section: Section, figures: Sequence[Figure | None]) -> Iterator[Reading]:
    for member, figure in zip(section.members, figures, strict=True):
        if figure is not None:
            yield _reading(indicator, section, member.series, figure, (member,))


def _reading(
    indicator: CrossIndicator, section: Section, series: Series, figure: Figure, members: Sequence[Placed]
) -> Reading:
    """A reading of these members: all of the section, or one of them among the others."""
    name = name_of(indicator, section.place)
    pairs = [member.pair for member in members]
    only = pairs[0] if indicator.each else None
    return Reading(
        series=series,
        indicator=name,
        window="",
        baseline=str(section.place.baseline),
        origin=indicator.origin,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        bound=bound_of(figure),
        unit=indicator.unit,
        start=pairs[0].start,
        event_time=pairs[0].end,
        known_at=_latest_known(pairs),
        gap_days=None if only is None else only.gap_days,
        facts=sum(pair.facts for pair in pairs),
        sources=tuple(dict.fromkeys(name for pair in pairs for name in pair.sources))[:NAMED_INPUTS],
        inputs=_inputs(pairs),
        flags=tuple(sorted({flag for pair in pairs for flag in pair.flags})),
        final=False,
        version=section.version,
        definition=f"{name}/{indicator.revision}",
    )


def _latest_known(pairs: Iterable[Compared]) -> str:
    return max((pair.known_at for pair in pairs), key=lambda moment: (known_us(moment), moment))


def _inputs(pairs: Sequence[Compared]) -> tuple[str, ...]:
    """Of one member its inputs; of several the latest one of each, those known last first."""
    if len(pairs) == 1:
        return pairs[0].inputs
    ranked = sorted(((known_us(pair.known_at), pair.inputs[0]) for pair in pairs if pair.inputs), reverse=True)
    return tuple(identity for _, identity in ranked[:NAMED_INPUTS])
