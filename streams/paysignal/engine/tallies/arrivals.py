"""Arrivals: the increments of a batch as arrays, in the order they came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from paysignal.engine.bulk import Bulk
from paysignal.engine.chunks import Chunk
from paysignal.engine.forms import NO_SEQUENCE
from paysignal.engine.records import Occurrence
from paysignal.facts.moments import microseconds
from paysignal.facts.periods import Grain
from paysignal.facts.rejections import Origin
from paysignal.facts.series import SEPARATOR, series_key
from paysignal.windows.columns import Floats, Ids, Ints

_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Arrivals:
    """`series` and `publishers` are the distinct ones, `series_of` and `publisher_of` say whose each increment is.

    `original` gives a record's value and place by its index: only late increments are asked for.
    """

    series: Sequence[str]
    series_of: Ints
    publishers: Sequence[str]
    publisher_of: Ints
    at_us: Ints
    values: Floats
    ids: Ids
    sequences: Ints  #: -1 where the publisher sent none
    offsets: Ints
    original: Callable[[int], tuple[bytes, Origin]]

    def __len__(self) -> int:
        return len(self.at_us)

    def since(self, index: int) -> "Arrivals":
        """The same without the first so many."""

        def original(later: int) -> tuple[bytes, Origin]:
            return self.original(index + later)

        return Arrivals(
            self.series, self.series_of[index:], self.publishers, self.publisher_of[index:], self.at_us[index:],
            self.values[index:], self.ids[index:], self.sequences[index:], self.offsets[index:], original,
        )  # fmt: skip


def ids_of(texts: Sequence[str]) -> Ids:
    """Ids as two numbers each that compare as their texts do."""
    return packed(bytes.fromhex("".join(texts)))


def packed(raw: bytes) -> Ids:
    """The same of ids as sixteen bytes each."""
    return np.frombuffer(raw, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def text_of(raw: bytes, number: int) -> str:
    """One id of several, as text."""
    return raw[number * _ID_BYTES : (number + 1) * _ID_BYTES].hex()


def arrivals_of(occurrences: Sequence[Occurrence]) -> Arrivals:
    """Arrivals from increments decoded one at a time."""
    series: dict[str, int] = {}
    publishers: dict[str, int] = {}
    keys = [_series_key(occurrence) for occurrence in occurrences]
    by = [occurrence.fact.publisher for occurrence in occurrences]

    def original(index: int) -> tuple[bytes, Origin]:
        record = occurrences[index].record
        return record.value or b"", record.origin

    return Arrivals(
        series_of=np.array([series.setdefault(key, len(series)) for key in keys], dtype=np.int64),
        publisher_of=np.array([publishers.setdefault(name, len(publishers)) for name in by], dtype=np.int64),
        series=list(series),
        publishers=list(publishers),
        at_us=np.array([microseconds(occurrence.fact.at) for occurrence in occurrences], dtype=np.int64),
        values=np.array([occurrence.fact.value for occurrence in occurrences], dtype=np.float64) + 0.0,
        ids=ids_of([occurrence.fact.id for occurrence in occurrences]),
        sequences=np.array([_sequence_of(occurrence) for occurrence in occurrences], dtype=np.int64),
        offsets=np.array([occurrence.record.offset for occurrence in occurrences], dtype=np.int64),
        original=original,
    )


def arrivals_of_chunk(chunk: Chunk, bulk: Bulk, singles: Sequence[Occurrence], rows: Sequence[int]) -> Arrivals:
    """Arrivals of a chunk: what was read in bulk, and what was decoded one at a time, which stood in these `rows`."""
    read = _merged(bulk, arrivals_of(singles), np.array(rows, np.int64)) if rows else bulk
    series, series_of = _numbered(read.series)
    publishers, publisher_of = _numbered(read.publishers)

    def original(index: int) -> tuple[bytes, Origin]:
        record = chunk.record(int(read.rows[index]))
        return record.value or b"", record.origin

    return Arrivals(
        series=series,
        series_of=series_of,
        publishers=publishers,
        publisher_of=publisher_of,
        at_us=read.at_us,
        values=read.values,
        ids=packed(read.ids.tobytes()),
        sequences=read.sequences,
        offsets=chunk.offsets[read.rows],
        original=original,
    )


def _merged(bulk: Bulk, singles: Arrivals, rows: Ints) -> Bulk:
    """Both in the order of their rows."""
    places = np.concatenate((bulk.rows, rows))
    order = np.argsort(places, kind="stable")
    series = [*bulk.series, *(singles.series[number] for number in singles.series_of)]
    publishers = [*bulk.publishers, *(singles.publishers[number] for number in singles.publisher_of)]
    ids = singles.ids.astype(">u8").view(np.uint8).reshape(-1, _ID_BYTES)
    return Bulk(
        places[order],
        [series[index] for index in order],
        [publishers[index] for index in order],
        np.concatenate((bulk.at_us, singles.at_us))[order],
        np.concatenate((bulk.values, singles.values))[order],
        np.concatenate((bulk.ids, ids))[order],
        np.concatenate((bulk.sequences, singles.sequences))[order],
    )


def _numbered(names: Sequence[str]) -> tuple[list[str], Ints]:
    """The distinct names in the order they are first met, and which of them each is."""
    if len(set(names)) == 1:
        return [names[0]], np.zeros(len(names), np.int64)
    numbers: dict[str, int] = {}
    of = np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)
    return list(numbers), of


def _sequence_of(occurrence: Occurrence) -> int:
    return NO_SEQUENCE if occurrence.fact.sequence is None else occurrence.fact.sequence


def _series_key(occurrence: Occurrence) -> str:
    # The key without grain is cached by its parts; Series.key would be built anew for every increment.
    provider, market, measure, segment, currency, prices = occurrence.fact.partition_key.split(SEPARATOR)
    return series_key(provider, market, measure, segment, Grain.NONE, currency, prices)
