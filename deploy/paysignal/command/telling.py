"""Records as lines for people, by the name `tail` gives their topic."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from paysignal.facts import wire
from paysignal.facts.claims import Retraction
from paysignal.facts.increments import Tick
from paysignal.facts.measures import Unit, measure_named
from paysignal.facts.moments import moment_of
from paysignal.facts.series import Series
from paysignal.facts.texts import shown
from paysignal.page import figures, words

_WIDE = 44

#: Longer than any line of ours; a detail or a name from outside may be longer.
_LINE_CHARACTERS = 1_000


class Line(NamedTuple):
    """The parts of a line: `name` of whom, `before` what the figure is of, `after` what else there is to know.

    `trend` has a number to be drawn beside earlier ones of that key; `rises` says which way a growth goes. Every part
    is safe on a terminal.
    """

    moment: str
    name: str = ""
    before: str = ""
    figure: str = ""
    interval: str = ""
    after: tuple[str, ...] = ()
    warnings: str = ""
    trend: tuple[str, float] | None = None
    rises: bool | None = None

    def text(self) -> str:
        """The whole line, without colours."""
        figure = f"{self.figure} ({self.interval})" if self.interval else self.figure
        name = f"{self.name:<{_WIDE}}" if self.name else ""
        return "  ".join(filter(None, (f"{self.moment:<20}", name, self.before, figure, *self.after, self.warnings)))


def fact(raw: bytes) -> Line:
    """A claim or retraction; raises `Malformed`."""
    claim = wire.decode_claim(raw)
    if isinstance(claim, Retraction):
        return Line(claim.known_at, after=(f"{claim.source.publisher} retracts {claim.retracts}",))
    dated, interval = claim.dated, claim.interval
    against = f"against {words.baseline(claim.baseline_text)}" if claim.baseline_text else ""
    return Line(
        claim.known_at or "",
        _name(claim.series),
        figure=words.statement(claim.value, claim.bound, claim.kind, claim.unit, claim.currency),
        interval=figures.spread(claim.value, interval.low, interval.high, claim.unit),
        after=(
            words.period(dated.start, dated.end, claim.series.grain, dated.length),
            against,
            f"({claim.source.publisher})",
        ),
    )


def increment(raw: bytes) -> Line:
    """An increment or a tick; raises `Malformed`."""
    one = wire.decode_increment(raw)
    if isinstance(one, Tick):
        return Line(moment_of(one.at), after=(f"tick ({shown(one.publisher)})",))
    amount = words.amount(one.value, measure_named(one.measure).unit, one.currency)
    return Line(moment_of(one.at), _name(one.series), figure=f"+ {amount}", after=(f"({shown(one.publisher)})",))


def reading(raw: bytes) -> Line:
    """A reading; raises `Malformed`."""
    one = wire.decode_reading(raw)
    name = " ".join(filter(None, (one.indicator.replace("_", " "), one.window, words.baseline(one.baseline))))
    return Line(
        one.event_time,
        _name(one.series),
        before=shown(f"{name}:"),
        figure=figures.reading(one),
        interval=figures.reading_interval(one),
        after=(f"({one.origin}; {shown(words.listed(one.sources, 2))})",),
        warnings=shown(" ".join(one.flags)),
        trend=(one.key, one.value),
        rises=one.value > 0 if "growth" in one.indicator and one.value else None,
    )


def alert(raw: bytes) -> Line:
    """An alert, with its value and the threshold in the reading's unit; raises `Malformed`."""
    one = wire.decode_alert(raw)
    currency = one.series.currency if one.unit is Unit.CURRENCY else ""
    value, threshold = (words.amount(number, one.unit, currency) for number in (one.value, one.threshold))
    against = f"{value}, {one.direction} {threshold}" if one.stands else f"{value} against {threshold}"
    state = f"{one.state} ({one.reason})"
    return Line(one.since, _name(one.series), before=f"{one.rule}:  {state}", figure=against, warnings=one.severity)


def rejected(raw: bytes) -> Line:
    """A rejected original; raises `Malformed`."""
    one = wire.decode_rejected(raw)
    origin = one.origin
    topic = origin.topic and f"{origin.topic}/{origin.partition}@{origin.offset}"
    file = origin.file and f"{origin.file}:{origin.line}" if origin.line is not None else origin.file
    place, detail = (shown(each)[:_LINE_CHARACTERS] for each in (topic or file or "unknown place", one.detail))
    return Line(one.reason, after=(place, detail, f"({one.length} bytes)"))


def _name(series: Series) -> str:
    return f"{series.provider} {series.market} {words.measure(series.measure, series.segment)}"


TELLERS: Mapping[str, Callable[[bytes], Line]] = {
    "facts": fact,
    "increments": increment,
    "readings": reading,
    "alerts": alert,
    "rejected": rejected,
}
