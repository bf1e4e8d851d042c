"""Records as lines for people, by the name `tail` gives their topic."""

from collections.abc import Callable, Mapping

from paysignal.facts import wire
from paysignal.facts.claims import Retraction
from paysignal.facts.increments import Tick
from paysignal.facts.kinds import Kind
from paysignal.facts.measures import Unit, measure_named
from paysignal.facts.moments import moment_of
from paysignal.facts.series import Series
from paysignal.page import words

_WIDE = 44


def fact(raw: bytes) -> str:
    """A claim or retraction; raises `Malformed`."""
    claim = wire.decode_claim(raw)
    if isinstance(claim, Retraction):
        return f"{claim.known_at:<20}  {claim.source.publisher} retracts {claim.retracts}"
    dated = claim.dated
    parts = (
        words.statement(claim.value, claim.bound, claim.kind, claim.unit, claim.currency),
        words.period(dated.start, dated.end, claim.series.grain, dated.length),
        words.baseline(claim.baseline_text) and f"against {words.baseline(claim.baseline_text)}",
        f"({claim.source.publisher})",
    )
    return _line(claim.known_at or "", claim.series, *parts)


def increment(raw: bytes) -> str:
    """An increment or a tick; raises `Malformed`."""
    one = wire.decode_increment(raw)
    if isinstance(one, Tick):
        return f"{moment_of(one.at):<20}  tick ({one.publisher})"
    amount = words.amount(one.value, measure_named(one.measure).unit, one.currency)
    return _line(moment_of(one.at), one.series, f"+ {amount}", f"({one.publisher})")


def reading(raw: bytes) -> str:
    """A reading; raises `Malformed`."""
    one = wire.decode_reading(raw)
    kind = Kind.GROWTH if one.indicator.endswith("growth") else Kind.LEVEL
    currency = one.series.currency if one.unit is Unit.CURRENCY else ""  # counts of payments are no money
    figure = words.statement(one.value, one.bound, kind, one.unit, currency)
    name = " ".join(filter(None, (one.indicator.replace("_", " "), one.window, words.baseline(one.baseline))))
    flags = " ".join(one.flags)
    return _line(
        one.event_time, one.series, name + ":", figure, f"({one.origin}; {words.listed(one.sources, 2)})", flags
    )


def alert(raw: bytes) -> str:
    """An alert, with its value and the threshold in the reading's unit; raises `Malformed`."""
    one = wire.decode_alert(raw)
    currency = one.series.currency if one.unit is Unit.CURRENCY else ""
    value, threshold = (words.amount(number, one.unit, currency) for number in (one.value, one.threshold))
    figure = f"{value}, {one.direction} {threshold}" if one.stands else f"{value} against {threshold}"
    return _line(one.since, one.series, f"{one.rule}:", f"{one.state} ({one.reason})", figure, one.severity)


def rejected(raw: bytes) -> str:
    """A rejected original; raises `Malformed`."""
    one = wire.decode_rejected(raw)
    origin = one.origin
    topic = origin.topic and f"{origin.topic}/{origin.partition}@{origin.offset}"
    file = origin.file and f"{origin.file}:{origin.line}" if origin.line is not None else origin.file
    return f"{one.reason}  {topic or file or 'unknown place'}  {one.detail}  ({one.length} bytes)"


def _line(moment: str, series: Series, *parts: str) -> str:
    name = f"{series.provider} {series.market} {words.measure(series.measure, series.segment)}"
    return "  ".join((f"{moment:<20}", f"{name:<{_WIDE}}", *filter(None, parts)))


TELLERS: Mapping[str, Callable[[bytes], str]] = {
    "facts": fact,
    "increments": increment,
    "readings": reading,
    "alerts": alert,
    "rejected": rejected,
}
