"""The dashboard "Pipeline health": whether everything is there, up to date, and has room."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from grafana import queries
from grafana.boards import board, with_panels
from grafana.panels import BYTES, COUNT, PER_SECOND, RATIO, SECONDS, About, Line, Place, chart, figure


def pipeline_health() -> Dashboard:
    """The dashboard, for Grafana 10.1 and newer."""
    empty = board(
        "Pipeline health",
        "Producers, workers and exporters: what they do, how late they are, and how much room is left. What has no "
        "part in this system (a spool, checkpoints on the embedded broker) shows 0.",
        since="now-1h",
        refresh="15s",
    )
    return with_panels(empty, _panels())


def _panels() -> Iterator[Builder[Panel]]:
    yield from _at_a_glance()
    yield from _flow()
    yield from _lateness()
    yield from _state()
    yield from _room()
    yield from _producing()


def _at_a_glance() -> Iterator[Builder[Panel]]:
    yield figure(
        About(
            "Processes that answer",
            "Targets of each job that Prometheus reached at its last scrape. A producer counts only while it follows "
            "its sources or paces them, since only then does it serve metrics.",
        ),
        Place(1, 6, 4),
        Line('sum by (job) (up{job=~"paysignal-.*"})', "{{job}}"),
        COUNT,
    )
    yield figure(
        About(
            "Records not yet read",
            "What waits in Kafka for workers and exporters together. It returns to 0 after each burst; a number that "
            "only rises is a process that stands still or is too slow.",
        ),
        Place(2, 6, 4),
        Line("sum(paysignal_worker_lag_records)", "worker"),
        COUNT,
        more=[Line("sum(paysignal_exporter_lag_records)", "exporter")],
    )
    yield figure(
        About(
            "Left to restore",
            "Offsets of saved state, and records behind it, that workers still have to read before they publish "
            "again. 0 once every partition is live.",
        ),
        Place(3, 6, 4),
        Line("sum(paysignal_worker_restore_remaining_offsets)", "offsets of state"),
        COUNT,
        more=[Line("sum(paysignal_worker_restore_remaining_records)", "records")],
    )
    yield figure(
        About(
            "Alerts that stand",
            "Series that a rule of the thresholds file fires for, by state, as the alerts topic has them; `possible` "
            "where only the interval crosses the threshold.",
        ),
        Place(4, 6, 4),
        Line(queries.or_zero("sum by (state) (paysignal_alerts)"), "{{state}}"),
        COUNT,
    )


def _flow() -> Iterator[Builder[Panel]]:
    yield chart(
        About(
            "Records a second, by what became of them",
            "What workers did with what they read: accepted, duplicate, late, rejected, evicted, retracted, tick. "
            "Rejected ones are in the topic paysignal.rejected.v1, with the reason.",
        ),
        Place(5, 12, 8),
        [Line(queries.rate_by("topic, outcome", "paysignal_worker_facts_total"), "{{topic}} {{outcome}}")],
        PER_SECOND,
    )
    yield chart(
        About(
            "Records sent a second, by topic",
            "What workers published and the broker acknowledged: readings, finals, cross-sections, alerts, and "
            "copies of what was late or rejected.",
        ),
        Place(6, 12, 8),
        [Line(queries.rate_by("topic", "paysignal_worker_records_sent_total"), "{{topic}}")],
        PER_SECOND,
    )


def _lateness() -> Iterator[Builder[Panel]]:
    yield chart(
        About(
            "Lag by partition",
            "Records of each partition that the worker has not processed. One line that stays up while the others "
            "fall is a stuck partition; /live of its worker turns red.",
        ),
        Place(7, 8, 8),
        [Line("max by (topic, partition) (paysignal_worker_lag_records)", "{{topic}} {{partition}}")],
        COUNT,
    )
    yield chart(
        About(
            "Lag in time",
            "How long ago the last processed record was sent, where others wait behind it, and how far the watermark "
            "(up to which windows are closed) is behind now. Old data replayed has an old watermark by nature.",
        ),
        Place(8, 8, 8),
        [
            Line(queries.or_zero("max(paysignal_worker_lag_seconds)"), "behind the topic"),
            Line(queries.or_zero("min(paysignal_worker_watermark_lag_seconds)"), "watermark behind now"),
        ],
        SECONDS,
    )
    yield chart(
        About(
            "Flush and checkpoint time",
            "From computing what changed to its acknowledged records, and from there to the committed checkpoint of "
            "a partition: the median and the slowest in a hundred. 0 where nothing was flushed or saved meanwhile.",
        ),
        Place(9, 8, 8),
        [
            Line(queries.quantile(0.5, "paysignal_worker_flush_seconds"), "flush, median"),
            Line(queries.quantile(0.99, "paysignal_worker_flush_seconds"), "flush, 99 %"),
            Line(queries.quantile(0.99, "paysignal_worker_checkpoint_seconds"), "checkpoint, 99 %"),
        ],
        SECONDS,
    )


def _state() -> Iterator[Builder[Panel]]:
    yield chart(
        About(
            "Age of the last checkpoint",
            "Of the partition whose last one is the oldest. A quiet partition has nothing to save, so that its age "
            "grows; with lag beside it the worker can not save. 0 where no state is saved.",
        ),
        Place(10, 8, 8),
        [Line(queries.or_zero("time() - min(paysignal_worker_checkpoint_timestamp_seconds)"), "oldest")],
        SECONDS,
    )
    yield chart(
        About(
            "State saved a second",
            "Bytes of state that checkpoints took: what changed since the one before, compressed by the broker's "
            "client afterwards. 0 where no state is saved, as on the embedded broker.",
        ),
        Place(11, 8, 8),
        [Line("sum(rate(paysignal_worker_checkpoint_bytes_total[$__rate_interval]))", "bytes a second")],
        BYTES,
    )
    yield chart(
        About(
            "Partitions given up",
            "Times a worker found that another one had taken its partition over. A rebalance may bring one; a row of "
            "them is two workers that do not see each other.",
        ),
        Place(12, 8, 8),
        [Line("sum(increase(paysignal_worker_fenced_total[$__rate_interval]))", "fenced")],
        COUNT,
    )


def _room() -> Iterator[Builder[Panel]]:
    yield chart(
        About(
            "How full everything is",
            "What is held against its limit: series and claims of the exporter, records that wait in workers, "
            "producers' buffers. At 100 % the exporter drops and counts, the others wait.",
        ),
        Place(13, 8, 8),
        [
            Line("max(paysignal_exporter_series / paysignal_exporter_series_limit)", "series"),
            Line("max(paysignal_exporter_claims / paysignal_exporter_claims_limit)", "claims"),
            Line(queries.fullest("paysignal_worker_waiting"), "waiting in workers"),
            Line(queries.or_zero(queries.fullest("paysignal_producer_in_flight")), "in flight from producers"),
            Line(queries.or_zero(queries.fullest("paysignal_producer_spool")), "spool"),
        ],
        RATIO,
    )  # fmt: skip
    yield chart(
        About(
            "Memory",
            "Resident memory of each process. It follows what is held (series, claims, panes) and stays; one that "
            "grows while these do not is a leak.",
        ),
        Place(14, 8, 8),
        [Line('max by (job, instance) (process_resident_memory_bytes{job=~"paysignal-.*"})', "{{job}} {{instance}}")],
        BYTES,
    )
    yield chart(
        About(
            "Processor time",
            "Share of one core that each process uses, over the last scrapes. A worker near 100 % is at its limit: "
            "give its group another one.",
        ),
        Place(15, 8, 8),
        [
            Line('sum by (job, instance) (rate(process_cpu_seconds_total{job=~"paysignal-.*"}[$__rate_interval]))',
                 "{{job}} {{instance}}")
        ],
        RATIO,
    )  # fmt: skip


def _producing() -> Iterator[Builder[Panel]]:
    yield chart(
        About(
            "Sent by producers",
            "Records a second by topic and outcome: acknowledged, failed, refused as too large. 0 while no producer "
            "follows its sources.",
        ),
        Place(16, 8, 8),
        [Line(queries.or_zero(queries.rate_by("topic, outcome", "paysignal_producer_facts_total")),
              "{{topic}} {{outcome}}")],
        PER_SECOND,
    )  # fmt: skip
    yield chart(
        About(
            "Waiting to be sent",
            "Records that producers have in flight or in their spool. A spool that only grows is a broker that is "
            "away, or a source faster than it.",
        ),
        Place(17, 8, 8),
        [
            Line(queries.or_zero("sum(paysignal_producer_in_flight_records)"), "in flight"),
            Line(queries.or_zero("sum(paysignal_producer_spool_records)"), "spool"),
        ],
        COUNT,
    )
    yield chart(
        About(
            "Time of a scrape",
            "How long Prometheus waits for each process' metrics. An exporter takes about a second for 100,000 "
            "series; beyond ten the scrape is given up.",
        ),
        Place(18, 8, 8),
        [Line('max by (job) (scrape_duration_seconds{job=~"paysignal-.*"})', "{{job}}")],
        SECONDS,
    )
