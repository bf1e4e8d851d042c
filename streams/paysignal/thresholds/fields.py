"""The fields of a rule: what each takes, and the sentence for what it does not."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, cast

from paysignal.engine.alerting.patterns import Pattern, pattern_of
from paysignal.engine.alerting.rules import LABELS
from paysignal.engine.alerting.summaries import Template, template_of
from paysignal.facts.alerts import Severity
from paysignal.facts.errors import Refused
from paysignal.facts.intervals import is_finite
from paysignal.facts.readings import Flag
from paysignal.facts.series import SEPARATOR
from paysignal.facts.slugs import checked_slug
from paysignal.thresholds.nodes import Node, entries

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_DURATION: Final = re.compile(r"(\d{1,6})(s|m|h|d|w)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_US: Final = 1_000_000

#: A rule remembers as many event times a series.
MOST_READINGS: Final = 100
MOST_PATTERNS: Final = 50
_LONGEST_NAME: Final = 128

_INDICATOR: Final = re.compile(r"[a-z][a-z0-9_]{0,127}")
_SEVERITIES: Final = ("info", "warning", "critical")
FLAGS: Final = tuple(sorted(str(value) for name, value in vars(Flag).items() if name.isupper()))


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a rule: how its node is read (raises `Refused`) and what it is, for people."""

    read: Callable[[Node], object]
    told: str


def _scalar(node: Node, field: str) -> str:
    if node.scalar is None:
        kind = "a list" if node.items is not None else "a mapping"
        raise Refused(field, kind, "one value", f"write {field}: VALUE")
    return node.scalar


def _number(field: str) -> Callable[[Node], float]:
    def read(node: Node) -> float:
        text = _scalar(node, field)
        if not _NUMBER.fullmatch(text) or not is_finite(float(text)):
            raise Refused(field, text, "a plain finite number", "write 1.0 for +100 %, or 250000000")
        return float(text)

    return read


def _duration(field: str) -> Callable[[Node], int]:
    def read(node: Node) -> int:
        text = _scalar(node, field)
        found = _DURATION.fullmatch(text)
        if found is None:
            raise Refused(field, text, "a whole number of s, m, h, d or w", "write it like 90d or 12h")
        return int(found[1]) * _SECONDS[found[2]] * _US

    return read


def _truth(field: str) -> Callable[[Node], bool]:
    def read(node: Node) -> bool:
        text = _scalar(node, field)
        if text not in {"true", "false"}:
            raise Refused(field, text, "true or false", "write true or false")
        return text == "true"

    return read


def _name(node: Node) -> str:
    return checked_slug("rule", _scalar(node, "rule"))


def _indicator(node: Node) -> str:
    text = _scalar(node, "indicator")
    if not _INDICATOR.fullmatch(text):
        raise Refused("indicator", text, "the name of an indicator", "docs/indicators.md lists them: stated_growth")
    return text


def _key_part(field: str) -> Callable[[Node], str]:
    def read(node: Node) -> str:
        text = _scalar(node, field)
        if len(text) > _LONGEST_NAME or SEPARATOR in text or not text.isprintable():
            raise Refused(
                field, text, f"a part of a reading's key, up to {_LONGEST_NAME} characters", "copy it from one"
            )
        return text

    return read


def _count(node: Node) -> int:
    text = _scalar(node, "readings")
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:9]) <= MOST_READINGS:
        raise Refused("readings", text, f"a whole number from 1 to {MOST_READINGS}", "write it like 3")
    return int(text)


def _severity(node: Node) -> Severity:
    text = _scalar(node, "severity")
    if text not in _SEVERITIES:
        raise Refused("severity", text, f"one of {', '.join(_SEVERITIES)}", "write one of these")
    return cast("Severity", text)


def _flags(node: Node) -> tuple[str, ...]:
    texts = [_scalar(each, "unless") for each in (node.items if node.items is not None else (node,))]
    for text in texts:
        if text not in FLAGS:
            raise Refused("unless", text, f"flags of a reading: {', '.join(FLAGS)}", "write a list of these")
    return tuple(sorted(set(texts)))


def _match(node: Node) -> tuple[tuple[str, tuple[Pattern, ...]], ...]:
    if node.pairs is None:
        raise Refused("match", node.scalar or "a list", "patterns by label", "write match: {provider: alipay}")
    found = dict[str, tuple[Pattern, ...]]()
    for label, at, value in entries(node):
        with _located(at):
            if label not in LABELS:
                raise Refused("match", label, f"one of the labels {', '.join(LABELS)}", "use one of these")
            if label in found:
                raise Refused("match", label, "each label once", "write a list: [one, other]")
        found[label] = _patterns(label, value)
    return tuple(found.items())


def _patterns(label: str, value: Node) -> tuple[Pattern, ...]:
    nodes = value.items if value.items is not None else (value,)
    with _located(value):
        if not 0 < len(nodes) <= MOST_PATTERNS:
            raise Refused("match", label, f"1 to {MOST_PATTERNS} patterns", "write a list: [one, other]")
    patterns = []
    for each in nodes:
        with _located(each):
            patterns.append(pattern_of(_scalar(each, label)))
    return tuple(patterns)


class RefusedAt(Refused):
    """What was refused stands within the field's value, at this node."""

    def __init__(self, node: Node, error: Refused) -> None:
        super().__init__(error.field, error.value, error.rule, error.fix)
        self.node = node


@contextmanager
def _located(node: Node) -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise RefusedAt(node, error) from None


def _summary(node: Node) -> Template:
    return template_of(_scalar(node, "summary"))


FIELDS: Final[Mapping[str, Field]] = {
    "rule": Field(_name, "the name of the rule, a slug"),
    "indicator": Field(_indicator, "the indicator whose readings are judged"),
    "window": Field(_key_part("window"), "the window of the readings; empty where they have none"),
    "baseline": Field(_key_part("baseline"), "the baseline of the readings; empty where they have none"),
    "match": Field(_match, "patterns by label; a glob, or a regular expression after ~"),
    "above": Field(_number("above"), "fires when the value is above this"),
    "below": Field(_number("below"), "fires when the value is below this"),
    "clear": Field(_number("clear"), "ends at this value; the threshold itself without it"),
    "certain": Field(_truth("certain"), "whether the whole interval must be beyond, not only the value"),
    "readings": Field(_count, "for how many event times the crossing must last"),
    "for": Field(_duration("for"), "for how much event time the crossing must last"),
    "cool_down": Field(_duration("cool_down"), "for how much event time nothing new fires after an end"),
    "max_age": Field(_duration("max_age"), "how old, from event time to sending, a reading may be"),
    "severity": Field(_severity, "info, warning or critical"),
    "unless": Field(_flags, "flags with which a reading is not judged"),
    "summary": Field(_summary, "a line for people, with {fields}"),
}
