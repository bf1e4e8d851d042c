"""Label values: bounded, escaped, and never two readings with one set of labels. Pure."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Final

from paysignal.exposition.catalogue import INDICATORS, SERIES_LABELS, Family
from paysignal.facts.readings import Reading

#: A slug has 64 characters, a baseline of two instants 55; what is longer is no name of ours.
LABEL_CHARACTERS: Final = 128
_HASH_BYTES = 8

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


def family_of(reading: Reading) -> Family | None:
    """The metric that shows the reading; None when the catalogue has none for it.

    Origin, window and baseline must be those of the indicator: they are part of a reading's key but not all of them are
    labels of every metric, so another one would be a second sample under the same labels, and Prometheus would refuse
    the whole scrape.
    """
    shown = INDICATORS.get(reading.indicator)
    if shown is None or reading.origin != shown.origin:
        return None
    labels = shown.family.labels
    if bool(reading.window) != ("window" in labels) or bool(reading.baseline) != ("baseline" in labels):
        return None
    if shown.fixed_baseline is not None and reading.baseline != shown.fixed_baseline:
        return None
    return shown.family


def labels_of(family: Family) -> Callable[[Reading], str]:
    """A function that writes the family's labels of a reading, in alphabetical order as Prometheus's clients do."""
    names = sorted((*SERIES_LABELS, *family.labels))
    template = "{" + ",".join(f'{name}="%s"' for name in names) + "}"
    values = attrgetter(*(f"series.{name}" if name in SERIES_LABELS else name for name in names))

    def write(reading: Reading) -> str:
        found: tuple[str, ...] = values(reading)
        # Only these two are not checked by the vocabulary; looking at each of ten labels would double the scrape.
        if not (_plain(reading.baseline) and _plain(reading.window)):
            found = tuple(bounded(value).translate(_ESCAPES) for value in found)
        return template % found

    return write


def bounded(value: str) -> str:
    """`value` when it is short, else its start and its hash, so that different values stay different."""
    if len(value) <= LABEL_CHARACTERS:
        return value
    digest = blake2b(value.encode(), digest_size=_HASH_BYTES).hexdigest()
    return f"{value[: LABEL_CHARACTERS - len(digest) - 1]}~{digest}"


@lru_cache(maxsize=4_096)
def _plain(value: str) -> bool:
    return len(value) <= LABEL_CHARACTERS and value == value.translate(_ESCAPES)
