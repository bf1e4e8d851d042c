"""Markers: their form on the topic, and the keys of a lane."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paysignal.agents.checkpoint import markers
from paysignal.agents.checkpoint.markers import Marker
from paysignal.engine.records import Record
from paysignal.facts.topics import FACTS, INCREMENTS

_NUMBERS = st.integers(0, 2**63 - 1)
_MARKERS = st.builds(
    Marker,
    version=st.just(markers.VERSION),
    position=_NUMBERS,
    last_offset=st.integers(-1, 2**63 - 1),
    fingerprint=st.text(max_size=32),
    partitions=st.integers(1, 10_000),
    parameters=st.text(max_size=40),
    rows=_NUMBERS,
    row_sum=st.integers(0, 2**64 - 1),
    held=st.booleans(),
    owner=st.text(max_size=40),
    written_ms=_NUMBERS,
)
RECORD = Record(FACTS, 3, 7, b"key", b"value", 5)


@given(_MARKERS)
def test_a_marker_comes_back_as_it_was_written(marker: Marker) -> None:
    """Every field, up to the largest offset and the largest sum."""
    assert marker == markers.decode(markers.encode(marker))


@given(st.binary(max_size=60))
def test_other_bytes_are_no_marker(value: bytes) -> None:
    """Whatever stands there, it is told apart and raises nothing."""
    assert markers.decode(value) is None


def test_a_marker_of_another_version_is_not_read() -> None:
    """Its fields may mean something else."""
    marker = Marker(position=1, partitions=8, parameters="p", rows=0, row_sum=0, held=False, owner="o", written_ms=0)
    other = msgspec.structs.replace(marker, version=markers.VERSION + 1)

    assert markers.decode(markers.encode(other)) is None


def test_the_fingerprint_is_of_all_that_a_record_says_and_not_of_where_it_stands() -> None:
    """Key, value and time count, an absent one is not an empty one; a copy elsewhere has the same."""
    others = [
        replace(RECORD, key=b"kez"),
        replace(RECORD, value=b"valuf"),
        replace(RECORD, timestamp_ms=6),
        replace(RECORD, timestamp_ms=None),
        replace(RECORD, key=None),
        replace(RECORD, key=b""),
        replace(RECORD, value=None),
        replace(RECORD, key=b"keyv", value=b"alue"),
    ]
    fingerprints = {markers.fingerprint_of(each) for each in (RECORD, *others)}

    assert 1 + len(others) == len(fingerprints)
    assert markers.fingerprint_of(RECORD) == markers.fingerprint_of(replace(RECORD, offset=9, partition=1))


def test_no_lane_of_another_group_or_topic_shares_a_prefix() -> None:
    """A prefix is no beginning of another's key, also where one group's name begins with the other's."""
    names = [("pay", FACTS), ("pay", INCREMENTS), ("payfacts", FACTS), ("pay-facts", INCREMENTS)]
    prefixes = [markers.prefix_of(*name) for name in names]

    assert [(one, other) for one in prefixes for other in prefixes if one != other and one.startswith(other)] == []
    assert len({markers.transactional_id_of(*name, number) for name in names for number in (1, 11)}) == 2 * len(names)
