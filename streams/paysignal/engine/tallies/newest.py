"""The newest: a few increments, each later than all its series has, taken one by one.

numpy takes as long for an array of one as for one of thirty, and a quiet stream comes one by one: at 500 increments a
second over four partitions a batch has one or two. What takes an array a third of a millisecond takes 20 microseconds
here. It is the plain case only: the series and its publisher are known, the pane is the one that the series is in, the
id is new, and no sequences tell duplicates. Whatever is not plain is left, with all behind it, to the arrays; how a
stream is cut changes nothing.
"""

from typing import TYPE_CHECKING, Final

from paysignal.engine.records import Outcomes
from paysignal.engine.tallies.arrivals import Arrivals
from paysignal.engine.tallies.known import hashed_one
from paysignal.windows.columns import Newest
from paysignal.windows.exact import cut_one
from paysignal.windows.rings import Ring

if TYPE_CHECKING:
    from paysignal.engine.tallies.tallies import Tallies

#: Of more the arrays are quicker.
FEW: Final = 16

_NONE: Final = -1


def take_newest(tallies: "Tallies", arrivals: Arrivals, outcomes: Outcomes) -> tuple[int, set[int]]:
    """Adds increments in the order they came, up to the first that is not plain; how many, and the rows they touched.

    Called by the tallies. What it leaves behind equals, but for panes that could have been dropped already, what the
    arrays leave of the same increments.
    """
    publishers = [tallies.rows.publishers.number_of(name) for name in arrivals.publishers]
    series = [tallies.rows.number_of(key) for key in arrivals.series]
    values, ids, offsets = arrivals.values.tolist(), arrivals.ids.tolist(), arrivals.offsets.tolist()
    touched = set[int]()
    for index, (at_us, whose, by) in enumerate(
        zip(arrivals.at_us.tolist(), arrivals.series_of.tolist(), arrivals.publisher_of.tolist(), strict=True)
    ):
        row, value = series[whose], values[index]
        fact = Newest(at_us, tuple(ids[index]), value, publishers[by], cut_one(value))
        if not _taken(tallies, row, fact):
            return index, touched
        touched.add(row)
        outcomes.accepted += 1
        tallies.newest_us = max(tallies.newest_us, at_us)
        tallies.through = max(tallies.through, offsets[index] + 1)
    return len(arrivals), touched


def _taken(tallies: "Tallies", row: int, fact: Newest) -> bool:
    """Adds one increment to its row if it is plain; otherwise changes nothing."""
    rows, journal, known = tallies.rows, tallies.journal, tallies.known
    if row == _NONE or fact.at_us <= rows.newest_us.item(row) or not (journal.has_room and known.has_room):
        return False
    pair = rows.publishers.newest_pair(row, fact.by)
    slots = [(ring, ring.newest_slot(row, fact.at_us)) for ring in tallies.rings.values()]
    if pair == _NONE or not tallies.stored.holds(row) or not all(_is_open(tallies, *each) for each in slots):
        return False
    remembered = tallies.remembers(row)
    hashed = hashed_one(row, *fact.id) if remembered else 0
    if remembered and known.holds(row, fact.id, hashed, journal):
        return False
    tallies.stored.touch_one(row, journal.position)
    entry = journal.put(row, fact)
    if remembered:
        known.put(entry, hashed)
    rows.put(row, pair, fact)
    for ring, slot in slots:
        ring.add_newest(slot, fact)
    return True


def _is_open(tallies: "Tallies", ring: Ring, slot: int) -> bool:
    """Whether the slot is a pane that no window told for good has in it."""
    return slot != _NONE and tallies.closing.is_ahead(ring, ring.pane.item(slot))
