"""How the pipeline is: how far the workers are, what this process has read, what became of it, what it holds."""

from dataclasses import dataclass

from paysignal.page.markup import breakable, section, table, text
from paysignal.page.shell import page


@dataclass(frozen=True, slots=True)
class Feed:
    """A topic that is read: how many records are behind, whether what stood there at the start was read.

    `behind` is None while the broker has not said where the topic ends; `failure` is why reading ended, None while it
    goes on.
    """

    topic: str
    partitions: int
    read: int
    behind: int | None
    caught_up: bool
    failure: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """Something counted: `what` in a few words, `about` what that means; `doubt` says that it should be nothing."""

    what: str
    number: int
    about: str
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A topic that workers read: how many records lie behind what they have saved; None where they told nothing."""

    topic: str
    behind: int | None


@dataclass(frozen=True, slots=True)
class Workers:
    """The workers of a group, as the broker tells of them.

    `stalled` says that something waits and nothing has moved for a while; `failure` is why the broker told nothing.
    """

    group: str = ""
    topics: tuple[Work, ...] = ()
    stalled: bool = False
    failure: str | None = None

    @property
    def behind(self) -> int:
        """What waits on all topics."""
        return sum(work.behind or 0 for work in self.topics)


@dataclass(frozen=True, slots=True)
class Health:
    """What the view shows; made by whoever has the feeds."""

    workers: Workers = Workers()
    feeds: tuple[Feed, ...] = ()
    counts: tuple[Count, ...] = ()
    version: str = ""


def pipeline_page(health: Health, version: str, share: str | None = None) -> str:
    """The view of the pipeline; `share` is the part of the readings that this exporter has, where it has not all.

    Pure; everything is escaped.
    """
    feeds = table(
        "feeds",
        "Read",
        "What this exporter reads; what a record behind says is not shown yet.",
        ("Topic", "State", "Behind", "Offset", "Partitions"),
        [_feed(feed) for feed in health.feeds],
        "This process reads no topic.",
    )
    counts = table(
        "counts",
        "Counted",
        "Since this exporter started; a number in a frame should be 0.",
        ("What", "Number", "Meaning"),
        [_count(count) for count in health.counts],
        "Nothing is counted here.",
    )
    told = f" paysignal {text(health.version)}." if health.version else ""
    elsewhere = section(
        "elsewhere",
        "More of the workers",
        "<p>Each worker says at its own <code>/metrics</code> and <code>/status</code> how far it is, what was late, "
        "rejected or a duplicate, and how long its checkpoints take; <code>paysignal lag</code> asks the broker, "
        "<code>paysignal rejected list</code> shows what was refused and why. "
        f'The same figures as here, for Prometheus: <a href="/metrics">/metrics</a>.{told}</p>',
    )
    part = f'\n<p class="note">Share {text(share)} of the readings is here; the rest is at others.</p>' if share else ""
    body = f"<h1>Pipeline</h1>\n{_summary(health)}{part}\n{_work(health.workers)}\n{feeds}\n{counts}\n{elsewhere}"
    return page("Pipeline - paysignal", version, body, here="/pipeline")


def _work(workers: Workers) -> str:
    return table(
        "work",
        "Worked on",
        f"What lies behind the last checkpoints of the workers, group {text(workers.group)}; a second of the "
        "stream is usual.",
        ("Topic", "Behind"),
        [(f"<code>{breakable(each.topic)}</code>", _behind(each.behind)) for each in workers.topics],
        "The broker has not told yet."
        if workers.failure is None
        else f"The broker does not tell: {text(workers.failure[:300])}",
    )


def _summary(health: Health) -> str:
    ended = [feed.topic for feed in health.feeds if feed.failure is not None]
    reading = [feed.topic for feed in health.feeds if feed.failure is None and not feed.caught_up]
    doubts = [count.what for count in health.counts if count.doubt and count.number]
    told = (
        ("warn", f"Reading has ended: {', '.join(ended)}.") if ended
        else ("warn", f"The workers do not get on: {health.workers.behind:,} records wait.") if health.workers.stalled
        else ("warn", f"Still reading what was there before: {', '.join(reading)}.") if reading
        else ("warn", f"All is read; to be looked at: {', '.join(doubts)}.") if doubts
        else ("stated", "All is well: what the workers have published is shown.")
    )  # fmt: skip
    return f'<p><span class="tag {told[0]}">{"look" if told[0] == "warn" else "well"}</span> {text(told[1])}</p>'


def _feed(feed: Feed) -> tuple[str, ...]:
    state = "up to date" if feed.caught_up and not feed.behind else "reading"
    told = f'<span class="tag{"" if state == "reading" else " stated"}">{state}</span>'
    if feed.failure is not None:
        told = f'<span class="tag warn">ended</span> {breakable(feed.failure[:300])}'
    return (
        f"<code>{breakable(feed.topic)}</code>",
        told,
        _behind(feed.behind),
        f"{feed.read:,}",
        f"{feed.partitions:,}",
    )


def _behind(records: int | None) -> str:
    return "not known" if records is None else f"{records:,}"


def _count(count: Count) -> tuple[str, ...]:
    number = f"{count.number:,}"
    framed = f'<span class="tag warn">{number}</span>' if count.doubt and count.number else number
    return text(count.what), framed, text(count.about)
