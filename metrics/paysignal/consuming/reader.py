"""A thread that reads one topic from its start, for ever.

    Reader.start → session: connect, assign partitions by hand → poll → deliver → publish positions → …

There is no consumer group: each process reads everything, or its share, and nothing is committed. A lost broker is
waited for, and reading goes on where it stopped; a topic that was made anew, and is shorter than what was read of the
old one, is read from its start. (One that has grown longer meanwhile can not be told from the old one by offsets.)
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.net.compat import KafkaNetClient

from paysignal.consuming.records import Position, Record
from paysignal.consuming.share import WHOLE
from paysignal.security.access import client_settings
from paysignal.security.refusals import refusal_of

_LOG = logging.getLogger(__name__)

#: Stopping waits for one poll, one look at the ends and the close of the consumer: together under two seconds.
STOP_SECONDS = 2.0
_POLL_MS = 200
_ENDS_MS = 500
_CLOSE_MS = 500
_CONNECT_MS = 1_000

#: How often the ends and the partitions are looked at; a lag gauge need not be newer than this.
_LOOK_SECONDS = 1.0
_AGAIN_SECONDS = 0.5

#: A batch is applied under the board's lock, so it is kept to a few tens of milliseconds.
_BATCH_RECORDS = 2_000

_SETTINGS: Final = {
    "client_id": "paysignal-reader",
    "group_id": None,
    "enable_auto_commit": False,
    "isolation_level": "read_committed",
    "auto_offset_reset": "earliest",
    "allow_auto_create_topics": False,
    # How soon partitions that are added are found.
    "metadata_max_age_ms": 10_000,
    "max_partition_fetch_bytes": 2_097_152,
    "fetch_max_wait_ms": 100,
    "reconnect_backoff_max_ms": 1_000,
    "bootstrap_timeout_ms": _CONNECT_MS,
    "metrics_enabled": False,
}

Deliver = Callable[[Sequence[Record]], None]
Clock = Callable[[], float]


class Reader:
    """Delivers every committed record of `topic`, in order within a partition, in batches, from a thread of its own.

    `deliver` is called from that thread only; what it raises ends the thread and shows in `failure`. `made_anew` is
    called before the topic is read from its start again, because it was deleted and made anew. `clock` gives seconds
    that never go back, such as `time.monotonic`. Of a `share`, which is set before the start, only its partitions are
    read; one that has none, because there are fewer partitions than shares, waits for one and has not caught up.
    """

    def __init__(
        self, topic: str, broker: str, deliver: Deliver, clock: Clock, made_anew: Callable[[], None] = lambda: None
    ) -> None:
        self.topic = topic
        self.share = WHOLE
        self._made_anew = made_anew
        self._broker = broker
        self._deliver = deliver
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"reader of {topic}", daemon=True)
        self._offsets: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self._first_ends: dict[int, int] = {}
        self._next_look = float("-inf")
        self._positions: tuple[Position, ...] = ()
        self._caught_up = False
        self._failure: str | None = None
        self._lost = False

    def start(self) -> None:
        """Start reading; returns at once, also without a broker."""
        self._thread.start()

    def halt(self) -> None:
        """Tell the thread to end, and do not wait: several readers end in the time of one."""
        self._stopping.set()

    def stop(self) -> bool:
        """End the thread; whether it ended within `STOP_SECONDS` (it holds no process alive in any case)."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_SECONDS)
        return not self._thread.is_alive()

    def positions(self) -> tuple[Position, ...]:
        """How far each partition has been read and delivered, by partition."""
        return self._positions

    @property
    def caught_up(self) -> bool:
        """Whether everything that stood on the topic when reading began has been delivered; stays true."""
        return self._caught_up

    @property
    def failure(self) -> str | None:
        """Why the thread ended unasked; None while all is well."""
        return self._failure

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._session()
        except BaseException as error:
            self._failure = f"reading {self.topic} ended: {error!r}"
            raise

    def _session(self) -> None:
        """One consumer from connect to close; a Kafka error ends it, and the next goes on from the same offsets."""
        consumer = None
        try:
            consumer = self._connected()
            self._next_look = float("-inf")
            while not self._stopping.is_set():
                self._round(consumer)
        except KafkaError as error:
            if refused := refusal_of(error):
                self._refuse(refused)
                return
            self._lose(error)
            self._stopping.wait(_AGAIN_SECONDS)
        finally:
            if consumer is not None:
                consumer.close(autocommit=False, timeout_ms=_CLOSE_MS)

    def _refuse(self, reason: str) -> None:
        """The broker does not let us read: said once, and the thread ends; nothing changes by trying again."""
        self._failure = f"reading {self.topic} from {self._broker}: {reason}"
        self._stopping.set()

    def _lose(self, error: KafkaError) -> None:
        # Told once: the next tries follow each other twice a second for as long as the broker is away.
        if not self._lost:
            _LOG.warning("reading %s from %s: %r; trying again until it answers", self.topic, self._broker, error)
        self._lost = True

    def _connected(self) -> KafkaConsumer:
        clients: list[KafkaNetClient] = []

        def client(**settings: object) -> KafkaNetClient:
            clients.append(KafkaNetClient(**settings))
            return clients[0]

        try:
            return KafkaConsumer(**client_settings(self._broker), kafka_client=client, **_SETTINGS)
        except KafkaError:
            # A consumer that finds no broker leaves its client's thread running, one more at each try.
            for one in clients:
                one.close()
            raise

    def _round(self, consumer: KafkaConsumer) -> None:
        if self._clock() >= self._next_look:
            self._look(consumer)
        if not consumer.assignment():
            self._stopping.wait(_AGAIN_SECONDS)
            return
        fetched = consumer.poll(timeout_ms=_POLL_MS, max_records=_BATCH_RECORDS)
        if fetched:
            self._deliver([Record(one.key, one.value, one.timestamp) for those in fetched.values() for one in those])
        self._publish(consumer)

    def _look(self, consumer: KafkaConsumer) -> None:
        """Take on partitions that are new, and ask where the partitions end."""
        self._next_look = self._clock() + _LOOK_SECONDS
        standing = sorted(consumer.partitions_for_topic(self.topic))
        wanted = [TopicPartition(self.topic, each) for each in standing if self.share.has(each)]
        if not wanted:
            return
        self._assign(consumer, wanted)
        try:
            ends = consumer.end_offsets(wanted, _ENDS_MS)
        except KafkaTimeoutError as error:
            # The consumer finds its broker again by itself; meanwhile the ends stay as they were.
            self._lose(error)
            return
        self._ends = {one.partition: end for one, end in ends.items()}
        self._first_ends = {**self._ends, **self._first_ends}
        if self._lost:
            _LOG.info("reading %s again", self.topic)
        self._lost = False

    def _assign(self, consumer: KafkaConsumer, wanted: Sequence[TopicPartition]) -> None:
        new = set(wanted) - consumer.assignment()
        if new:
            consumer.assign(wanted)
        for one in new:
            # Not known: from the start, by auto_offset_reset.
            if one.partition in self._offsets:
                consumer.seek(one, self._offsets[one.partition])

    def _publish(self, consumer: KafkaConsumer) -> None:
        # Asked of the consumer, not counted from records: a transaction's markers are offsets without a record.
        asked = {one: consumer.position(one, timeout_ms=0) for one in consumer.assignment()}
        offsets = {one: offset for one, offset in asked.items() if offset is not None}
        if any(self._is_anew(consumer, one, offset) for one, offset in offsets.items()):
            self._begin_anew(consumer)
            return
        self._offsets.update((one.partition, offset) for one, offset in offsets.items())
        self._positions = tuple(
            Position(self.topic, partition, offset, self._ends.get(partition))
            for partition, offset in sorted(self._offsets.items())
        )
        self._caught_up = self._caught_up or self._first_reached()

    def _is_anew(self, consumer: KafkaConsumer, one: TopicPartition, offset: int) -> bool:
        """Whether the partition is not the one we read: Kafka put us back, or (embedded broker) we stand past its end.

        The embedded broker tells the end wrongly when asked for it (the first offset of the last batch, plus one), but
        rightly with each fetch: the high watermark.
        """
        high = consumer.highwater(one)
        return offset < self._offsets.get(one.partition, 0) or (high is not None and high < offset)

    def _begin_anew(self, consumer: KafkaConsumer) -> None:
        """Read everything again: the topic was deleted and made anew, so nothing read so far holds."""
        _LOG.warning("%s was made anew; reading it from its start", self.topic)
        consumer.seek_to_beginning(*consumer.assignment())
        self._offsets, self._ends, self._first_ends, self._positions = {}, {}, {}, ()
        self._caught_up = False
        self._next_look = float("-inf")
        self._made_anew()

    def _first_reached(self) -> bool:
        return bool(self._first_ends) and all(
            self._offsets.get(partition, -1) >= end for partition, end in self._first_ends.items()
        )
