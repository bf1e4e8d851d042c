"""What may have been meant: known keys that look like one that is not known."""

import difflib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from paysignal.history.lines import provider_in
from paysignal.history.store import History

#: Comparing takes up to a tenth of a millisecond a key.
MOST_COMPARED: Final = 2_000

#: More would not be read.
MOST_TOLD: Final = 3

_LONGEST_COMPARED: Final = 200


def near(asked: str, known: Iterable[str], likeness: float = 0.6) -> tuple[str, ...]:
    """The known ones most like what was asked, among the first `MOST_COMPARED`."""
    compared = list(islice(known, MOST_COMPARED))
    return tuple(difflib.get_close_matches(asked[:_LONGEST_COMPARED], compared, n=MOST_TOLD, cutoff=likeness))


def near_series(history: History, asked: str) -> tuple[str, ...]:
    """Series like the one asked for: of its provider, of those whose names are like that one's, or else of any."""
    provider = provider_in(asked)
    keys = history.series_keys(provider)
    if keys:
        # Of a known provider any series says more than none, however unlike.
        return near(asked, keys, 0.3) or keys[:MOST_TOLD]
    alike = _keys_of(history, near(provider, history.providers()))
    return near(asked, alike, 0.3) or near(asked, _keys_of(history, history.providers()))


def _keys_of(history: History, providers: Iterable[str]) -> Iterator[str]:
    return (key for provider in providers for key in history.series_keys(provider))
