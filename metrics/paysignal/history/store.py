"""A bounded store of claims and retractions, which answers as of any known time. Pure: it knows no clock.

    claim ─┬─> columns   known_us │ event_us │ series │ retracted_us │ id │ JSON bytes     one row a claim
           ├─> rows      id -> row
           ├─> lines     series -> rows, provider -> series
           └─> texts     rows of claims that were read from a text, for the page

Whatever is asked is looked up by these and decoded then; nothing scans all claims.
"""

import threading
from collections.abc import Iterable, Sequence
from typing import Final

from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.wire import encode
from paysignal.history.columns import NEVER, Columns
from paysignal.history.held import Counts, Held, Recollection
from paysignal.history.lines import Lines, grains_of, provider_in
from paysignal.history.oldest import Age, Oldest, age_of
from paysignal.history.packing import Packed, precedes, unpacked
from paysignal.history.retracting import Retractions, Waiting, taken_of
from paysignal.history.texts import Texts

__all__ = ["BYTES_A_CLAIM", "Counts", "Held", "History", "Recollection"]

#: Twice what a claim of the samples takes, and a floor for small stores: a claim with every field at its longest is
#: 16 KiB, so that a count alone would bound nothing.
BYTES_A_CLAIM: Final = 1_024
LEAST_BYTES: Final = 1_048_576

#: Whatever is known is known by then, and what stands is not retracted by then.
NOW: Final = NEVER - 1

#: The age of nothing: every claim is younger.
_NO_AGE: Final[Age] = (-(2**63), 0, b"")


