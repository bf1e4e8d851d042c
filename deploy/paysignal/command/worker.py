"""`paysignal worker`: one worker process."""

import asyncio
import gc
import logging
import signal
import time
from dataclasses import replace

import click

from paysignal.agents.settings import WorkerSettings
from paysignal.agents.stages.alerting import Alerting
from paysignal.agents.stages.cross import CrossSections
from paysignal.agents.stages.indicators import Indicators
from paysignal.agents.stages.stage import Stages
from paysignal.agents.worker import Worker
from paysignal.command import logs
from paysignal.command.parameters import parameters_of
from paysignal.command.rates import published_rates
from paysignal.command.reaching import require_access
from paysignal.command.registries import process_registry
from paysignal.command.settings import Settings, with_settings
from paysignal.command.thresholds import Thresholds
from paysignal.exposition.server import Server
from paysignal.facts.topics import CROSS
from paysignal.security.rights import rights_of

#: State is long-lived and without cycles: Python's own 700 new objects between two looks for them, in a process that
#: makes ten million and keeps half, cost a quarter of a rebuild. Faust's and asyncio's cycles wait for 50,000 instead,
#: some megabytes.
_COLLECTOR = (50_000, 20, 50)


@click.command()
@with_settings(
    "broker", "group", "instance", "session_seconds", "plain_outputs", "stuck_seconds", "windows", "finals",
    "lateness_seconds", "figures", "trends", "sections", "duplicates", "rates", "thresholds", "host", "worker_port",
    "log_level",
    "log_format",
)  # fmt: skip
def worker(settings: Settings) -> None:
    """Turn facts into readings, and readings into alerts.

    Reads the facts and increments topics, keeps the indicators, writes the readings topic; reads that, judges it by the
    rules of the thresholds file, writes the alerts topic. Start as many as there are partitions at most; Kafka deals
    the partitions out. A starting worker goes on from the last checkpoint of its partitions; without one (a new group,
    --plain-outputs) it rebuilds them from their beginning, and /ready answers 503 with what is left, then 200. State
    that does not fit the facts or the settings is refused: see `paysignal rebuild`.
    """
    logs.set_up(settings)
    _quieten()
    gc.set_threshold(*_COLLECTOR)
    require_access(settings, rights_of("worker", settings.group))
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    registry = process_registry()
    thresholds = Thresholds(settings.thresholds, time.monotonic)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    running = Worker(
        WorkerSettings(
            broker=settings.broker,
            group=settings.group,
            instance=settings.instance,
            session_seconds=settings.session_seconds,
            plain_outputs=settings.plain_outputs,
            stuck_seconds=settings.stuck_seconds,
        ),
        registry,
        stages_of(settings, thresholds),
        saves=not settings.plain_outputs,
    )
    server = Server(
        settings.host,
        settings.worker_port,
        registry,
        live=running.not_live,
        ready=running.not_ready,
        status=running.status,
        flag="--worker-port",
    )
    server.start()
    try:
        await running.run(stop)
    finally:
        server.stop()


def stages_of(settings: Settings, thresholds: Thresholds) -> Stages:
    """What the worker runs."""
    indicators = Indicators(parameters_of(settings), published_rates(settings.rates))
    if not settings.sections:
        return Stages((indicators, Alerting(thresholds)))
    told = replace(indicators, outputs=(*indicators.outputs, CROSS))
    return Stages((told, CrossSections(), Alerting(thresholds)))


def _quieten() -> None:
    """Faust and its client tell every rebalance in a dozen lines; what matters of it our own lines say."""
    for name in ("faust", "mode", "aiokafka", "kafka"):
        logging.getLogger(name).setLevel(logging.WARNING)
