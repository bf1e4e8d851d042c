"""Answers from the history, by the engine's own functions: nothing is computed here that is not computed there."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from paysignal.engine.asof import state_of
from paysignal.engine.audit.equivalents import RateCheck
from paysignal.engine.averages import AVERAGE, Averages, averages_of, behind
from paysignal.engine.averages import INDICATOR as AVERAGE_INDICATOR
from paysignal.engine.breaks.suspecting import in_order
from paysignal.engine.cross.places import of_section
from paysignal.engine.explaining import Explanation, UnknownKeyError, explain, explain_average, parts_of
from paysignal.engine.histories import Point, history_of
from paysignal.engine.marks import Mark, marks_of
from paysignal.engine.money.rates import RateTable
from paysignal.engine.step import State
from paysignal.facts.claims import Claim
from paysignal.facts.errors import quoted
from paysignal.facts.readings import Reading
from paysignal.history.cache import Cache
from paysignal.history.examining import Examined, Examiner, Found, flags_of, found_in
from paysignal.history.held import Held, standing, told
from paysignal.history.lines import provider_in
from paysignal.history.near import MOST_TOLD, near, near_series
from paysignal.history.questions import BadQuestion, Unknown, checked_key, series_of
from paysignal.history.store import History

_Asked = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Then:
    """All readings of a provider as of one known time, in the order of their keys, and the marks that come to them."""

    readings: tuple[Reading, ...]
    marks: Mapping[str, Mark]


class Answers:
    """What is known of a series, now or as of a known time in microseconds since 1970, and why.

    `rates` are the worker's, or readings in other currencies are not the worker's either. `examined` tells what was
    found over all providers; without it they are examined when that is asked for. Every method raises `BadQuestion` or
    `Unknown`; pure over one version of the store, and safe to call from several threads.
    """

    def __init__(self, history: History, rates: RateTable, examined: Callable[[], Examined] | None = None) -> None:
        self.store = history
        self._rates = rates
        self._states: Cache[_Asked, State] = Cache()
        self._explained: Cache[_Asked, Explanation] = Cache()
        self._found: Cache[_Asked, Found] = Cache()
        self._then: Cache[_Asked, Then] = Cache()
        self.examined = examined or _looked_at(history, rates)

    def facts(self, series_key: str, as_of_us: int | None = None) -> tuple[Held, ...]:
        """The claims of a series known then, by event time, known time and id, with their retractions."""
        key = self._series(series_key)
        held = self.store.facts_of(key, as_of_us)
        if not held:
            raise Unknown(*self._unheard_of(key, as_of_us))
        return held

    def history(self, series_key: str, as_of_us: int | None = None) -> tuple[Point, ...]:
        """The series period by period, as it was known then, the oldest first.

        Nothing where it is one of averages that nobody told, but value and count.
        """
        key = self._series(series_key)
        if self.averages(key, as_of_us) is None:
            self.facts(key, as_of_us)
        book = self._state(key, as_of_us).statements.books.get(key)
        return () if book is None else history_of(book)

    def averages(self, series_key: str, as_of_us: int | None = None) -> Averages | None:
        """Value over count for a series of averages; None for others, and where one of the two is not known."""
        series = series_of(series_key)
        if series.measure != AVERAGE:
            return None
        held = (held for each in behind(series) for held in self.store.facts_of_line(each, as_of_us))
        found = averages_of(state_of(told(held)).statements.books.values())
        return next((each for each in found if each.series == series and each.found), None)

    def facts_behind(self, key: str, as_of_us: int | None = None) -> tuple[Held, ...]:
        """The facts that the reading with this key is computed from, and others of their series."""
        parts = parts_of(key)
        if parts.indicator != AVERAGE_INDICATOR:
            return self.facts(parts.series_key, as_of_us)
        return tuple(
            held for each in behind(series_of(parts.series_key)) for held in self.store.facts_of(each, as_of_us)
        )

    def reading(self, key: str, as_of_us: int | None = None) -> Reading | None:
        """The reading with this key as the worker would have made it then; None where there was none."""
        return self._state(series_of(checked_key(key)).key, as_of_us).readings.get(key)

    def readings_then(self, provider: str, as_of_us: int) -> Then:
        """All readings of the provider's claims as of that time; none where nothing was known of it."""

        def made() -> Then:
            held = self.store.facts_of_provider(provider, as_of_us)
            state, found = state_of(told(held), None, self._rates), self._found_of(provider, as_of_us)
            marks = marks_of(state, found.findings, found.suspicions)
            readings = dict(state.readings)
            for each in averages_of(state.statements.books.values()):
                if (reading := each.reading) is not None:
                    flags = tuple(sorted({*reading.flags, *flags_of(each, found)}))
                    readings[each.key] = msgspec.structs.replace(reading, flags=flags)
            return Then(tuple(readings[key] for key in sorted(readings)), marks)

        return self._then.get(self.store.version_of(provider), (provider, as_of_us), made)

    def reading_keys(self, series_key: str, as_of_us: int | None = None) -> tuple[str, ...]:
        """The keys of all readings of a series then, sorted."""
        series = series_of(series_key)
        readings = self._state(series.key, as_of_us).readings
        averages = self.averages(series.key, as_of_us)
        own = [key for key, reading in readings.items() if reading.series == series]
        return tuple(sorted([*own, *([averages.key] if averages is not None else [])]))

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
        if of_section(parts_of(key).indicator):
            raise UnknownKeyError(
                f"key {quoted(key)}: a cross-section is of several series; explain the level or growth of one of them"
            )
        averages = self.averages(series_key, as_of_us)
        if averages is not None and averages.key == key:
            return explain_average(averages)
        self.facts(series_key, as_of_us)
        return explain(key, told(self.store.facts_of_line(series_key, as_of_us)), None, self._rates)

    def found(self, series_key: str, as_of_us: int | None = None) -> Found:
        """What speaks against the series' figures by all that was known then.

        Now that is everything held; as of another time what the provider's own series say, since the rest would take a
        look at all providers as of then: level shifts of a publisher and parts of a whole of other providers.
        """
        series = series_of(series_key)
        own = self._found_of(series.provider, as_of_us).of_series(series.key)
        if as_of_us is not None:
            return own
        everywhere = [each for each in self.examined().suspicions if series.key in each.series]
        return Found(own.findings, tuple(in_order({*own.suspicions, *everywhere})))

    def findings(self, provider: str, as_of_us: int | None = None) -> tuple[Found, bool]:
        """Everything found, or of one provider (of all: ""), and whether some facts were not looked at yet."""
        if as_of_us is not None:
            return self._found_of(provider, as_of_us), False
        examined = self.examined()
        found = Found(examined.findings, examined.suspicions)
        return found.of_provider(provider) if provider else found, examined.changes != self.store.changes

    def rate_checks(self, claims: Sequence[Claim], as_of_us: int | None = None) -> tuple[RateCheck, ...]:
        """The checks that one of these claims is in, as the amount or as its equivalent."""
        asked = {claim.id for claim in claims}
        providers = sorted({claim.provider for claim in claims if claim.currency})
        checks = (check for name in providers for check in self._found_of(name, as_of_us).checks)
        return tuple(check for check in checks if not asked.isdisjoint({check.claim.id, check.original.id}))

    def mark(self, key: str, as_of_us: int | None = None) -> tuple[str, ...]:
        """The flags that come to the reading with this key by what was found."""
        series_key = series_of(checked_key(key)).key
        averages = self.averages(series_key, as_of_us)
        if averages is not None and averages.key == key:
            return flags_of(averages, self._found_of(averages.series.provider, as_of_us))
        found = self.found(series_key, as_of_us)
        marks = marks_of(self._state(series_key, as_of_us), found.findings, found.suspicions)
        return marks[key].flags if key in marks else ()

    def _found_of(self, provider: str, as_of_us: int | None) -> Found:
        def made() -> Found:
            held = self.store.facts_of_provider(provider, as_of_us)
            return found_in(state_of(told(held)).statements.books.values(), standing(held), self._rates)

        return self._found.get(self.store.version_of(provider), (provider, as_of_us), made)

    def _state(self, series_key: str, as_of_us: int | None) -> State:
        """The engine after the facts of the series, and of those that differ in their grain: breaks count for all."""

        def made() -> State:
            return state_of(told(self.store.facts_of_line(series_key, as_of_us)), None, self._rates)

        return self._states.get(self.store.version_of(provider_in(series_key)), (series_key, as_of_us), made)

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


def _looked_at(history: History, rates: RateTable) -> Callable[[], Examined]:
    """Examines all of the history when it is asked and something changed."""
    examiner, lock = Examiner(history, rates), threading.Lock()

    def examined() -> Examined:
        with lock:
            if examiner.behind:
                deque(examiner.look(), maxlen=0)
            return examiner.examined

    return examined
