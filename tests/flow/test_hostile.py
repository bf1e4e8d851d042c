"""Hostile values in every field of a fact leave API, CSV, metrics and terminal intact (the page: tests/page)."""

import copy
import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from click.testing import CliRunner
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from paysignal.board.board import Counts, Snapshot
from paysignal.command import main
from paysignal.command.telling import TELLERS
from paysignal.engine.asof import state_of
from paysignal.engine.money.rates import NO_RATES
from paysignal.exposition.collector import BoardCollector
from paysignal.exposition.server import Server
from paysignal.facts import wire
from paysignal.facts.claims import Break, Claim, Source
from paysignal.facts.errors import Malformed
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Tier
from paysignal.facts.periods import Period
from paysignal.facts.texts import shown
from paysignal.history.answers import Answers
from paysignal.history.rows import FactsRow
from paysignal.history.store import History
from tests.tools.examples import claim, growth
from tests.tools.querying import api_routes

HOSTILE = {
    "markup": "<script>alert(1)</script>\"'&amp;",
    "rich markup": "[bold red]x[/] [link=https://x]",
    "formula": "=cmd|' /C calc'!A0",
    "newlines": "one\r\ntwo\nthree",
    "control": "\x1b]0;title\x07\x1b[2J\x00\x08\x9b31m",
    "right to left": "abc\u202egpj.exe\u2066\u200f",
    "separators": "a\u2028b\u2029c",
    "keys": "a|b|c",
    "labels": 'x"} 1\nup{job="y',
    "braces": "{value:.{9**9}} %s %n",
    "100 KB": "x" * 100_000,
    "joiners": "क्\u200dष पे",
}
KEY = "upi|IN|transactions||month||current"

#: What must reach no terminal: the house's own rule, said again.
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

#: A claim that has every field.
WHOLE = identified(
    claim(
        source=Source("npci", "NPCI", Tier.OFFICIAL, "https://example.com/", "F1", "0" * 64, (0, 5)),
        confidence=0.5, break_=Break("2020-01-01", "counted anew"), equivalent_of="0" * 32,
    )
)  # fmt: skip


def leaves(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - JSON
    """Every place of a record that has text, or could have."""
    for name, value in node.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name)


def spoiled(record: dict[str, Any], path: tuple[str, ...], value: str) -> dict[str, Any]:
    """The record with this value there, and with the id that it then has, where it can have one."""
    changed = copy.deepcopy(record)
    holder = changed
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = value
    try:
        plain: dict[str, Any] = {name: each for name, each in changed.items() if name != "id"}
        made: dict[str, Any] = json.loads(wire.encode(identified(msgspec.convert(plain, Claim))))
    except (msgspec.ValidationError, ValueError):
        return changed
    return made if path != ("id",) else changed


def told_of(raw: bytes) -> object:
    """The fact, or the sentence that says why it is none."""
    try:
        return wire.decode_fact(raw)
    except Malformed as error:
        return str(error)


@pytest.fixture(scope="module")
def accepted() -> list[Claim]:
    """Every claim with a hostile value that the vocabulary takes; each of the others is refused in one bounded line."""
    taken: list[Claim] = []
    refused = 0
    for record in (json.loads(wire.encode(WHOLE)), json.loads(wire.encode(identified(growth())))):
        for path in leaves(record):
            for value in HOSTILE.values():
                # Of one claim with other words for its source the engine holds one: each has a value of its own.
                record["value"] += record["step"] / 1_000
                told = told_of(json.dumps(spoiled(record, path, value)).encode())
                if isinstance(told, Claim):
                    taken.append(told)
                else:
                    refused += 1
                    assert isinstance(told, str)
                    assert len(told) < 1_000
                    assert not UNSAFE.search(shown(told))
    assert refused > 300
    # Free text is free: of a source's name and reference and a break's note all but what breaks a line is taken.
    names = {each.source.name for each in taken} | {each.break_.note for each in taken if each.break_}
    assert {HOSTILE["markup"], HOSTILE["formula"], HOSTILE["right to left"], HOSTILE["braces"]} <= names
    assert not any(HOSTILE[each] in names for each in ("newlines", "control", "separators", "100 KB", "labels"))
    return taken


@dataclass(frozen=True, slots=True)
class Shown:
    """An API over those claims, and their readings on a board."""

    get: httpx.Client
    registry: CollectorRegistry
    claims: list[Claim]
    file: Path


