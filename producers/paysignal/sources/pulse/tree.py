"""The files of a copy of the repository PhonePe/pulse, in the order of their paths."""

from collections.abc import Iterator
from pathlib import Path

from paysignal.facts.claims import Claim
from paysignal.facts.errors import Refused
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.sources.pulse.parse import LARGEST_FILE, parse_pulse
from paysignal.sources.pulse.places import place_of


def files_of(root: Path) -> list[Path]:
    """Every file of Pulse's four tables under `root`; other files of the repository are none of them.

    By quarter, then path, so that a place's quarters come in the order of time.
    """
    found = []
    for path in root.rglob("*.json"):
        try:
            place = place_of(path.as_posix())
        except Refused as error:
            if error.field == "path":
                continue
            place = None  # a state without a code is rejected when it is read
        found.append((place.start if place else "", path.as_posix(), path))
    return [path for _, _, path in sorted(found)]


def read_pulse(path: Path) -> Iterator[Claim | Rejected]:
    """The claims of one file; one that can not be opened is rejected alone."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        detail = f"{error.strerror}; make the file readable"
        yield rejected(Reason.BAD_ROW, detail, b"", Origin(file=str(path)))
        return
    yield from parse_pulse(path.as_posix(), raw)
