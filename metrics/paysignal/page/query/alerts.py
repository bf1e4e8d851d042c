"""The list of alerts. Pure over those that are held at one moment."""

from collections.abc import Iterable, Sequence

from paysignal.facts.alerts import Alert
from paysignal.facts.markets import market_name
from paysignal.page import words
from paysignal.page.query.filters import series_passes, words_of
from paysignal.page.query.index import searchable
from paysignal.page.query.paging import page_of, placed
from paysignal.page.query.parameters import Asked
from paysignal.page.query.rows import AlertRow, AlertsRow


def alerts_row(alerts: Iterable[Alert], asked: Asked) -> AlertsRow:
    """The alerts that are asked for, by key."""
    own, sought = {name: asked.several(name) for name in ("state", "severity", "rule")}, words_of(asked)
    wanted = [
        alert
        for alert in alerts
        if all(values is None or getattr(alert, name) in values for name, values in own.items())
        and series_passes(alert.series, asked)
        and _found(sought, f"{searchable(alert.series)} {alert.rule}")
    ]
    page = page_of(placed(wanted, lambda each: (0.0, each.key)), asked, "key")
    return AlertsRow(total=page.total, next=page.next, alerts=tuple(map(_alert_row, page.items)))


def _found(sought: Sequence[str], text: str) -> bool:
    return all(word in text for word in sought)


def _alert_row(alert: Alert) -> AlertRow:
    series = alert.series
    return AlertRow(
        key=alert.key,
        alert=alert,
        provider_name=words.provider(series.provider),
        market_name=market_name(series.market),
        measure_words=words.measure(series.measure, series.segment),
    )
