"""What the page, the API and their tests look at: the tables of one moment."""

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from paysignal.board.board import Snapshot
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Kind
from paysignal.facts.readings import Reading, reading_key
from paysignal.history.held import Held, Recollection
from paysignal.page.lines import Lines, no_lines
from paysignal.page.movers import Mover, laggards, leaders
from paysignal.page.tables import JustRead, LeftOut, Notes, Strongest, just_read, left_out, strongest
from paysignal.page.tiles import Markets, markets

Shows = frozenset[LeftOut]

#: Tables are made at most once in this time for each choice of rows: many readers cost no more than one.
_FRESH = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class View:
    """The tables at `now`; `left_out` counts the growths that are not among `strongest`, by reason.

    `series` counts the readings of the board, `claims` those of the history.
    """

    just_read: tuple[JustRead, ...]
    strongest: tuple[Strongest, ...]
    left_out: dict[LeftOut, int]
    show: Shows
    series: int
    claims: int
    now: dt.datetime
    leaders: tuple[Mover, ...] = ()
    laggards: tuple[Mover, ...] = ()
    markets: Markets = field(default_factory=lambda: Markets("", (), {}))


#: Of one moment there are 64 choices of rows, times the measures of the tiles; more than this nobody looks at.
_MOST_MADE = 64


class Views:
    """Makes views from board and history; called from the server's worker threads."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        recollect: Callable[[], Recollection],
        clock: Callable[[], dt.datetime],
        notes: Callable[[], Notes] = dict,
        lines: Lines = no_lines,
    ) -> None:
        self._snapshot = snapshot
        self._recollect = recollect
        self._clock = clock
        self._notes = notes
        self._lines = lines
        self._lock = threading.Lock()
        self._made: dict[tuple[Shows, str], View] = {}

    def readings(self) -> tuple[Reading, ...]:
        """All readings that stand; the same object for as long as none changed."""
        return self._snapshot().readings

    def inputs(self) -> tuple[object, ...]:
        """The objects that views are made of; one of them is another when a view may be."""
        return self._snapshot().readings, self._recollect().held, self._notes()

    def view(self, show: Shows, measure: str = "") -> View:
        """The view at this moment, at most a second old, with the markets' growth of `measure`."""
        with self._lock:
            now = self._clock()
            asked = show, measure
            made = self._made.pop(asked, None)
            if made is None or not dt.timedelta(0) <= now - made.now < _FRESH:
                made = self._make(show, measure, now)
            self._made[asked] = made
            if len(self._made) > _MOST_MADE:
                del self._made[next(iter(self._made))]
            return made

    def _make(self, show: Shows, measure: str, now: dt.datetime) -> View:
        readings = self._snapshot().readings
        recollection = self._recollect()
        ranked = strongest(readings, now, show)
        return View(
            just_read=_keyed(just_read(recollection.held, readings, now, self._notes()), recollection.held),
            strongest=ranked,
            left_out=left_out(readings, show),
            show=show,
            series=len(readings),
            claims=recollection.counts.claims,
            now=now,
            leaders=leaders(ranked, self._lines),
            laggards=laggards(ranked, self._lines),
            markets=markets(readings, show, measure),
        )


#: The indicator that shows a claim of the kind as it was stated.
_STATED = {Kind.LEVEL: "level", Kind.CHANGE: "stated_gain", Kind.GROWTH: "stated_growth"}


def _keyed(rows: tuple[JustRead, ...], held: Iterable[Held]) -> tuple[JustRead, ...]:
    """The rows with the keys of their readings, by which they can be explained."""
    claims = {one.claim.id: one.claim for one in held}
    return tuple(msgspec.structs.replace(row, key=_key(claims[row.id])) for row in rows)


def _key(claim: Claim) -> str:
    return reading_key(claim.series_key, _STATED[claim.kind], "", claim.baseline_text)
