"""A subscription: one topic, read by hand from every partition, as typed values.

    topic ── key passes? ── decoded ── newer than the last of its key? ──> Reading │ Alert
                  └ skipped      └ malformed         └ stale                 (Withdrawn, where asked for)

There is no consumer group and nothing is committed: each subscription reads for itself, from the beginning or from what
comes next. Only committed records are read. A broker that goes away is waited for; the client finds it again.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Generic, Literal, Protocol, Self, TypedDict, TypeVar, Unpack

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from paysignal.facts.errors import Malformed, PaySignalError
from paysignal.security.access import client_settings
from paysignal.subscribe.ends import true_ends
from paysignal.subscribe.filters import Filter
from paysignal.subscribe.versions import MOST_KEYS, Versions

_POLL_MS: Final = 200
_CONNECT_MS: Final = 5_000
_ASK_MS: Final = 10_000
_CLOSE_MS: Final = 1_000

#: What is in memory at a time, beside what was fetched: 2 MB a partition.
_BATCH_RECORDS: Final = 500

_SETTINGS: Final = {
    "client_id": "paysignal-subscriber",
    "group_id": None,
    "enable_auto_commit": False,
    "isolation_level": "read_committed",
    "auto_offset_reset": "earliest",
    "allow_auto_create_topics": False,
    "max_partition_fetch_bytes": 2_097_152,
    "fetch_max_wait_ms": 100,
    "reconnect_backoff_max_ms": 1_000,
    "bootstrap_timeout_ms": _CONNECT_MS,
    "metrics_enabled": False,
}

Start = Literal["beginning", "latest"]


class Options(TypedDict, total=False):
    """How to subscribe; told at `Subscription`."""

    start: Start
    until_end: bool
    most_keys: int
    connection: Mapping[str, Any]


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...

    @property
    def version(self) -> int: ...


_Value = TypeVar("_Value", bound=_Keyed)


class UnreachableError(PaySignalError):
    """No broker answers, or it refuses."""


class NoSuchTopicError(PaySignalError):
    """The broker has no such topic."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The key has no value any more: no fact supports the reading, or the alert is gone."""

    key: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records so far; `forgotten` keys would show an old record again."""

    delivered: int = 0
    withdrawn: int = 0
    skipped: int = 0
    stale: int = 0
    malformed: int = 0
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class Stream(Generic[_Value]):
    """One kind of record: its topic, the parts of its keys, its decoder, and what it is a version of.

    `same_again`: of one version a record that says something else stands too.
    """

    topic: str
    parts: tuple[str, ...]
    decode: Callable[[bytes], _Value]
    identity: Callable[[_Value], str]
    same_again: bool = False


class Subscription(Generic[_Value]):
    """An iterator over the values of a topic, and a context manager that closes it.

    `where` filters; `start` is the topic's beginning or what comes after now; with `until_end` the iteration ends where
    the topic ended when it was made, else it waits for more until `close`. `connection` are further settings of
    kafka-python's consumer, such as `security_protocol` and `sasl_mechanism`.

    An iteration that was left goes on with the next record when it is taken up again. Made and iterated in one thread;
    `close` may be called from any, and the iteration then ends within half a second.
    Raises `UnreachableError` and `NoSuchTopicError` when it is made, `UnreachableError` in the iteration for what the
    client can not mend by itself.
    """

    def __init__(
        self,
        stream: Stream[_Value],
        broker: str,
        where: Filter | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._stream = stream
        self._broker = broker
        self._where = where or Filter()
        self._until_end = options.get("until_end", False)
        self._versions = Versions(options.get("most_keys", MOST_KEYS), same_again=stream.same_again)
        self._delivered = self._withdrawn = self._skipped = self._stale = self._malformed = 0
        self._pending: deque[tuple[bytes | None, bytes | None]] = deque()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._reader: int | None = None  # the thread that iterates
        self._released = False
        self._consumer = _connected(broker, options.get("connection", {}))
        try:
            self._ends = self._assigned(options.get("start", "beginning"))
        except BaseException:
            self._consumer.close(autocommit=False, timeout_ms=_CLOSE_MS)
            raise

    def __iter__(self) -> Iterator[_Value]:
        return (each for each in self.updates() if not isinstance(each, Withdrawn))

    def updates(self) -> Iterator[_Value | Withdrawn]:
        """The values, and among them what was withdrawn: a reader that keeps state needs both."""
        self._reader = threading.get_ident()
        try:
            while not self._closing.is_set():
                if self._pending:
                    told = self._told(*self._pending.popleft())
                    if told is not None:
                        yield told
                elif self._at_end():
                    self._closing.set()
                else:
                    self._fetch()
        except KafkaError as error:
            self._closing.set()
            raise UnreachableError(
                f"{self._broker}: {self._stream.topic} can not be read ({error!r}); look at the broker, subscribe again"
            ) from error
        finally:
            self._reader = None
            if self._closing.is_set():
                self._release()

    @property
    def counts(self) -> Counts:
        """What became of the records so far."""
        return Counts(
            self._delivered, self._withdrawn, self._skipped, self._stale, self._malformed, self._versions.forgotten
        )

    def close(self) -> None:
        """End the iteration; from any thread, any number of times."""
        self._closing.set()
        # The client is of one thread: while another one iterates, that one lets go of the broker, when it next looks.
        if self._reader in {None, threading.get_ident()}:
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _release(self) -> None:
        with self._lock:
            if not self._released:
                self._released = True
                self._consumer.close(autocommit=False, timeout_ms=_CLOSE_MS)

    def _assigned(self, start: Start) -> dict[TopicPartition, int]:
        """Take every partition at its start or its end; returns the ends."""
        consumer, topic = self._consumer, self._stream.topic
        try:
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                raise NoSuchTopicError(f"{topic}: {self._broker} has no such topic; `paysignal topics create` makes it")
            ends = true_ends(consumer, [TopicPartition(topic, number) for number in sorted(numbers)])
            consumer.assign(list(ends))
            for partition, end in ends.items():
                consumer.seek_to_beginning(partition) if start == "beginning" else consumer.seek(partition, end)
        except KafkaError as error:
            raise UnreachableError(
                f"{self._broker}: {topic} can not be read ({error!r}); look at the broker"
            ) from error
        return ends

    def _fetch(self) -> None:
        fetched = self._consumer.poll(timeout_ms=_POLL_MS, max_records=_BATCH_RECORDS)
        for partition, records in fetched.items():
            for record in records:
                # The last fetch may have brought what came after the end.
                if not self._until_end or record.offset < self._ends[partition]:
                    self._pending.append((record.key, record.value))

    def _told(self, raw_key: bytes | None, raw: bytes | None) -> _Value | Withdrawn | None:
        key = (raw_key or b"").decode(errors="replace")
        if not self._where.passes(key, self._stream.parts):
            self._skipped += 1
            return None
        if raw is None:
            self._withdrawn += 1
            return Withdrawn(key)
        try:
            value = self._stream.decode(raw)
        except Malformed:
            self._malformed += 1
            return None
        if value.key != key:
            self._malformed += 1
            return None
        if not self._versions.newer(self._stream.identity(value), value.version, raw):
            self._stale += 1
            return None
        self._delivered += 1
        return value

    def _at_end(self) -> bool:
        return self._until_end and all(
            self._consumer.position(partition, timeout_ms=_ASK_MS) >= end for partition, end in self._ends.items()
        )


def _connected(broker: str, connection: Mapping[str, Any]) -> Any:  # noqa: ANN401 - kafka-python has no types
    """A consumer of no group; raises `UnreachableError`."""
    clients: list[KafkaNetClient] = []

    def client(**settings: object) -> KafkaNetClient:
        clients.append(KafkaNetClient(**settings))
        return clients[0]

    try:
        return KafkaConsumer(**{**_SETTINGS, **client_settings(broker), **connection, "kafka_client": client})
    except KafkaError as error:
        # A consumer that finds no broker leaves its client's thread running.
        for one in clients:
            one.close()
        raise UnreachableError(f"{broker}: no Kafka broker answers ({error!r}); name one as host:port") from error
