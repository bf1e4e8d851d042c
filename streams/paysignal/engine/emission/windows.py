"""Readings of increments: the newest window of every row a batch touched, and the windows that closed.

All windows of one length are computed together, in arrays, and written straight to bytes: what a series, a window and
an indicator say of themselves is put together once and shared.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np

from paysignal.engine.emission.written import Written
from paysignal.engine.parameters import PREFIX, Asked
from paysignal.engine.tallies.closing import Announced
from paysignal.engine.tallies.holding import Contents
from paysignal.engine.tallies.tallies import Tallies
from paysignal.facts.measures import MEASURES
from paysignal.facts.moments import moment_at
from paysignal.facts.readings import NAMED_INPUTS
from paysignal.facts.series import SEPARATOR
from paysignal.indicators.catalogue import ROLLING, Measured, definition_of
from paysignal.indicators.rolling import Held
from paysignal.windows.columns import Floats, Ids, Ints

_INDICATORS: Final = {indicator.name.removeprefix(PREFIX): indicator for indicator in ROLLING}
_HEX: Final = 32

#: Row keys and moments come again with every flush; what is put together of them is kept for the latest of them.
_moment = lru_cache(maxsize=4_096)(moment_at)


def of_rows(tallies: Tallies, touched: Sequence[int]) -> Iterator[Written]:
    """Every reading that the touched rows' newest windows give now. Called by the step."""
    rows = np.array(touched, dtype=np.int64)
    if not len(rows):
        return
    keys = [tallies.rows.keys[row] for row in touched]
    newest_us = tallies.rows.newest_us[rows]
    lives = _Lives(tallies, rows)
    for asked in tallies.parameters.asked:
        window, ring = asked.window, tallies.rings[asked.window.grid]
        lasts = (window.grid.panes(newest_us) // window.hop + 1) * window.hop - 1
        _, held = ring.collect(rows, lasts, window.panes)  # none is empty: the newest increment is in it
        contents = Contents(window, ring, held, lasts)
        yield from _written(asked, contents, keys, lives.ends(asked, lasts), final=False)


def of_announced(tallies: Tallies, announced: Iterable[Announced]) -> Iterator[Written]:
    """The readings of windows that are told for good. Called by the step."""
    for each in announced:
        some, held = each.ring.collect(each.rows, each.lasts, each.asked.window.panes)
        if some.any():
            contents = Contents(each.asked.window, each.ring, held, each.lasts[some])
            keys = [tallies.rows.keys[row] for row in each.rows[some].tolist()]
            yield from _written(each.asked, contents, keys, _finals(tallies, contents), final=True)


#: Of one reading: known time, publishers, inputs and version; the first and last as text, the others as JSON.
_End = tuple[str, str, str, int]


def _written(
    asked: Asked, contents: Contents, keys: Sequence[str], ends: Sequence[_End], *, final: bool
) -> Iterator[Written]:
    """The readings of one window for many rows."""
    indicators = [_INDICATORS[name] for name in asked.indicators]
    read = contents.read({each for indicator in indicators for each in indicator.reads})
    bounds = {last: _bounds(asked, last) for last in set(contents.lasts.tolist())}
    tails = [
        f'{bounds[last]}{known}","gap_days":null,"facts":{count},"sources":{sources},"inputs":{inputs},"flags":[],'
        f'"final":{"true" if final else "false"},"version":{version},"definition":"'
        for last, count, (known, sources, inputs, version) in zip(
            contents.lasts.tolist(), read[Held.COUNT].tolist(), ends, strict=True
        )
    ]
    for indicator in indicators:
        shown = indicator.compute(*(read[each] for each in indicator.reads))
        values = _numbers(shown.value)
        lows, highs = (values if part is shown.value else _numbers(part) for part in (shown.low, shown.high))
        head = (
            f'"indicator":"{indicator.name}","window":"{asked.window.name}","baseline":"","origin":"derived","value":'
        )
        own, last = indicator.unit is Measured.OWN, f'{definition_of(indicator)}"}}'
        name = f"|{indicator.name}|{asked.window.name}|"
        for key, tail, value, low, high in zip(keys, tails, values, lows, highs, strict=True):
            series, unit = _series(key)
            yield Written(
                (key + name).encode(),
                f'{series}{head}{value},"low":{low},"high":{high},"bound":"exact","unit":"'
                f"{unit if own else indicator.unit}{tail}{last}".encode(),
            )


def _bounds(asked: Asked, last: int) -> str:
    start, end = asked.window.bounds(last)
    return f'","start":"{_moment(start)}","event_time":"{_moment(end)}","known_at":"'


@lru_cache(maxsize=65_536)
def _series(key: str) -> tuple[str, str]:
    """The start of a series' readings, and the unit of its measure."""
    provider, market, measure, segment, grain, currency, prices = key.split(SEPARATOR)
    text = (
        f'{{"series":{{"provider":"{provider}","market":"{market}","measure":"{measure}","segment":"{segment}",'
        f'"grain":"{grain}","currency":"{currency}","prices":"{prices}"}},'
    )
    return text, str(MEASURES[measure].unit)


def _numbers(values: Floats) -> list[str]:
    """Floats as the wire writes them."""
    return msgspec.json.encode(values.tolist()).decode()[1:-1].split(",")


def _moments(instants: Ints) -> list[str]:
    """Instants as the facts' moments write them: no zeros at the end of a fraction."""
    texts = np.datetime_as_string(instants.astype("datetime64[us]")).tolist()
    return [text.rstrip("0").removesuffix(".") + "Z" for text in texts]


def _quoted(names: Iterable[str]) -> str:
    return "[" + ",".join(f'"{name}"' for name in names) + "]"


def _texts(ids: Ids) -> str:
    return ids.astype(">u8").tobytes().hex()


class _Lives:
    """What rows say of their newest windows: the latest inputs and all publishers within, and the row's own version."""

    def __init__(self, tallies: Tallies, rows: Ints) -> None:
        self._rows, self._publishers = rows.tolist(), tallies.rows.publishers
        self._known = _moments(tallies.rows.newest_us[rows])
        self._versions = tallies.rows.facts[rows].tolist()
        at_us, ids, self._there = tallies.rows.recent.latest(rows)
        self._at_us, hexed = at_us, _texts(ids)
        self._ids = [hexed[start : start + _HEX] for start in range(0, len(hexed), _HEX)]

    def ends(self, asked: Asked, lasts: Ints) -> list[_End]:
        """Of each row, for the window that ends with pane `lasts[i]`."""
        starts = {last: asked.window.bounds(last)[0] for last in set(lasts.tolist())}
        from_us = [starts[last] for last in lasts.tolist()]
        inside = self._at_us >= np.array(from_us)[:, None]
        inside &= np.arange(NAMED_INPUTS) < self._there[:, None]
        return [
            (known, self._sources(row, start), _quoted(self._ids[place : place + named]), version)
            for known, row, start, place, named, version in zip(
                self._known, self._rows, from_us, range(0, len(self._ids), NAMED_INPUTS),
                inside.sum(axis=1).tolist(), self._versions, strict=True,
            )
        ]  # fmt: skip

    def _sources(self, row: int, start_us: int) -> str:
        return _quoted(self._publishers.since(row, start_us)[:NAMED_INPUTS])


def _finals(tallies: Tallies, contents: Contents) -> list[_End]:
    """What windows say of themselves for good: their latest increment, its publisher, and how many there are."""
    known, hexed = _moments(contents.newest("last_us")), _texts(contents.newest("last_id"))
    names = tallies.rows.publishers.names
    by, counts = contents.newest("last_by").tolist(), contents.summed("count").tolist()
    return [
        (instant, f'["{names[publisher]}"]', f'["{hexed[place * _HEX : (place + 1) * _HEX]}"]', count)
        for place, (instant, publisher, count) in enumerate(zip(known, by, counts, strict=True))
    ]
