"""The processes as Prometheus sees them: real servers and collectors over readings made by hand."""

from typing import Any

from prometheus_client import CollectorRegistry

from paysignal.agents.checkpoint.reading import Progress
from paysignal.agents.lane_metrics import LaneCollector, RestoreCollector
from paysignal.agents.lanes import Lanes
from paysignal.agents.metrics import WorkerMetrics
from paysignal.board.alerts import AlertBoard
from paysignal.board.board import Board
from paysignal.board.updates import Received
from paysignal.command.thresholds import thresholds_of
from paysignal.consuming.records import Position
from paysignal.exposition.alerts import AlertsCollector, RulesInUse
from paysignal.exposition.build import BuildCollector
from paysignal.exposition.collector import BoardCollector, ExporterCollector, Own
from paysignal.exposition.findings import FindingsCollector, Found
from paysignal.exposition.server import Server
from paysignal.facts.kinds import Bound, Prices
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Grain
from paysignal.facts.readings import Reading
from paysignal.facts.series import Series
from paysignal.facts.topics import FACTS, FINALS, INCREMENTS, LATE, READINGS, REJECTED
from paysignal.sending.budget import Budget
from paysignal.sending.counters import Counters, SourceCounters, SpoolCounters
from paysignal.thresholds.parse import DEFAULT_NAME, default_bytes, rules_of


def series(provider: str, market: str, measure: str, **others: object) -> Series:
    """A series of whole quarters unless told otherwise."""
    parts: dict[str, Any] = {"segment": "", "grain": Grain.QUARTER, "currency": "", "prices": Prices.CURRENT, **others}
    return Series(provider=provider, market=market, measure=measure, **parts)


def reading(of: Series, indicator: str, value: float, **others: object) -> Reading:
    """A reading of summer 2018, known in September, stated exactly unless told otherwise."""
    parts: dict[str, Any] = {
        "window": "",
        "baseline": "",
        "origin": "stated",
        "low": value,
        "high": value,
        "bound": Bound.EXACT,
        "unit": Unit.RATIO,
        "start": "2018-07-01",
        "event_time": "2018-09-01",
        "known_at": "2018-09-18",
        "gap_days": None,
        "facts": 1,
        "sources": ("paysignal-press-note",),
        "inputs": (),
        "flags": (),
        "final": False,
        "version": 1,
        "definition": indicator,
        **others,
    }
    return Reading(series=of, indicator=indicator, value=value, **parts)


RUSSIA = series("alipay", "RU", "transactions", grain=Grain.SPAN)
ABROAD = series("alipay", "world", "average_spend", segment="abroad", grain=Grain.SPAN, currency="CNY")
USERS = series("alipay", "CN", "active_users", grain=Grain.INSTANT)
SPENT = series("upi", "IN", "transaction_value", grain=Grain.MONTH, currency="INR")
WALLET = series("sample-wallet", "DE", "transaction_value", grain=Grain.NONE, currency="EUR")

READINGS_BY_HAND = (
    reading(RUSSIA, "stated_growth", 50.0, baseline="year_ago", low=50.0, high=None, bound=Bound.MORE_THAN),
    # The same growth of a variant, which no rule may alert on.
    reading(series("imps", "IN", "transactions", segment="daily-record"), "stated_growth", 112.93, baseline="year_ago"),
    # And one that its own levels contradict.
    reading(series("pix", "BR", "transactions"), "stated_growth", 5.2, baseline="year_ago", flags=("contradicted",)),
    reading(ABROAD, "level", 2955.0, low=2954.5, high=2955.5, unit=Unit.CURRENCY),
    reading(ABROAD, "stated_growth", 0.43, baseline="year_ago", low=0.425, high=0.435),
    reading(ABROAD, "year_on_year_growth", 0.42547, baseline="year_ago", low=0.4249, high=0.4261, origin="derived"),
    reading(USERS, "level", 7e8, low=6.5e8, high=7.5e8, bound=Bound.ABOUT, unit=Unit.USERS, start=None),
    reading(USERS, "stated_gain", 2e8, baseline="year_ago", low=2e8, high=None, unit=Unit.USERS, start=None),
    # What the rules about figures read, all of it as it should be.
    reading(SPENT, "acceleration", 0.05, baseline="previous", window="2p", origin="derived"),
    reading(SPENT, "robust_z", 1.5, window="24p", origin="derived", unit=Unit.DEVIATIONS),
    reading(SPENT, "suspected_break", 0.0, window="12p", origin="derived", unit=Unit.DEVIATIONS),
    reading(SPENT, "conflict_spread", 0.01, window="latest", origin="derived"),
    reading(ABROAD, "breadth_over_markets", 0.6, baseline="year_ago", origin="derived"),
    reading(ABROAD, "members_over_markets", 9.0, baseline="year_ago", origin="derived"),
    reading(WALLET, "rolling_sum", 1234.5, window="24h", unit=Unit.CURRENCY, origin="derived"),
    reading(WALLET, "rolling_count", 17.0, window="24h", unit=Unit.INCREMENTS, origin="derived"),
)


#: The thresholds that ship.
SHIPPED_RULES = rules_of(default_bytes(), DEFAULT_NAME)


def exporter_registry() -> CollectorRegistry:
    """What an exporter exposes that has read `READINGS_BY_HAND`."""
    board = Board(max_series=100, ttl_seconds=3_600)
    board.apply([Received(each.key, each) for each in READINGS_BY_HAND], now=0)
    own = Own(
        positions=(Position(READINGS, 0, len(READINGS_BY_HAND), len(READINGS_BY_HAND)),),
        claims=0,
        claims_limit=1,
        claims_bytes=0,
        claims_evicted=0,
        facts_malformed=0,
        thresholds=thresholds_of(SHIPPED_RULES),
    )
    registry = CollectorRegistry()
    registry.register(BuildCollector("0.1.0"))
    registry.register(BoardCollector(lambda: board.snapshot(now=0)))
    registry.register(ExporterCollector(lambda: own))
    registry.register(FindingsCollector(lambda: Found((), examining=False)))
    rules = tuple((rule.name, rule.severity) for rule in SHIPPED_RULES.all)
    registry.register(AlertsCollector(AlertBoard(), lambda: RulesInUse(rules)))
    return registry


def worker_registry() -> CollectorRegistry:
    """What a worker exposes that holds a partition of each fact topic and was sent nothing yet."""
    lanes = Lanes(room_bytes=1)
    lanes.assign({(FACTS, 0), (INCREMENTS, 0)}, generation=1)
    registry = CollectorRegistry()
    WorkerMetrics(registry, (FACTS, INCREMENTS), (READINGS, FINALS, LATE, REJECTED))
    registry.register(RestoreCollector(Progress))
    registry.register(LaneCollector(lanes, {}, lambda: 1_700_000_000_000))
    return registry


def producer_registry() -> CollectorRegistry:
    """What a producer exposes that watches one source, once straight to the broker and once over a spool."""
    registry = CollectorRegistry()
    Counters(registry, Budget(10, 1_000))
    SpoolCounters(registry, lambda: 0, lambda: 0, 1_000)
    sources = SourceCounters(registry)
    sources.begin("releases/")
    sources.start("releases/")
    return registry


def started(registry: CollectorRegistry, port: int = 0) -> Server:
    """The HTTP server of every paysignal process, on a free port unless told, with nothing but these metrics."""
    server = Server("127.0.0.1", port, registry, live=lambda: None, ready=lambda: None, status=dict)
    server.start()
    return server
