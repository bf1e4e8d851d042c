"""From the bytes of a thresholds file to rules. Every mistake is collected, so that one try shows them all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from paysignal.engine.alerting.rules import Rule, Rules
from paysignal.engine.alerting.summaries import template_of
from paysignal.facts.alerts import Direction
from paysignal.facts.errors import Refused
from paysignal.thresholds.errors import Mistake, ThresholdsError
from paysignal.thresholds.fields import FIELDS, RefusedAt
from paysignal.thresholds.nodes import Node, NotYaml, entries, parsed

MOST_RULES: Final = 200

#: Of more mistakes than this the first are the ones to begin with.
_MOST_MISTAKES: Final = 50

DEFAULT_NAME: Final = "defaults.yaml"

_DEFAULTS: Final[Mapping[str, Any]] = {
    "window": "",
    "baseline": "",
    "match": (),
    "certain": False,
    "readings": 1,
    "for": 0,
    "cool_down": 0,
    "max_age": None,
    "severity": "warning",
    "unless": (),
}
_SUMMARY: Final = "{provider} in {market}: {indicator} of {measure} is {value}, against {threshold}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A rule and the line it starts on."""

    rule: Rule
    line: int


def rules_of(raw: bytes, name: str) -> Rules:
    """The rules of a file called `name`; raises `ThresholdsError` with every mistake."""
    return Rules(each.rule for each in placed_rules(raw, name))


def placed_rules(raw: bytes, name: str) -> tuple[Placed, ...]:
    """The same, each with its line."""
    mistakes = list[Mistake]()
    try:
        root = parsed(raw)
    except NotYaml as error:
        raise ThresholdsError(name, (error.mistake,)) from None
    found = [] if root is None else [_rule(node, mistakes) for node in _rule_nodes(root, mistakes)]
    placed = [each for each in found if each is not None]
    mistakes += _named_twice(placed)
    if mistakes:
        raise ThresholdsError(name, tuple(sorted(mistakes, key=lambda each: (each.line, each.column))[:_MOST_MISTAKES]))
    return tuple(placed)


def default_bytes() -> bytes:
    """The thresholds that ship."""
    return resources.files("paysignal.thresholds").joinpath(DEFAULT_NAME).read_bytes()


def _rule_nodes(root: Node, mistakes: list[Mistake]) -> tuple[Node, ...]:
    fix = "begin the file with `rules:` and write each rule below as `- rule: NAME`"
    rules: Node | None = None
    for key, at, value in entries(root):
        if key == "rules" and rules is None:
            rules = value
        else:
            mistakes.append(at.mistake("file", "one key, `rules`, once", fix))
    if rules is None or rules.items is None:
        mistakes.append((rules or root).mistake("rules", "a list of rules", fix))
        return ()
    if len(rules.items) > MOST_RULES:
        mistakes.append(
            rules.items[MOST_RULES].mistake("rules", f"at most {MOST_RULES} rules", "join some by patterns")
        )
    return rules.items[:MOST_RULES]


def _rule(node: Node, mistakes: list[Mistake]) -> Placed | None:
    before, places, values = len(mistakes), dict[str, Node](), dict[str, Any]()
    if node.pairs is None:
        mistakes.append(node.mistake("rule", "a mapping of fields", "write - rule: NAME, then its fields below"))
        return None
    for name, at, value in entries(node):
        if name not in FIELDS or name in places:
            rule = "each field once" if name in places else f"a field is one of {', '.join(FIELDS)}"
            mistakes.append(at.mistake("field", rule, "correct or remove it"))
            continue
        places[name] = value
        try:
            values[name] = FIELDS[name].read(value)
        except Refused as error:
            place = error.node if isinstance(error, RefusedAt) else value
            mistakes.append(Mistake(place.line, place.column, error.field, error.value, error.rule, error.fix))
    mistakes += _together(node, places, values)
    return Placed(_made(values), node.line) if len(mistakes) == before else None


def _together(node: Node, places: Mapping[str, Node], values: Mapping[str, Any]) -> Iterator[Mistake]:
    """What no field alone tells."""
    for name in ("rule", "indicator"):
        if name not in places:
            yield node.mistake("rule", f"every rule has `{name}`", f"add {name}: {FIELDS[name].told}")
    sides = [side for side in ("above", "below") if side in places]
    if len(sides) != 1:
        at = places[sides[1]] if sides else node
        yield at.mistake("rule", "a rule has `above` or `below`, one of them", "add above: NUMBER, or make two rules")
    elif "clear" in values and sides[0] in values:
        threshold, clear = values[sides[0]], values["clear"]
        if (clear > threshold) if sides[0] == "above" else (clear < threshold):
            rule = f"not beyond the threshold, which is {threshold:g}"
            yield places["clear"].mistake("clear", rule, f"put it {'under' if sides[0] == 'above' else 'over'} that")


def _made(values: Mapping[str, Any]) -> Rule:
    direction: Direction = "above" if "above" in values else "below"
    of = {**_DEFAULTS, **values}
    return Rule(
        name=of["rule"],
        indicator=of["indicator"],
        window=of["window"],
        baseline=of["baseline"],
        match=of["match"],
        direction=direction,
        threshold=of[direction],
        clear=of.get("clear", of[direction]),
        certain=of["certain"],
        readings=of["readings"],
        lasting_us=of["for"],
        cool_down_us=of["cool_down"],
        max_age_us=of["max_age"],
        severity=of["severity"],
        unless=of["unless"],
        summary=of["summary"] if "summary" in of else template_of(_SUMMARY),
    )


def _named_twice(placed: list[Placed]) -> Iterator[Mistake]:
    lines = dict[str, int]()
    for each in placed:
        first = lines.setdefault(each.rule.name, each.line)
        if first != each.line:
            rule = f"each rule has a name of its own; line {first} has this one"
            yield Mistake(each.line, 1, "rule", each.rule.name, rule, "give it another name")