@pytest.fixture(scope="module")
def world(accepted: list[Claim], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """With figures of the month before, so that there is something to compare."""
    base = identified(claim(period=Period("2023-02-01", "2023-03-01"), value=7.5e9))
    facts = [base, *accepted]
    history = History(10_000)
    history.remember(facts)
    readings = tuple(state_of(facts).readings.values())
    registry = CollectorRegistry()
    registry.register(BoardCollector(lambda: Snapshot(readings, Counts(), 100_000)))
    file = tmp_path_factory.mktemp("hostile") / "facts.jsonl"
    file.write_bytes(b"".join(wire.encode(each) + b"\n" for each in facts))
    routes = api_routes(Answers(history, NO_RATES), readings)
    server = Server("127.0.0.1", 0, registry, lambda: None, lambda: None, dict, routes)
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=30) as client:
        yield Shown(client, registry, facts, file)
    server.stop()


def test_the_api_tells_every_text_as_it_was_sent(world: Shown) -> None:
    """JSON keeps each; nothing is cut, nothing is interpreted; the type says so and is not guessed."""
    answer = world.get.get("/v1/facts", params={"series": KEY})
    told = msgspec.json.decode(answer.content, type=FactsRow)
    sent = {each.id: each for each in world.claims if each.series_key == KEY}
    assert {row.claim.id: row.claim for row in told.facts} == sent
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for path in (f"/v1/history?series={KEY}", f"/v1/explain?key={KEY}|level||", "/v1/readings", "/v1/series"):
        assert world.get.get(path).status_code == 200


def test_hostile_questions_are_refused_in_a_line(world: Shown) -> None:
    """Each value as each parameter: 200 or 4xx, JSON, bounded; never 500."""
    parameters = world.get.get("/v1/openapi.json").json()["paths"]["/v1/readings"]["get"]["parameters"]
    for parameter in parameters:
        for value in HOSTILE.values():
            answer = world.get.get("/v1/readings", params={parameter["name"]: value[:6_000]})
            assert answer.status_code in {200, 400}
            assert answer.status_code == 200 or len(answer.json()["error"]) < 500


def test_a_table_has_a_row_for_each_fact_and_no_formula(world: Shown) -> None:
    """Parsed, every row has every column; no cell begins like a formula, breaks a line or turns around."""
    for path in ("facts", "history"):
        text = world.get.get(f"/v1/{path}", params={"series": KEY, "format": "csv"}).text
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) == text.count("\r\n")
        cells = [cell for row in rows[1:] for cell in row]
        assert not any(UNSAFE.search(cell) for cell in cells)
        assert not any(re.match("[=+@]|-[^0-9]", cell) for cell in cells)
    facts = csv.DictReader(io.StringIO(world.get.get(f"/v1/facts?series={KEY}&format=csv").text, newline=""))
    assert len(list(facts)) == sum(each.series_key == KEY for each in world.claims)


def test_metrics_parse_and_have_no_label_of_outside_text(world: Shown) -> None:
    """Names from outside are no labels, so nothing of theirs is there at all."""
    text = generate_latest(world.registry).decode()
    assert list(text_string_to_metric_families(text))
    assert world.get.get("/metrics").status_code == 200
    for value in HOSTILE.values():
        assert value not in text


@pytest.mark.parametrize("command", ["history", "explain", "findings"])
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["drawn", "json"])
def test_the_terminal_is_moved_by_nothing(world: Shown, command: str, form: list[str]) -> None:
    """No control character but line ends, no direction changed, no mark-up taken for style; JSON is one line of it."""
    asked = {"history": [KEY], "explain": [f"{KEY}|level||"], "findings": []}[command]
    result = CliRunner().invoke(main, [command, *asked, *form, "--facts", str(world.file)])
    assert result.exit_code == 0, result.output
    assert not UNSAFE.search(result.output)
    if form:
        (line,) = result.stdout.splitlines()
        json.loads(line)
    elif command == "explain":
        assert "[bold" in result.output


def test_what_flows_by_is_one_line_each(world: Shown) -> None:
    """`tail` of facts and readings, and of what was refused with its hostile reason and place."""
    readings = state_of(world.claims).readings.values()
    lines = [TELLERS["facts"](wire.encode(each)).text() for each in world.claims]
    lines += [TELLERS["readings"](wire.encode(each)).text() for each in readings]
    for value in HOSTILE.values():
        raw = {"reason": "bad_json", "detail": value, "origin": {"file": value, "line": 1}, "length": 1,
               "sha256": "0" * 64, "original": ""}  # fmt: skip
        with suppress(Malformed):  # what has no such place or is too large
            lines.append(TELLERS["rejected"](json.dumps(raw).encode()).text())
    assert len(lines) > len(world.claims) + len(readings) + 5
    assert not [line for line in lines if UNSAFE.search(line) or "\n" in line or len(line) > 5_000]
