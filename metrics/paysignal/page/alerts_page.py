"""The view of alerts: what stands, then what ended. Pure; everything is escaped."""

from collections.abc import Sequence

from paysignal.facts.alerts import Alert
from paysignal.facts.markets import market_name
from paysignal.facts.measures import Unit
from paysignal.facts.series import SEPARATOR
from paysignal.page import figures, words
from paysignal.page.markup import (
    ROWS_SHOWN,
    breakable,
    explain_link,
    market,
    provider,
    section,
    series_link,
    table,
    text,
)
from paysignal.page.shell import page

_COLUMNS = ("State", "Provider", "Market", "Measure", "Alert", "Value", "Since", "Rule")
_REASONS = {
    "crossed": "",
    "interval": "only what its digits leave open crosses",
    "cleared": "the value came back",
    "withdrawn": "its fact was taken back",
    "outdated": "older than the rule asks",
    "doubted": "its figure is in doubt",
    "unasked": "the rule no longer asks for it",
}


def alerts_page(alerts: Sequence[Alert], version: str) -> str:
    """The alerts in the order of the board: those that stand first, the newest change first."""
    standing = [alert for alert in alerts if alert.stands]
    ended = [alert for alert in alerts if not alert.stands]
    body = "\n".join(filter(None, ("<h1>Alerts</h1>", _standing(standing, quiet=not alerts), _ended(ended))))
    return page("Alerts - paysignal", version, body, here="/alerts")


def _standing(alerts: Sequence[Alert], *, quiet: bool) -> str:
    if not alerts:
        told = (
            "No alert stands, and none has ended. Either no figure crosses a threshold, or the worker has no rules: "
            "<code>paysignal rules check</code> says which rules there are."
            if quiet
            else "No alert stands: every figure that had crossed a threshold is back, or was taken back."
        )
        return section("standing", "Standing", f'<p class="empty">{told}</p>')
    possible = sum(alert.state == "possible" for alert in alerts)
    about = f"{len(alerts) - possible:,} firing, {possible:,} possible: there only what the digits leave open crosses."
    return table("standing", "Standing", about, _COLUMNS, [_cells(alert) for alert in alerts], "")


def _ended(alerts: Sequence[Alert]) -> str:
    if not alerts:
        return ""
    about = f"The last {min(len(alerts), ROWS_SHOWN):,} that ended, the newest first."
    return table("ended", "Ended", about, _COLUMNS, [_cells(alert) for alert in alerts], "")


def _cells(alert: Alert) -> tuple[str, ...]:
    series = alert.series
    kind = "warn" if alert.stands else ""
    severity = f' <span class="more">{text(alert.severity)}</span>'
    reason = _REASONS.get(alert.reason, alert.reason)
    because = f' <span class="note">{text(reason)}</span>' if reason else ""
    return (
        f'<span class="tag {kind}">{text(alert.state)}</span>{severity}',
        series_link(series.key, provider(words.provider(series.provider))),
        market(series.market, market_name(series.market)),
        breakable(words.measure(series.measure, series.segment)),
        breakable(figures.line(alert.summary)) + because,
        explain_link(alert.reading, _value(alert)),
        text(alert.since),
        breakable(alert.rule),
    )


def _value(alert: Alert) -> str:
    return (
        f'<span class="figure">{text(_number(alert, alert.value))}</span> '
        f'<span class="interval">{text(alert.direction)} {text(_number(alert, alert.threshold))}</span>'
    )


def _number(alert: Alert, value: float) -> str:
    """A growth has its sign; all else is an amount."""
    if alert.unit is Unit.RATIO and "growth" in _indicator(alert):
        return words.percent(value, sign=True)
    return words.amount(value, alert.unit, alert.series.currency)


def _indicator(alert: Alert) -> str:
    return alert.reading.split(SEPARATOR)[-3]
