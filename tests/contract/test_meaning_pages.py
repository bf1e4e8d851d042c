"""The pages of meaning: every example on them is run, and gives what the page says.

A fenced block `facts` begins an example: a claim or retraction a line, each repeating of the line above what it leaves
out. What follows it is about these facts: `readings` (perhaps "as of" a day), `findings`, `explain`; `rates` before
them is a file of own rates; `averages` value over count of the latest period with both.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from paysignal.command.rates import published_rates
from paysignal.engine.asof import state_of
from paysignal.engine.audit.auditing import audit
from paysignal.engine.averages import averages_of
from paysignal.engine.explaining import explain
from paysignal.engine.money.rates import RateTable, own_rates
from paysignal.engine.step import State
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.intervals import step_of
from paysignal.facts.moments import known_us
from paysignal.facts.readings import Reading
from tests.tools.need import CHECKOUT

PAGES = CHECKOUT / "docs" / "meaning"
OWN = ("index", "claims", "periods", "stocks-and-flows", "bounds", "currencies", "self-check", "as-of", "explain")
_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([\w-]+)\.md\)")


@dataclass
class Example:
    """One set of facts, and what a page says of it: (kind of block, its arguments, its lines)."""

    page: str
    facts: list[Claim | Retraction]
    rates: RateTable
    said: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def state(self, arguments: str = "") -> State:
        """The engine after the facts, or after those known by the day that the block names."""
        day = arguments.removeprefix(" as of ").strip()
        return state_of(self.facts, known_us(day) if day else None, self.rates)


def facts_of(lines: list[str]) -> list[Claim | Retraction]:
    """The facts of a block; `retracts` is the number of a line, `equivalent_of` as well."""
    facts: list[Claim | Retraction] = []
    fields: dict[str, Any] = {}
    for line in lines:
        given = json.loads(line)
        for name in {"retracts", "equivalent_of"} & given.keys():
            given[name] = facts[given[name] - 1].id
        if "retracts" in given:
            facts.append(identified(msgspec.convert({"source": fields["source"]} | given, Retraction)))
        else:
            fields = {key: value for key, value in (fields | given).items() if key != "break" or key in given}
            facts.append(identified(msgspec.convert(fields, Claim)))
    return facts


@lru_cache(maxsize=1)
def ecb() -> RateTable:
    """The ECB's history, for pages that bring no rates."""
    return published_rates(None)


def examples_of(page: Path) -> Iterator[Example]:
    """The examples of a page, in their order."""
    rates, example = ecb(), None
    for kind, arguments, text in _BLOCK.findall(page.read_text()):
        lines = [line for line in text.splitlines() if line.strip()]
        if kind == "rates":
            rates = own_rates(lines)
        elif kind == "facts":
            if example is not None:
                yield example
            example = Example(page.stem, facts_of(lines), rates)
            rates = ecb()
        elif kind in CHECKS:
            assert example is not None, f"{page.name}: {kind} without facts"
            example.said.append((kind, arguments, lines))
    if example is not None:
        yield example


def check_readings(example: Example, arguments: str, lines: list[str]) -> None:
    """`indicator baseline value low high flags…`, "-" for none; a line `none indicator baseline` says there is none."""
    readings = list(example.state(arguments).readings.values())
    for line in lines:
        indicator, baseline, *rest = line.split()
        if indicator == "none":
            indicator, baseline, rest = baseline, rest[0], []
        found = [each for each in readings if (each.indicator, each.baseline or "-") == (indicator, baseline)]
        assert bool(rest) == bool(found), f"{line}: {[(each.indicator, each.value) for each in readings]}"
        if rest:
            assert any(says(each, rest) for each in found), f"{line}: {[shown(each) for each in found]}"


def says(reading: Reading, words: list[str]) -> bool:
    """Whether the reading's figures are the written ones to their last digit, and its flags all there are."""
    value, low, high, *flags = words
    figures = (reading.value, reading.low, reading.high)
    return all(map(same, figures, (value, low, high))) and tuple(sorted(flags)) == reading.flags


def shown(reading: Reading) -> str:
    """The reading as a page would say it."""
    return f"{reading.value!r} {reading.low!r} {reading.high!r} {' '.join(reading.flags)}"


