"""The rules of a thresholds file as Prometheus rules: one alert each, its threshold joined from paysignal_threshold."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from paysignal.engine.alerting.patterns import Pattern
from paysignal.engine.alerting.rules import Rule
from paysignal.engine.alerting.summaries import FIELDS
from paysignal.exposition.families import HIGH, INDICATORS, LOW, SERIES_LABELS, Shown
from paysignal.facts.errors import PaySignalError

_HEAD: Final = """\
# Written by `paysignal rules build`: change the thresholds file, not this one. Thresholds are joined from
# paysignal_threshold, which the exporter exposes. `for`, `readings` and `cool_down` count event time, which Prometheus
# does not know: those rules fire here at their first reading.
"""
_SERIES: Final = ", ".join(SERIES_LABELS)
_US: Final = 1_000_000


class NoMetricError(PaySignalError):
    """A rule asks for readings that no metric shows."""


def prometheus_rules(rules: Iterable[Rule]) -> str:
    """The text of a file of rules; raises `NoMetricError`."""
    group = {"name": "paysignal-thresholds-file", "rules": [_alert(rule) for rule in rules]}
    body = yaml.safe_dump({"groups": [group]}, sort_keys=False, width=110, allow_unicode=True)
    return _HEAD + str(body)


def alert_name(rule: str) -> str:
    """`growth-surge` → `GrowthSurge`."""
    return "".join(part.capitalize() for part in rule.split("-"))


def _alert(rule: Rule) -> Mapping[str, Any]:
    shown = _shown(rule)
    return {
        "alert": alert_name(rule.name),
        "expr": _expression(rule, shown),
        "labels": {"severity": rule.severity, "rule": rule.name},
        "annotations": {"summary": _summary(rule, shown)},
    }


def _shown(rule: Rule) -> Shown:
    """How the rule's readings are shown."""
    shown = INDICATORS.get(rule.indicator)
    if shown is None:
        raise NoMetricError(
            f"rule {rule.name}: indicator {rule.indicator!r} has no metric; docs/indicators.md lists those"
        )
    for label, value in (("window", rule.window), ("baseline", rule.baseline)):
        labelled = label in shown.family.labels
        fixed = shown.fixed_baseline if label == "baseline" else None
        if bool(value) != labelled or (fixed is not None and value != fixed):
            asked = fixed or ("one" if labelled else "none")
            raise NoMetricError(f"rule {rule.name}: {label} {value!r}: readings of {rule.indicator} have {asked}")
    return shown


def _expression(rule: Rule, shown: Shown) -> str:
    beyond = ">" if rule.direction == "above" else "<"
    value = _value(rule, shown)
    threshold = f'max(paysignal_threshold{{rule="{rule.name}"}})'
    parts = [f"(\n{value}\n    {beyond} on () group_left ()\n  {threshold}\n)"]
    if rule.clear != rule.threshold:
        stands = f'ALERTS{{alertname="{alert_name(rule.name)}", alertstate="firing"}}'
        kept = f"{value} {beyond} {rule.clear!r}\n    and ignoring (alertname, alertstate, severity, rule)\n  {stands}"
        parts.append(f"  or\n(\n{kept}\n)")
    expression = "(\n" + "\n".join(parts) + "\n)"
    asked = f'indicator="{rule.indicator}", window="{rule.window}", baseline="{rule.baseline}"'
    if rule.unless:
        flagged = f'paysignal_reading_flagged{{{asked}, flag=~"{"|".join(rule.unless)}"}}'
        expression += f"\n  unless on ({_SERIES})\nmax by ({_SERIES}) ({flagged})"
    if rule.max_age_us is not None:
        at = f"max by ({_SERIES}) (paysignal_reading_event_timestamp_seconds{{{asked}}})"
        expression += f"\n  unless on ({_SERIES})\n(time() - {at} > {rule.max_age_us // _US})"
    return expression


def _value(rule: Rule, shown: Shown) -> str:
    """What is compared: the value, or the near end of the interval, which is left out where it is as narrow as that."""
    name, selector = shown.family.name, "{" + ", ".join(_matchers(rule, shown)) + "}"
    value = name + selector
    if rule.certain and shown.family.interval:
        near, far = (LOW, HIGH) if rule.direction == "above" else (HIGH, LOW)
        value = f"{name}{near}{selector} or ({name}{selector} unless {name}{far}{selector})"
    scaled = "" if shown.family.scale == 1.0 else f" / {shown.family.scale!r}"
    return f"  max without (instance, job) ({value}){scaled}"


def _matchers(rule: Rule, shown: Shown) -> Iterable[str]:
    for label, patterns in rule.match:
        yield _matcher(label, patterns)
    if "origin" in shown.family.labels:
        yield f'origin="{shown.origin}"'
    for label, value in (("window", rule.window), ("baseline", rule.baseline)):
        if label in shown.family.labels:
            yield f'{label}="{_escaped(value)}"'
    for label, value in shown.named:
        yield f'{label}="{value}"'


def _matcher(label: str, patterns: tuple[Pattern, ...]) -> str:
    joined = "|".join(pattern.regex for pattern in patterns)
    return f'{label}=~"{_escaped(joined)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _summary(rule: Rule, shown: Shown) -> str:
    ratio = "humanizePercentage" if shown.family.name.endswith("_ratio") else "humanize"
    value = f"{{{{ $value | {ratio} }}}}"
    asked = f'query "max(paysignal_threshold{{rule=\\"{rule.name}\\"}})"'
    texts = {
        **{label: f"{{{{ $labels.{label} }}}}" for label in SERIES_LABELS},
        **dict.fromkeys(("value", "low", "high"), value),
        "threshold": f"{{{{ with {asked} }}}}{{{{ . | first | value | {ratio} }}}}{{{{ end }}}}",
        "indicator": rule.indicator,
        "window": rule.window,
        "baseline": rule.baseline,
        "rule": rule.name,
        "severity": rule.severity,
        **dict.fromkeys(("event_time", "known_at"), "its latest period"),
        "unit": "",
    }
    assert texts.keys() == set(FIELDS)  # noqa: S101 - a field more must be told here as well
    return rule.summary.filled(texts)
