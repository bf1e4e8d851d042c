"""Label values: bounded, escaped, and never two readings with one set of labels. Pure."""

from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Final, NamedTuple

from paysignal.exposition.families import EVENT_TIME, INDICATORS, SERIES_LABELS, Family, Shown
from paysignal.facts.readings import Reading
from paysignal.facts.series import Series

#: A slug has 64 characters, a baseline of two instants 55; what is longer is no name of ours.
LABEL_CHARACTERS: Final = 128
_HASH_BYTES = 8

#: Ways to be shown of which the texts are kept: indicators, windows, baselines and units that occur together.
_KEPT_WAYS = 4_096

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})

_SERIES_TEXT: Final = ",".join(f'{name}="%s"' for name in SERIES_LABELS)
_SERIES_VALUES = attrgetter(*SERIES_LABELS)


class Way(NamedTuple):
    """How a reading is shown: its metric, and the labels behind those of its series, there and of its event time."""

    family: Family
    own: str
    of_event: str


def way_of(reading: Reading) -> Way | None:
    """The metric that shows the reading, with its labels; None when the catalogue has none for it."""
    return _way(reading.indicator, reading.window, reading.baseline, reading.origin, str(reading.unit))


def series_text(series: Series) -> str:
    """The labels of a series, in the order of its key: its parts are slugs and codes, with nothing to escape."""
    found: tuple[str, ...] = _SERIES_VALUES(series)
    return _SERIES_TEXT % found


def family_of(reading: Reading) -> Family | None:
    """The metric that shows the reading; None when the catalogue has none for it."""
    way = way_of(reading)
    return None if way is None else way.family


def labels_of(reading: Reading) -> str | None:
    """All labels of a reading as its metric has them, in braces; None when there is no such metric."""
    way = way_of(reading)
    return None if way is None else f"{{{series_text(reading.series)}{way.own}}}"


def bounded(value: str) -> str:
    """`value` when it is short, else its start and its hash, so that different values stay different."""
    if len(value) <= LABEL_CHARACTERS:
        return value
    digest = blake2b(value.encode(), digest_size=_HASH_BYTES).hexdigest()
    return f"{value[: LABEL_CHARACTERS - len(digest) - 1]}~{digest}"


@lru_cache(maxsize=_KEPT_WAYS)
def _way(indicator: str, window: str, baseline: str, origin: str, unit: str) -> Way | None:
    shown = INDICATORS.get(indicator)
    if shown is None or not _fits(shown, window, baseline, origin):
        return None
    values = {"indicator": indicator, "window": window, "baseline": baseline, "origin": origin, "unit": unit}
    values.update(shown.named)
    return Way(shown.family, _text(shown.family, values), _text(EVENT_TIME, values))


def _fits(shown: Shown, window: str, baseline: str, origin: str) -> bool:
    """Whether origin, window and baseline are those of the indicator.

    They are part of a reading's key but not all of them are labels of every metric, so another one would be a second
    sample under the same labels, and Prometheus would refuse the whole scrape.
    """
    labels = shown.family.labels
    if origin != shown.origin or bool(window) != ("window" in labels) or bool(baseline) != ("baseline" in labels):
        return False
    return shown.fixed_baseline is None or baseline == shown.fixed_baseline


def _text(family: Family, values: dict[str, str]) -> str:
    return "".join(f',{name}="{bounded(values[name]).translate(_ESCAPES)}"' for name in family.labels)
