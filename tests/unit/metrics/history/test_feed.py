"""Records of the facts topic as claims and retractions."""

from paysignal.consuming.records import Record
from paysignal.facts.wire import encode
from paysignal.history.feed import facts_of
from tests.tools.figures import claim


def test_malformed_and_misrouted_records_are_counted_and_the_rest_is_kept() -> None:
    """One good claim among bad records comes through; what the worker rejects is not shown as read either."""
    key = claim().partition_key.encode()
    good = Record(key, encode(claim()))
    bad = [Record(key, None), Record(key, b"{"), Record(b"foreign", encode(claim())), Record(None, encode(claim()))]
    assert facts_of([*bad[:2], good, *bad[2:]]) == ([claim()], 4)
