"""The kinds of record that can be subscribed to."""

from typing import Final, Unpack

from paysignal.facts.alerts import Alert
from paysignal.facts.readings import Reading
from paysignal.facts.series import SEPARATOR
from paysignal.facts.topics import ALERTS, FINALS, READINGS
from paysignal.facts.wire import decode_alert, decode_reading
from paysignal.subscribe.filters import Filter
from paysignal.subscribe.subscription import Options, Stream, Subscription

_SERIES: Final = ("provider", "market", "measure", "segment", "grain", "currency", "prices")
_READING: Final = (*_SERIES, "indicator", "window", "baseline")

_READINGS: Final = Stream(READINGS, _READING, decode_reading, lambda reading: reading.key)
#: Of each window that closed there is a final: it is corrected by one of the same window, not by the next one.
_FINALS: Final = Stream(
    FINALS, _READING, decode_reading, lambda reading: SEPARATOR.join((reading.key, reading.event_time))
)
_ALERTS: Final = Stream(ALERTS, ("rule", *_SERIES), decode_alert, lambda alert: alert.key, same_again=True)


def readings(broker: str, where: Filter | None = None, **options: Unpack[Options]) -> Subscription[Reading]:
    """The latest reading of each key, and every newer one; `options` are those of `Subscription`."""
    return Subscription(_READINGS, broker, where, **options)


def finals(broker: str, where: Filter | None = None, **options: Unpack[Options]) -> Subscription[Reading]:
    """One reading of each window that closed, and corrected ones after it."""
    return Subscription(_FINALS, broker, where, **options)


def alerts(broker: str, where: Filter | None = None, **options: Unpack[Options]) -> Subscription[Alert]:
    """The state of each rule and series, and every change of it."""
    return Subscription(_ALERTS, broker, where, **options)
