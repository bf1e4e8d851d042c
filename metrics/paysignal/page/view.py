"""What the page, the API and their tests look at: both tables of one moment."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass

from paysignal.board.board import Snapshot
from paysignal.history.store import Recollection
from paysignal.page.tables import JustRead, LeftOut, Strongest, just_read, left_out, strongest

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
    ) -> None:
        self._snapshot = snapshot
        self._recollect = recollect
        self._clock = clock
        self._lock = threading.Lock()
        self._made: dict[Shows, View] = {}

    def view(self, show: Shows) -> View:
        """The view at this moment, at most a second old; there are sixteen choices of `show`, and so few views kept."""
        with self._lock:
            now = self._clock()
            made = self._made.get(show)
            if made is None or not dt.timedelta(0) <= now - made.now < _FRESH:
                made = self._made[show] = self._make(show, now)
            return made

    def _make(self, show: Shows, now: dt.datetime) -> View:
        readings = self._snapshot().readings
        held = self._recollect().held
        return View(
            just_read=just_read(held, readings, now),
            strongest=strongest(readings, now, show),
            left_out=left_out(readings, show),
            show=show,
            series=len(readings),
            claims=len(held),
            now=now,
        )
