"""Label values: bounded, and never two readings with one set of labels. Pure."""

from functools import lru_cache
from hashlib import blake2b

from paysignal.exposition.catalogue import INDICATORS, SERIES_LABELS, Family
from paysignal.facts.readings import Reading
from paysignal.facts.series import Series

#: A slug has 64 characters, a baseline of two instants 55; what is longer is no name of ours.
LABEL_CHARACTERS = 128
_HASH_BYTES = 8


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


def values_of(reading: Reading, family: Family) -> list[str]:
    """The values of `SERIES_LABELS` and of the family's own labels."""
    return [*series_values(reading.series), *(bounded(getattr(reading, label)) for label in family.labels)]


@lru_cache(maxsize=131_072)
def series_values(series: Series) -> tuple[str, ...]:
    """The values of `SERIES_LABELS`; the vocabulary bounds them already, but for region slugs."""
    return tuple(bounded(getattr(series, label)) for label in SERIES_LABELS)


def bounded(value: str) -> str:
    """`value` when it is short, else its start and its hash, so that different values stay different."""
    if len(value) <= LABEL_CHARACTERS:
        return value
    digest = blake2b(value.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).hexdigest()
    return f"{value[: LABEL_CHARACTERS - len(digest) - 1]}~{digest}"
