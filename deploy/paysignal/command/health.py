"""What the exporter says on the page of the pipeline: of the workers, how far it has read, what became of that."""

import importlib.metadata
from collections.abc import Sequence

from paysignal.board.alerts import AlertBoard
from paysignal.board.board import Snapshot
from paysignal.consuming.reader import Reader
from paysignal.history.store import History
from paysignal.page.health import Count, Feed, Health, Workers


def health_of(
    workers: Workers, feeds: Sequence[Reader], snapshot: Snapshot, alerts: AlertBoard, history: History
) -> Health:
    """Called for each picture of the pipeline; costs next to nothing."""
    return Health(
        workers,
        feeds=tuple(map(_feed, feeds)),
        counts=(*_readings(snapshot), *_facts(history), *_alerts(alerts)),
        version=importlib.metadata.version("paysignal"),
    )


def _feed(reader: Reader) -> Feed:
    positions = reader.positions()
    lags = [one.lag for one in positions if one.lag is not None]
    return Feed(
        topic=reader.topic,
        partitions=len(positions),
        read=sum(one.position for one in positions),
        behind=sum(lags) if positions and len(lags) == len(positions) else None,
        caught_up=reader.caught_up,
        failure=reader.failure,
    )


def _readings(snapshot: Snapshot) -> tuple[Count, ...]:
    counts = snapshot.counts
    return (
        Count("Readings held", len(snapshot.readings), f"the latest of each key, at most {snapshot.limit:,}"),
        Count("Readings applied", counts.applied, "that took their place on the board"),
        Count("Readings passed over", counts.stale, "came again, or behind a newer one: no harm"),
        Count("Readings withdrawn", counts.withdrawn, "there is no such figure any more"),
        Count("Readings expired", counts.expired, "nobody sent them anew for a long time"),
        Count("Readings refused", counts.dropped, "the board is full: raise --max-series", doubt=True),
        Count("Readings malformed", counts.malformed, "records that were no readings; the log names one", doubt=True),
    )


def _facts(history: History) -> tuple[Count, ...]:
    counts = history.counts()
    return (
        Count("Claims held", counts.claims, f"of {counts.series:,} series"),
        Count("Claims let go", counts.evicted, "the history is full: raise --max-claims", doubt=True),
        Count("Facts malformed", counts.malformed, "records that were no facts; the log names one", doubt=True),
    )


def _alerts(alerts: AlertBoard) -> tuple[Count, ...]:
    counts = alerts.counts()
    standing = sum(alert.stands for alert in alerts.snapshot())
    return (
        Count("Alerts standing", standing, "firing or possible"),
        Count("Alerts malformed", counts.malformed, "records that were no alerts; the log names one", doubt=True),
        Count("Alerts refused", counts.dropped, "more than are held", doubt=True),
    )
