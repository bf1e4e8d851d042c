"""What ships with paysignal so that it shows something real at once: figures, a press note, a synthetic stream.

`facts.csv` is our own compilation of published figures, `press-note.txt` a note in our own words, as of September
2018; `paysignal.samples.synthetic` makes increments of a provider that does not exist.
"""

from importlib import resources

PRESS_NOTE_PUBLISHER = "paysignal-press-note"
PRESS_NOTE_NAME = "Press note (paysignal sample)"
PRESS_NOTE_PUBLISHED = "2018-09-18"


def facts_csv() -> bytes:
    """The table of published figures, one claim a row."""
    return _read("facts.csv")


def facts_mapping() -> str:
    """The mapping file of `facts_csv`, TOML."""
    return _read("facts.toml").decode()


def press_note() -> str:
    """The text of the press note, as of 18 September 2018; its publisher is `PRESS_NOTE_PUBLISHER`."""
    return _read("press-note.txt").decode()


def _read(name: str) -> bytes:
    return resources.files("paysignal.samples").joinpath(name).read_bytes()