def same(figure: float | None, written: str) -> bool:
    """Whether the figure rounds to the written one; "-" is no figure."""
    if figure is None or written == "-":
        return figure is None and written == "-"
    digits = written.replace("_", "")
    return abs(figure - float(digits)) <= 0.5000001 * step_of(digits)


def check_averages(example: Example, arguments: str, lines: list[str]) -> None:
    """`value low high flags…` of value over count, a series a line."""
    told = [each.reading for each in averages_of(example.state(arguments).statements.books.values())]

    assert len(lines) == len(told)
    for line, reading in zip(lines, told, strict=True):
        assert reading is not None
        assert says(reading, line.split()), shown(reading)


def check_findings(example: Example, arguments: str, lines: list[str]) -> None:
    """`rule stated computed`; all that the audit finds, or `none`."""
    claims = [fact for fact in example.facts if isinstance(fact, Claim)]
    found = audit(example.state(arguments).statements.books.values(), claims, example.rates)
    wanted = [] if lines == ["none"] else [line.split() for line in lines]

    assert [each.rule for each in found] == [rule for rule, _, _ in wanted]
    for finding, (_, stated, computed) in zip(found, wanted, strict=True):
        assert same(finding.stated, stated)
        assert same(finding.computed, computed), finding.computed


def check_explain(example: Example, arguments: str, lines: list[str]) -> None:
    """The key; then formulas, parts with their publishers, and what was left out, each as `explain` gives them."""
    key, *rest = lines
    told = explain(key, example.facts, rates=example.rates)
    parts = [
        f"{each.part}: {each.value!r} by {', '.join(c.source.publisher for c in each.claims)}" for each in told.evidence
    ]
    left = [f"left out: {each.claim.value!r} by {each.claim.source.publisher}, {each.why}" for each in told.left_out]
    passed = [f"passed over: {each}" for each in told.passed_over]

    assert rest == [f"{told.reading.value!r} = {told.formula}", *parts, *left, *passed]


CHECKS: dict[str, Callable[[Example, str, list[str]], None]] = {
    "readings": check_readings,
    "averages": check_averages,
    "findings": check_findings,
    "explain": check_explain,
}


def blocks() -> Iterator[Any]:
    """Every block that says something, by page and number."""
    for page in sorted(PAGES.glob("*.md")):
        for number, example in enumerate(examples_of(page), 1):
            for kind, arguments, lines in example.said:
                yield pytest.param(example, kind, arguments, lines, id=f"{page.stem}-{number}-{kind}{arguments}")


@pytest.mark.parametrize(("example", "kind", "arguments", "lines"), list(blocks()))
def test_the_page_says_what_the_engine_says(example: Example, kind: str, arguments: str, lines: list[str]) -> None:
    """What a page shows under its facts is what comes of them."""
    CHECKS[kind](example, arguments, lines)


@pytest.mark.parametrize("name", OWN)
def test_every_page_is_there_with_an_example(name: str) -> None:
    """Each rule has its page, and each page a worked example; no example is without a result."""
    page = PAGES / f"{name}.md"
    examples = list(examples_of(page))

    assert name == "index" or examples
    assert all(example.said for example in examples)


def test_the_index_lists_every_page() -> None:
    """No page is lost, and no link leads nowhere."""
    pages = {page.stem for page in PAGES.glob("*.md")} - {"index"}

    assert pages <= set(_LINK.findall((PAGES / "index.md").read_text()))
    for page in PAGES.glob("*.md"):
        assert set(_LINK.findall(page.read_text())) <= pages | {"index"}, page.name


def test_a_wrong_page_is_found_out() -> None:
    """A changed digit, flag, finding or line of a page fails its test."""
    page = PAGES / "self-check.md"
    example = next(each for each in examples_of(page) if each.said[0][0] == "findings")
    with pytest.raises(AssertionError):
        check_findings(example, "", ["unit_slip 1 2"])
    for line in ("level - 1 0 2", "none level -", "level - 3187000 3186500 3187500 conflict"):
        with pytest.raises(AssertionError):
            check_readings(example, "", [line])
