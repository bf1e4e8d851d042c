"""Checking: whether a restored state belongs to the facts, the settings and the partitions there are now. Pure."""

from dataclasses import dataclass

from paysignal.agents.checkpoint import markers
from paysignal.agents.checkpoint.errors import StateRefused
from paysignal.agents.checkpoint.ledger import Ledger
from paysignal.agents.checkpoint.markers import Marker
from paysignal.engine.records import Record

REBUILD = "stop the workers and run `paysignal rebuild`, and they start again from the first fact"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a lane finds at its take-over.

    Its name, how many partitions its topic has, where its own begins and ends, the engine's parameters, and the record
    at the marker's last offset (None: gone, or there never was one).
    """

    lane: str
    partitions: int
    begin: int
    end: int
    parameters: str
    last: Record | None = None


def marker_of(lane: str, value: bytes | None, ledger: Ledger) -> Marker | None:
    """The marker of a lane's rows, None for a lane without any; raises `StateRefused` where the two do not agree."""
    if value is None:
        if ledger.rows:
            raise StateRefused(lane, f"{ledger.rows} rows and no marker", REBUILD)
        return None
    marker = markers.decode(value)
    if marker is None:
        raise StateRefused(lane, f"a marker that is none of version {markers.VERSION}", REBUILD)
    if (marker.rows, marker.row_sum) != (ledger.rows, ledger.row_sum):
        found = f"{ledger.rows} rows with the sum {ledger.row_sum:x}, where its marker says {marker.rows} and "
        raise StateRefused(lane, f"{found}{marker.row_sum:x}", REBUILD)
    return marker


def check(marker: Marker, standing: Standing) -> None:
    """Raises `StateRefused` when the state is of other facts, partitions or settings than `standing` tells.

    A last record that retention or compaction took is not compared: then only the offsets speak.
    """
    lane = standing.lane
    if marker.partitions != standing.partitions:
        found = f"made with {marker.partitions} partitions of its topic, which has {standing.partitions}"
        raise StateRefused(
            lane, found, f"its facts stand on other partitions now: copy them into new topics, or {REBUILD}"
        )
    if marker.parameters != standing.parameters:
        found = f"made with the settings {marker.parameters}, the worker has {standing.parameters}"
        raise StateRefused(lane, found, f"set them back, or {REBUILD}")
    if marker.position > standing.end:
        found = f"goes to offset {marker.position}, its topic ends at {standing.end}: made anew or cut off"
        raise StateRefused(lane, found, REBUILD)
    if standing.last is not None and markers.fingerprint_of(standing.last) != marker.fingerprint:
        found = f"the record at offset {marker.last_offset} is not the one it was made from: the topic was made anew"
        raise StateRefused(lane, found, REBUILD)


def lost(marker: Marker, standing: Standing) -> int:
    """How many offsets behind the marker retention took before any worker processed them."""
    return max(standing.begin - marker.position, 0)
