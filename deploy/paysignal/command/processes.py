"""The processes of `paysignal up`: which there are, how each is started, and how each says that it is ready."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from paysignal.command.settings import Settings, api_token, environment_of
from paysignal.local.children import Child
from paysignal.local.ports import Wanted
from paysignal.local.probe import Answer, fetch

WORKER, EXPORTER, PRODUCER, STREAM = "worker", "exporter", "producer", "stream"

#: -P: a file of the current folder called click.py, say, is not meant when a child imports click.
_COMMAND = (sys.executable, "-P", "-m", "paysignal.command")


@dataclass(frozen=True, slots=True)
class Articles:
    """Files to read beside the samples, and what they do not say of themselves."""

    files: tuple[str, ...] = ()
    published_at: str | None = None
    publisher: str | None = None


def ports_of(settings: Settings) -> tuple[Wanted, ...]:
    """The HTTP ports that the processes listen on."""
    return (
        Wanted(settings.worker_port, "--worker-port", WORKER),
        Wanted(settings.exporter_port, "--exporter-port", EXPORTER),
        Wanted(settings.producer_port, "--producer-port", PRODUCER),
    )


def worker(settings: Settings) -> Child:
    """Facts to readings; ready when its partitions are rebuilt."""
    return _child(settings, WORKER, ("worker",), not_ready=lambda: _not_ready(settings, settings.worker_port))


def exporter(settings: Settings) -> Child:
    """Readings to metrics and page; ready when it has read what stood on the topics."""
    return _child(settings, EXPORTER, ("exporter",), not_ready=lambda: _not_ready(settings, settings.exporter_port))


def producer(settings: Settings, articles: Articles) -> Child:
    """The samples and the articles, sent once: it ends when every record is acknowledged."""
    telling = (("--published-at", articles.published_at), ("--publisher", articles.publisher))
    flags = tuple(part for flag, value in telling if value for part in (flag, value))
    sources = ("sample:facts", "sample:press-note", "sample:increments", *articles.files)
    return _child(settings, PRODUCER, ("produce", *flags, "--json", "--", *sources), ends=True)


def stream(settings: Settings) -> Child:
    """The synthetic increments, going on for as long as it lives."""
    return _child(settings, STREAM, ("produce", "--count", "0", "--follow", "sample:increments"))


def ask(settings: Settings, port: int, path: str) -> Answer:
    """What one of the processes answers."""
    return fetch(settings.host, port, path, token=api_token(settings) if port == settings.exporter_port else None)


def _not_ready(settings: Settings, port: int) -> str | None:
    answer = ask(settings, port, "/ready")
    if answer.ok:
        return None
    return answer.body.decode(errors="replace").strip() if answer.status else "starting"


def _child(
    settings: Settings,
    name: str,
    arguments: tuple[str, ...],
    *,
    not_ready: Callable[[], str | None] | None = None,
    ends: bool = False,
) -> Child:
    # By variables, not by flags: `ps` shows flags to everyone, and every child is to see the same settings.
    environment = {**os.environ, **environment_of(settings), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    return Child(name, (*_COMMAND, *arguments), environment, not_ready=not_ready, ends=ends)
