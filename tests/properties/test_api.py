"""The query API answers what `paysignal replay` gives of the same facts, now and as of any time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from paysignal.board.board import Board
from paysignal.board.updates import update_of
from paysignal.command.rates import published_rates
from paysignal.consuming.records import Record as OnTopic
from paysignal.engine.decoding import decode
from paysignal.engine.money.rates import RateTable
from paysignal.engine.records import Record
from paysignal.engine.replay import replay
from paysignal.engine.step import State, step
from paysignal.exposition.server import Server
from paysignal.facts import wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.moments import event_us, known_us
from paysignal.facts.readings import Reading
from paysignal.history.answers import Answers
from paysignal.history.rows import ExplanationRow, HistoryRow
from paysignal.history.store import History
from paysignal.page.query.rows import ReadingsRow, SeriesListRow
from tests.tools.examples import increment
from tests.tools.querying import api_routes
from tests.tools.samples import sample_claims
from tests.tools.stories import story

QUESTIONS = 1_000

#: Of the seventy that the samples have: all of them take three times as long and ask nothing else.
PROVIDERS = 20

#: Replays are most of the time this takes.
TIMES = ("2018-09-18", "2023-04-01T12:00:00Z", "2024-01-20", "2024-02-10T08:30:00Z", "2025-06-30")

#: Made of two series, which lie on different partitions: no worker and no replay makes it (decision 018).
EXPORTERS = "derived_average"


@dataclass(frozen=True, slots=True)
class World:
    """An exporter's API over a worker's readings, and what replay gives, now (None) and as of some times."""

    get: httpx.Client
    replayed: dict[str | None, dict[str, Reading]]

    def ask(self, path: str, **query: str) -> httpx.Response:
        """What it answers."""
        answer = self.get.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The shipped figures, stories full of revisions and retractions, and payments; told in any order and cut."""
    random, rates = Random(9), published_rates(None)
    some = set(random.sample(sorted({each.provider for each in sample_claims()}), PROVIDERS))
    facts: list[Claim | Retraction] = [each for each in sample_claims() if each.provider in some]
    facts += [fact for seed in range(4) for fact in story(Random(seed)).facts]
    random.shuffle(facts)
    lines = [wire.encode(each) for each in (*facts, *(increment(id=f"{n:032x}", value=n + 1.0) for n in range(50)))]
    history = History(10_000)
    history.remember(facts)
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict,
                    api_routes(Answers(history, rates), published(random, lines, rates)))  # fmt: skip
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=30) as client:
        yield World(client, {time: replayed(lines, time, rates) for time in (None, *TIMES)})
    server.stop()


