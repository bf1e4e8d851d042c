"""What the page, the API and their tests look at: both tables of one moment."""

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from paysignal.board.board import Snapshot
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Kind
from paysignal.facts.readings import reading_key
from paysignal.history.held import Held, Recollection
from paysignal.page.tables import JustRead, LeftOut, Notes, Strongest, just_read, left_out, strongest

Shows = frozenset[LeftOut]

#: Tables are made at most once in this time for each choice of rows: many readers cost no more than one.
_FRESH = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class View:
    """Both tables at `now`; `left_out` counts the growths that are not among `strongest`, by reason."""

    just_read: tuple[JustRead, ...]
    strongest: tuple[Strongest, ...]
    left_out: dict[LeftOut, int]
    show: Shows
    series: int
    claims: int
    now: dt.datetime


class Views:
    """Makes views from board and history; called from the server's worker threads."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        recollect: Callable[[], Recollection],
        clock: Callable[[], dt.datetime],
        notes: Callable[[], Notes] = dict,
    ) -> None:
        self._snapshot = snapshot
        self._recollect = recollect
        self._clock = clock
        self._notes = notes
        self._lock = threading.Lock()
        self._made: dict[Shows, View] = {}

    def view(self, show: Shows) -> View:
        """The view at this moment, at most a second old; of `show` there are 64 choices, and so many views kept."""
        with self._lock:
            now = self._clock()
            made = self._made.get(show)
            if made is None or not dt.timedelta(0) <= now - made.now < _FRESH:
                made = self._made[show] = self._make(show, now)
            return made

    def _make(self, show: Shows, now: dt.datetime) -> View:
        readings = self._snapshot().readings
        recollection = self._recollect()
        return View(
            just_read=_keyed(just_read(recollection.held, readings, now, self._notes()), recollection.held),
            strongest=strongest(readings, now, show),
            left_out=left_out(readings, show),
            show=show,
            series=len(readings),
            claims=recollection.counts.claims,
            now=now,
        )


#: The indicator that shows a claim of the kind as it was stated.
_STATED = {Kind.LEVEL: "level", Kind.CHANGE: "stated_gain", Kind.GROWTH: "stated_growth"}


def _keyed(rows: tuple[JustRead, ...], held: Iterable[Held]) -> tuple[JustRead, ...]:
    """The rows with the keys of their readings, by which they can be explained."""
    claims = {one.claim.id: one.claim for one in held}
    return tuple(msgspec.structs.replace(row, key=_key(claims[row.id])) for row in rows)


def _key(claim: Claim) -> str:
    return reading_key(claim.series_key, _STATED[claim.kind], "", claim.baseline_text)
