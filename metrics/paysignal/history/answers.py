"""Answers from the history, by the engine's own functions: nothing is computed here that is not computed there."""

from collections.abc import Iterable, Iterator

import msgspec

from paysignal.engine.asof import state_of
from paysignal.engine.audit.auditing import audit
from paysignal.engine.audit.findings import Finding
from paysignal.engine.explaining import Explanation, UnknownKeyError, explain
from paysignal.engine.histories import Point, history_of
from paysignal.engine.money.rates import RateTable
from paysignal.engine.step import State
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import quoted
from paysignal.facts.periods import Grain
from paysignal.facts.readings import Reading
from paysignal.history.cache import Cache
from paysignal.history.held import Held
from paysignal.history.lines import provider_in
from paysignal.history.near import MOST_TOLD, near, near_series
from paysignal.history.questions import BadQuestion, Unknown, checked_key, series_of
from paysignal.history.store import History

_Asked = tuple[str, int | None]


class Answers:
    """What is known of a series, now or as of a known time in microseconds since 1970, and why.

    `rates` are the worker's, or readings in other currencies are not the worker's either. Every method raises
    `BadQuestion` or `Unknown`; pure over one version of the store, and safe to call from several threads.
    """

    def __init__(self, history: History, rates: RateTable) -> None:
        self.store = history
        self._rates = rates
        self._states: Cache[_Asked, State] = Cache()
        self._explained: Cache[_Asked, Explanation] = Cache()
        self._findings: Cache[_Asked, tuple[Finding, ...]] = Cache()

    def facts(self, series_key: str, as_of_us: int | None = None) -> tuple[Held, ...]:
        """The claims of a series known then, by event time, known time and id, with their retractions."""
        key = self._series(series_key)
        held = self.store.facts_of(key, as_of_us)
        if not held:
            raise Unknown(*self._unheard_of(key, as_of_us))
        return held

    def history(self, series_key: str, as_of_us: int | None = None) -> tuple[Point, ...]:
        """The series period by period, as it was known then, the oldest first."""
        key = self._series(series_key)
        self.facts(key, as_of_us)
        return history_of(self._state(key, as_of_us).statements.books[key])

    def reading(self, key: str, as_of_us: int | None = None) -> Reading | None:
        """The reading with this key as the worker would have made it then; None where there was none."""
        return self._state(series_of(checked_key(key)).key, as_of_us).readings.get(key)

    def reading_keys(self, series_key: str, as_of_us: int | None = None) -> tuple[str, ...]:
        """The keys of all readings of a series then, sorted."""
        series = series_of(series_key)
        readings = self._state(series.key, as_of_us).readings
        return tuple(sorted(key for key, reading in readings.items() if reading.series == series))

    def explain(self, key: str, as_of_us: int | None = None) -> Explanation:
        """Why the reading with this key is what it is, or was then."""
        try:
            series_key = series_of(checked_key(key)).key
        except BadQuestion as error:
            raise BadQuestion(str(error), self._near_readings(key, near_series(self.store, key), as_of_us)) from None
        try:
            return self._explained.get(
                self.store.version_of(provider_in(key)),
                (key, as_of_us),
                lambda: self._made_explanation(key, series_key, as_of_us),
            )
        except UnknownKeyError as error:
            raise Unknown(str(error), near(key, self._state(series_key, as_of_us).readings)) from None
        except Unknown as error:
            raise Unknown(str(error), self._near_readings(key, error.near, as_of_us)) from None

    def _made_explanation(self, key: str, series_key: str, as_of_us: int | None) -> Explanation:
        self.facts(series_key, as_of_us)
        return explain(key, _told(self._line(series_key, as_of_us)), None, self._rates)

    def findings(self, series_key: str, as_of_us: int | None = None) -> tuple[Finding, ...]:
        """What was found wrong with the series' claims by all that was known then of its provider."""
        series = series_of(series_key)
        return tuple(found for found in self._audited(series.provider, as_of_us) if found.series_key == series.key)

    def _audited(self, provider: str, as_of_us: int | None) -> tuple[Finding, ...]:
        def made() -> tuple[Finding, ...]:
            held = self.store.facts_of_provider(provider, as_of_us)
            books = state_of(_told(held)).statements.books
            standing = (one.claim for one in held if not one.retracted)
            return tuple(audit(books.values(), standing, self._rates))

        return self._findings.get(self.store.version_of(provider), (provider, as_of_us), made)

    def _state(self, series_key: str, as_of_us: int | None) -> State:
        """The engine after the facts of the series, and of those that differ in their grain: breaks count for all."""

        def made() -> State:
            return state_of(_told(self._line(series_key, as_of_us)), None, self._rates)

        return self._states.get(self.store.version_of(provider_in(series_key)), (series_key, as_of_us), made)

    def _line(self, series_key: str, as_of_us: int | None) -> list[Held]:
        """What is held of the series and of those that share its partition key."""
        series = series_of(series_key)
        grains = (msgspec.structs.replace(series, grain=grain) for grain in Grain)
        return [held for each in grains for held in self.store.facts_of(each.key, as_of_us)]

    def _series(self, text: str) -> str:
        try:
            return series_of(text).key
        except BadQuestion as error:
            raise BadQuestion(str(error), near_series(self.store, text)) from None

    def _unheard_of(self, series_key: str, as_of_us: int | None) -> tuple[str, tuple[str, ...]]:
        if as_of_us is not None and self.store.facts_of(series_key):
            return f"series {quoted(series_key)}: nothing was known of it then; ask for a later time", ()
        return f"series {quoted(series_key)}: no fact of it is held; write one that is", near_series(
            self.store, series_key
        )

    def _near_readings(self, key: str, series_keys: Iterable[str], as_of_us: int | None) -> tuple[str, ...]:
        """Keys of readings of those series that are most like this one."""
        names = [name for series_key in series_keys for name in self.reading_keys(series_key, as_of_us)]
        return near(key, names, 0.3) or tuple(names[:MOST_TOLD])


def _told(held: Iterable[Held]) -> Iterator[Claim | Retraction]:
    for one in held:
        yield one.claim
        if one.retraction is not None:
            yield one.retraction