def published(random: Random, lines: Sequence[bytes], rates: RateTable) -> Sequence[Reading]:
    """What a board holds after a worker took the lines in batches, each reading sent as bytes, some twice."""
    board, state, at = Board(100_000, 1.0), State(), 0
    while at < len(lines):
        size = random.randint(100, 900)
        batch = [Record("facts", 0, at + n, None, line, None) for n, line in enumerate(lines[at : at + size])]
        made = step(state, decode(batch, partitions=None), rates)
        sent = [OnTopic(each.key.encode(), wire.encode(each)) for each in made.readings]
        gone = [OnTopic(key.encode(), None) for key in made.withdrawn]
        board.apply(map(update_of, [*sent, *gone, *random.sample(sent, len(sent) // 4)]), 0.0)
        at += size
    return board.snapshot(0.0).readings


def replayed(lines: Sequence[bytes], time: str | None, rates: RateTable) -> dict[str, Reading]:
    """The readings of `paysignal replay --as-of`, by key."""
    found = replay(lines, "test", None if time is None else known_us(time), rates)
    return {each.key: each for each in found.readings}


def test_answers_equal_those_of_replay(world: World) -> None:
    """1,000 random questions: readings by filter, in pages; series; histories; explanations; now and as of."""
    random = Random(20)
    asked: Counter[str] = Counter()
    for number in range(QUESTIONS):
        time = random.choice((None, *TIMES))
        question = random.choice((readings_by_filter, readings_by_key, series, history, explained))
        found = question(world, random, time)
        asked[question.__name__] += 1
        asked["as of"] += time is not None
        asked["rows"] += found
        assert found >= 0, f"question {number}"

    assert min(asked.values()) > QUESTIONS / 10
    assert asked["rows"] > 5 * QUESTIONS


def readings_by_filter(world: World, random: Random, time: str | None) -> int:
    """Filters of a reading that is there, and all pages of what passes them."""
    expected = world.replayed[time]
    example = random.choice(list(expected.values()))
    possible = {name: str(getattr(example.series, name)) for name in ("market", "measure", "grain", "currency")}
    possible |= {"indicator": example.indicator, "window": example.window, "origin": example.origin}
    possible |= {"since": example.event_time} | {"baseline": example.baseline}
    chosen = dict(random.sample(sorted(possible.items()), random.randint(1, 4)))
    if time is not None or random.random() < 0.3:
        chosen["provider"] = ",".join({example.series.provider, random.choice(list(expected.values())).series.provider})
    if time is not None:
        chosen["as_of"] = time
    windows = time is not None  # as of another time only claims are known: increments are no claims
    wanted = [key for key, each in sorted(expected.items()) if passes(each, chosen) and not (windows and each.window)]
    pages = list(paged(world, chosen, str(random.choice((1, 7, 100, 1_000)) if len(wanted) < 40 else 1_000)))
    rows = [row for page in pages for row in page.readings if row.reading.indicator != EXPORTERS]
    assert [row.key for row in rows] == wanted
    assert [wire.encode(row.reading) for row in rows] == [wire.encode(expected[key]) for key in wanted]
    return len(rows)


def paged(world: World, query: dict[str, str], limit: str) -> Iterator[ReadingsRow]:
    """Every page, by `next`."""
    cursor: dict[str, str] = {}
    while True:
        page = msgspec.json.decode(world.ask("/v1/readings", **query, **cursor, limit=limit).content, type=ReadingsRow)
        yield page
        if page.next is None:
            return
        cursor = {"cursor": page.next}


def passes(reading: Reading, chosen: dict[str, str]) -> bool:
    """Whether a reading passes the filters, said plainly."""
    for name, value in chosen.items():
        if name == "since" and event_us(reading.event_time) < event_us(value):
            return False
        if name in {"since", "as_of"}:
            continue
        holder: Any = reading if name in {"indicator", "window", "origin", "baseline"} else reading.series
        if str(getattr(holder, name)) not in value.split(","):
            return False
    return True


def readings_by_key(world: World, random: Random, time: str | None) -> int:
    """Up to three readings by their keys, whether they were there then or not."""
    expected = world.replayed[time]
    keys = random.sample([key for key, each in world.replayed[None].items() if not each.window], 3)
    page = msgspec.json.decode(
        world.ask("/v1/readings", key=",".join(keys), **({"as_of": time} if time else {})).content, type=ReadingsRow
    )
    assert {row.key: row.reading for row in page.readings} == {key: expected[key] for key in keys if key in expected}
    return len(page.readings)


def series(world: World, random: Random, time: str | None) -> int:
    """The series of a provider, each with the level and the growths that replay gives."""
    expected = world.replayed[time]
    provider = random.choice([each for each in expected.values() if not each.window]).series.provider
    asked = {"provider": provider, "limit": "1000", **({"as_of": time} if time else {})}
    page = msgspec.json.decode(world.ask("/v1/series", **asked).content, type=SeriesListRow)
    own = [each for each in expected.values() if each.series.provider == provider and not each.window]
    told = {row.key: row for row in page.series if row.unit != "increments"}
    assert {each.series.key for each in own} <= told.keys()
    for each in own:
        row = told[each.series.key]
        if each.indicator == "level":
            assert row.level is not None
            assert (row.level.value, row.level.low, row.level.high) == (each.value, each.low, each.high)
        if each.indicator == "year_on_year_growth":
            assert row.year_ago is not None
            assert event_us(each.event_time) <= event_us(row.event_time)
    return len(own)


def history(world: World, random: Random, time: str | None) -> int:
    """The period that a growth is about has that growth, with its interval."""
    expected = [each for each in world.replayed[time].values() if each.indicator == "year_on_year_growth"]
    example = random.choice(expected)
    asked = {"series": example.series.key, **({"as_of": time} if time else {})}
    row = msgspec.json.decode(world.ask("/v1/history", **asked).content, type=HistoryRow)
    (figure,) = [point.year_ago for point in row.points if point.period.end == example.event_time and point.year_ago
                 and point.period.start == example.start]  # fmt: skip
    assert (figure.value, figure.low, figure.high) == (example.value, example.low, example.high)
    return len(row.points)


def explained(world: World, random: Random, time: str | None) -> int:
    """The explained reading is replay's, byte for byte."""
    expected = {key: each for key, each in world.replayed[time].items() if not each.window}
    key = random.choice(sorted(expected))
    asked = {"key": key, **({"as_of": time} if time else {})}
    row = msgspec.json.decode(world.ask("/v1/explain", **asked).content, type=ExplanationRow)
    assert wire.encode(row.reading) == wire.encode(expected[key])
    return 1
