"""Subscribing: readings, finals and alerts as they come, typed, each once, stale ones left out.

from paysignal.subscribe import Filter, readings

with readings("localhost:9092", Filter(provider="upi", indicator="year_on_year_growth")) as stream:
for reading in stream:
print(reading.series.market, reading.value, reading.low, reading.high)
"""

from paysignal.subscribe.filters import Filter
from paysignal.subscribe.streams import alerts, finals, readings
from paysignal.subscribe.subscription import Counts, NoSuchTopicError, Subscription, UnreachableError, Withdrawn

__all__ = [
    "Counts",
    "Filter",
    "NoSuchTopicError",
    "Subscription",
    "UnreachableError",
    "Withdrawn",
    "alerts",
    "finals",
    "readings",
]