class History:
    """Claims by id and series, at most `max_claims` and `BYTES_A_CLAIM` times as many bytes.

    What goes when it is full: the claim about the earliest period (then that known first, then by id), of all series
    together; and nothing older than what went is taken in any more. So it holds every fact about what ended after
    `missing_until_us`, and says of anything earlier that some may be missing; the present stays complete and can be
    explained. Each claim that went or was refused is counted.

    No answer depends on the order of arrival: of two wordings under one id (the printed digits and the source's address
    are no part of it) the engine's choice is kept, of several retractions the first known. A retraction counts when
    both have one publisher, and may come before its claim; one that waits is forgotten, and counted, behind
    `max_claims` others. The same fact again changes nothing. Safe to use from several threads; batches and answers are
    atomic.
    """

    def __init__(self, max_claims: int) -> None:
        self.max_claims = max_claims
        self._max_bytes = max(LEAST_BYTES, max_claims * BYTES_A_CLAIM)
        self._lock = threading.Lock()
        self._changes = 0
        self._evicted = 0
        self._forgotten = 0
        self._malformed = 0
        self._forget()

    def remember(self, facts: Iterable[Claim | Retraction], malformed: int = 0) -> None:
        """Take in a batch of facts that have their ids; `malformed` are the batch's records that were no facts."""
        with self._lock:
            self._malformed += malformed
            for fact in facts:
                if isinstance(fact, Retraction):
                    self._retract(fact)
                else:
                    self._claim(fact)

    def clear(self) -> None:
        """Forget every fact: the topic was made anew. The counts stay, as counters do."""
        with self._lock:
            self._forgotten += self._retractions.forgotten
            self._forget()

    def version_of(self, provider: str) -> int:
        """Another number whenever some answer about the provider may be another one."""
        with self._lock:
            return self._versions.get(provider, self._emptied)

    @property
    def changes(self) -> int:
        """How often some answer may have become another one; never less than before."""
        with self._lock:
            return self._changes

    @property
    def missing_until_us(self) -> int | None:
        """Of what ended by then (microseconds since 1970) some may be missing; None while nothing was evicted."""
        with self._lock:
            return None if self._horizon is _NO_AGE else self._horizon[0]

    def counts(self) -> Counts:
        """How much is held now, and what was not taken in; costs nothing."""
        with self._lock:
            return self._counted()

    def recollect(self) -> Recollection:
        """The claims read from a text; decodes those that are new, else costs nothing."""
        with self._lock:
            return Recollection(self._texts.shown(self._packed), self._counted())

    def facts_of(self, series_key: str, as_of_us: int | None = None) -> tuple[Held, ...]:
        """What is held of a series, as known at `as_of_us` or now, by event time, known time and id.

        A claim that is retracted later than then stands. Empty for a series that is not known.
        """
        with self._lock:
            packed = self._known(self._lines.rows_of(series_key), as_of_us)
        return tuple(map(unpacked, packed))

    def facts_of_line(self, series_key: str, as_of_us: int | None = None) -> tuple[Held, ...]:
        """The same for a series and those that differ from it in their grain only: breaks count for all of them."""
        with self._lock:
            packed = [each for key in grains_of(series_key) for each in self._known(self._lines.rows_of(key), as_of_us)]
        return tuple(map(unpacked, packed))

    def facts_of_provider(self, provider: str, as_of_us: int | None = None) -> tuple[Held, ...]:
        """The same for all series of a provider."""
        with self._lock:
            packed = self._known(self._lines.rows_of_provider(provider), as_of_us)
        return tuple(map(unpacked, packed))

    def series_keys(self, provider: str) -> tuple[str, ...]:
        """The keys of the provider's series, sorted."""
        with self._lock:
            return self._lines.keys_of(provider)

    def providers(self) -> tuple[str, ...]:
        """Every provider of whom something is held, sorted."""
        with self._lock:
            return tuple(sorted(self._lines.providers()))

    def _forget(self) -> None:
        self._columns = Columns()
        self._rows: dict[bytes, int] = {}
        self._lines = Lines()
        self._oldest = Oldest()
        self._retractions = Retractions(self.max_claims)
        self._texts = Texts()
        self._horizon = _NO_AGE
        # By provider the number of the last change; those who have no claims left share that of the last one to go.
        self._versions: dict[str, int] = {}
        self._emptied = self._changes = self._changes + 1

    def _changed(self, provider: str) -> None:
        self._changes += 1
        self._versions[provider] = self._changes

    def _claim(self, claim: Claim) -> None:
        if claim.id is None:
            return
        identity, encoded = bytes.fromhex(claim.id), encode(claim)
        row = self._rows.get(identity)
        if row is not None:
            self._reworded(row, claim, encoded)
            return
        known_us, event_us = claim.known_us, claim.dated.event_us
        if (event_us, known_us, identity) <= self._horizon:
            self._evicted += 1
            return
        key = claim.series_key
        number = self._lines.number_of(key)
        row = self._rows[identity] = self._columns.add(identity, known_us, event_us, number, encoded)
        self._lines.add(number, row)
        self._oldest.entered(self._columns, row)
        self._texts.reworded(row, claim)
        taken = self._retractions.arrived(Waiting(identity, claim.source.publisher))
        if taken is not None and self._retractions.strike(row, taken):
            self._columns.retracted_us[row] = taken.known_us
        self._changed(claim.provider)
        while len(self._columns) > self.max_claims or self._columns.size > self._max_bytes:
            self._evict()

    def _reworded(self, row: int, claim: Claim, encoded: bytes) -> None:
        held = self._columns.bytes_of(row)
        if encoded == held or not precedes(claim, unpacked(Packed(held, None)).claim):
            return
        self._columns.reword(row, encoded)
        self._texts.reworded(row, claim)
        self._changed(claim.provider)

    def _retract(self, retraction: Retraction) -> None:
        identity, taken = bytes.fromhex(retraction.retracts), taken_of(retraction)
        row = self._rows.get(identity)
        if row is None:
            self._retractions.wait(Waiting(identity, retraction.source.publisher), taken)
            return
        claimed = unpacked(Packed(self._columns.bytes_of(row), None)).claim
        if claimed.source.publisher != retraction.source.publisher or not self._retractions.strike(row, taken):
            return
        self._columns.retracted_us[row] = taken.known_us
        self._texts.retracted(row)
        self._changed(claimed.provider)

    def _evict(self) -> None:
        row = self._oldest.take(self._columns)
        self._horizon = age_of(self._columns, row)
        provider = provider_in(self._lines.key_of(int(self._columns.series[row])))
        self._changed(provider)
        self._lines.remove(int(self._columns.series[row]), row)
        if not self._lines.knows(provider):
            self._emptied = self._versions.pop(provider)
        del self._rows[self._columns.ids[row]]
        self._retractions.gone(row)
        self._texts.gone(row)
        self._columns.remove(row)
        self._evicted += 1

    def _known(self, rows: Sequence[int], as_of_us: int | None) -> list[Packed]:
        columns = self._columns
        until = NOW if as_of_us is None else as_of_us
        known = [row for row in rows if columns.known_us[row] <= until]
        return [self._packed(row, until) for row in sorted(known, key=lambda row: age_of(columns, row))]

    def _packed(self, row: int, until_us: int = NOW) -> Packed:
        taken = self._retractions.of(row) if self._columns.retracted_us[row] <= until_us else None
        return Packed(self._columns.bytes_of(row), taken.retraction if taken is not None else None)

    def _counted(self) -> Counts:
        return Counts(
            claims=len(self._columns),
            series=len(self._lines),
            encoded_bytes=self._columns.size,
            evicted=self._evicted,
            forgotten=self._forgotten + self._retractions.forgotten,
            malformed=self._malformed,
        )
