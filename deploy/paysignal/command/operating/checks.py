"""What `doctor` looks at on a running system: rights, clocks, libraries, disk, lag; each finding has its fix."""

import importlib.metadata
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from kafka import TopicPartition
from kafka.errors import KafkaError
from packaging.requirements import Requirement

from paysignal.command.operating.lags import lags
from paysignal.command.reaching import missing_rights
from paysignal.command.settings import Settings
from paysignal.command.topic_records import consuming
from paysignal.facts.errors import PaySignalError
from paysignal.facts.topics import TOPICS
from paysignal.security.access import access_of
from paysignal.security.refusals import refusal_of
from paysignal.security.rights import COMPONENTS, rights_of

OK, NOTE, WRONG = "ok", "note", "wrong"

#: NTP keeps machines within milliseconds of each other, so five seconds are a fault.
_SKEW_MS: Final = 5_000

#: Two checkpoints of a busy worker lie a few seconds apart.
_WAITED_SECONDS: Final = 60.0

_MIB: Final = 1_048_576


class Finding(msgspec.Struct, frozen=True):
    """One check: `state` is ok, note (can be lived with) or wrong; `fix` what to do about it, else empty."""

    check: str
    state: str
    found: str
    fix: str = ""


def libraries(required: Iterable[str], installed: Mapping[str, str]) -> Finding:
    """The libraries that are installed against the ranges that paysignal is tested with. Pure.

    `required` are the lines of the package's metadata, `installed` versions by name; what is missing fails at its
    import.
    """
    wanted = [Requirement(line) for line in required]
    needed = [each for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
    off = [
        f"{each.name} {installed[each.name]} ({each.specifier} is tested)"
        for each in needed
        if each.name in installed and not each.specifier.contains(installed[each.name], prereleases=True)
    ]
    if off:
        return Finding("libraries", WRONG, "; ".join(off), "install paysignal again with its lock, or `make dev`")
    return Finding("libraries", OK, f"{len(needed)} as they were tested")


def installed_libraries() -> Finding:
    """The same of this installation."""
    versions = {each.name: each.version for each in importlib.metadata.distributions()}
    return libraries(importlib.metadata.requires("paysignal") or (), versions)


def rights(settings: Settings) -> Finding:
    """Which components this user may be; of an open broker there is nothing to ask."""
    if access_of(settings.broker).protocol == "PLAINTEXT":
        return Finding("rights", OK, "the broker is open: everyone may do everything")
    able = [each for each in COMPONENTS if not missing_rights(settings, rights_of(each, settings.group))]
    if able:
        return Finding("rights", OK, f"this user may be: {', '.join(able)}")
    fix = "`paysignal topics acls COMPONENT` prints what each needs"
    return Finding("rights", WRONG, "this user has not all rights of any component", fix)


def clock(settings: Settings, now_ms: int) -> Finding:
    """Our clock against the times of the newest records: one from the future means that one of the two is wrong."""
    newest = _newest_ms(settings.broker)
    ahead = max(newest.values(), default=0) - now_ms
    if ahead > _SKEW_MS:
        topic = max(newest, key=lambda each: newest[each])
        told = f"the newest record of {topic} was sent {ahead / 1_000:,.0f} s from now"
        return Finding("clock", WRONG, told, "this machine's clock or that of who sent it is wrong: run NTP on both")
    return Finding("clock", OK, "no record is from the future" if newest else "no record yet to compare it with")


def _newest_ms(broker: str) -> dict[str, int]:
    """The greatest time of each topic, as the broker tells it: its records are not read."""
    found: dict[str, int] = {}
    with consuming(broker, "paysignal-doctor") as consumer:
        for topic in TOPICS:
            numbers = consumer.partitions_for_topic(topic.name) or ()
            partitions = [TopicPartition(topic.name, number) for number in numbers]
            ends = {each: end for each, end in consumer.end_offsets(partitions).items() if end} if partitions else {}
            consumer.assign(list(ends))
            for each, end in ends.items():
                consumer.seek(each, end - 1)
            for records in (consumer.poll(timeout_ms=300) if ends else {}).values():
                found[topic.name] = max([found.get(topic.name, 0), *(each.timestamp for each in records)])
    return found


def disk(spool: Path, limit: int) -> Finding:
    """Whether the disk of a spool has room for all that may wait in it."""
    folder = spool.absolute().parent
    try:
        free = shutil.disk_usage(folder).free
        held = spool.stat().st_size if spool.exists() else 0
    except OSError as error:
        return Finding("disk", WRONG, f"{folder}: {error.strerror}", "make the folder, or name another spool")
    told = f"{free // _MIB:,} MiB are free for {spool.name}, in which {limit // _MIB:,} MiB may wait"
    if free + held < limit:
        return Finding("disk", WRONG, told, "free some, move the spool, or lower --spool-bytes")
    return Finding("disk", OK, told)


def lag(settings: Settings, now_ms: int) -> Finding:
    """Whether workers keep up; a note, as nobody may have started one."""
    from paysignal.command.lag import summed

    found = lags(settings.broker, settings.group, now_ms)
    late = any((each.seconds or 0) > _WAITED_SECONDS or (each.records and each.checkpoint is None) for each in found)
    if not late:
        return Finding("lag", OK, summed(found))
    fix = "start workers, or more of them, up to one a partition; `paysignal lag` has each"
    return Finding("lag", NOTE, summed(found), fix)


def running(settings: Settings) -> Iterator[Finding]:
    """The checks of a broker that answers and has the topics; what this user may not look at is a note."""
    now_ms = time.time_ns() // 1_000_000
    for name, look in (("clock", clock), ("lag", lag)):
        try:
            yield look(settings, now_ms)
        except (PaySignalError, KafkaError) as error:
            refused = refusal_of(error)
            found, _, fix = (refused or str(error) or repr(error)).partition("; ")
            yield Finding(name, NOTE if refused else WRONG, found, fix)
