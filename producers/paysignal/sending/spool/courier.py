"""The courier: empties a spool onto the topics, one Kafka transaction a batch, for as long as it takes."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.errors import (
    InvalidProducerEpochError,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFencedError,
    TransactionAbortedError,
)
from kafka.structs import OffsetAndMetadata

from paysignal.facts.topics import FACTS, LARGEST_RECORD
from paysignal.sending.connecting import Clients, connecting
from paysignal.sending.errors import BrokerUnreachable, SpoolTakenOver
from paysignal.sending.outbox import Outgoing
from paysignal.sending.spool.store import Spool, Waiting

log = logging.getLogger(__name__)

#: kafka-python has no types.
_Producer = Any

#: A transaction costs the broker some 10 ms whatever it holds: 1,000 records share it, or what waits when it starts.
_BATCH_RECORDS = 1_000
_BATCH_BYTES = 4 * 1_048_576

#: A transaction that is not ended is ended by the broker after this long, and holds readers up until then.
_TRANSACTION_MS = 30_000

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_IDLE_SECONDS = 0.5

#: Nothing is in flight after a batch; after a failure the broker may never answer.
_CLOSE_SECONDS = 2.0

#: Where the position of a spool is kept: the offset that its own group has on this partition. Nobody reads with it.
_POSITION = TopicPartition(FACTS, 0)

#: Called with each record that ended: `sent`, or `refused` with the reason.
Ended = Callable[[Outgoing, str, str], None]


@dataclass(frozen=True, slots=True)
class CourierTimes:
    """How long, in seconds, the courier waits for a broker before it starts anew, and for one batch's answers."""

    start_seconds: float = 10.0
    delivery_seconds: float = 30.0


class Courier:
    """One thread: takes what waits in a spool, sends it in a transaction, lets it go; starts anew on every failure.

    `ended` hears of each record. `failure` is why it gave up: only another courier on the same spool, or a defect,
    makes it; a broker that is away it waits for.
    """

    def __init__(self, broker: str, spool: Spool, ended: Ended, times: CourierTimes = CourierTimes()) -> None:
        self._broker = broker
        self._spool = spool
        self._ended = ended
        self._times = times
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self.failure: BaseException | None = None
        self.reconnects = 0

    def start(self) -> None:
        """Begins to send."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Ends after the batch under way, waiting at most so long; what is left in the spool waits for the next run."""
        self._stop.set()
        self._thread.join(seconds)

    @property
    def alive(self) -> bool:
        """Whether it still sends."""
        return self._thread.is_alive()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            try:
                pause = self._session(pause)
            except (ProducerFencedError, InvalidProducerEpochError) as error:
                self.failure = SpoolTakenOver(self._spool.id)
                log.error("%s (%r)", self.failure, error)  # noqa: TRY400 - the sentence says it, a traceback does not
                return
            except (KafkaError, BrokerUnreachable) as error:
                self.reconnects += 1
                log.warning(
                    "the spool waits, %d records: %r; trying again in %.1f s", self._spool.records, error, pause
                )
                self._stop.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Exception as error:
                self.failure = error
                log.exception("the courier ended; what it had not sent is in the spool")
                return

    def _session(self, pause: float) -> float:
        """Sends with one producer until told to stop or until it fails; returns the pause after a failure."""
        with connecting(self._broker, self._times.start_seconds) as clients:
            producer = self._producer(clients)
        try:
            producer.init_transactions()
            self._spool.sent(self._position())
            while not self._stop.is_set():
                batch = self._spool.take(_BATCH_RECORDS, _BATCH_BYTES, _IDLE_SECONDS)
                if batch:
                    self._deliver(producer, batch)
                    pause = _FIRST_PAUSE
        finally:
            producer.close(timeout=_CLOSE_SECONDS)
            clients.close()
        return pause

    def _deliver(self, producer: _Producer, batch: Sequence[Waiting]) -> None:
        """One transaction: the batch, and the spool's position behind it; then the spool lets the batch go."""
        producer.begin_transaction()
        refused = self._hand_over(producer, batch)
        through = batch[-1].seq
        producer.send_offsets_to_transaction({_POSITION: OffsetAndMetadata(through + 1, "", -1)}, self._group)
        try:
            producer.commit_transaction()
        except TransactionAbortedError:
            producer.abort_transaction()
            raise
        self._spool.sent(through)
        for waiting in batch:
            reason = refused.get(waiting.seq, "")
            self._ended(waiting.record, "refused" if reason else "sent", reason)

    @staticmethod
    def _hand_over(producer: _Producer, batch: Sequence[Waiting]) -> dict[int, str]:
        """Gives the batch to the producer; the records that no broker would take, with the reason, by their place."""
        refused: dict[int, str] = {}
        for waiting in batch:
            record = waiting.record
            try:
                producer.send(record.topic, record.value, record.key, list(record.headers), partition=record.partition)
            except (MessageSizeTooLargeError, ValueError) as error:
                refused[waiting.seq] = f"{type(error).__name__}: {error}"
        return refused

    @property
    def _group(self) -> str:
        return f"paysignal-spool-{self._spool.id}"

    def _position(self) -> int:
        """The last record that stands on its topic, as the broker knows; asked once the old transaction is settled."""
        with connecting(self._broker, self._times.start_seconds) as clients:
            admin = KafkaAdminClient(
                bootstrap_servers=self._broker,
                client_id="paysignal-spool",
                bootstrap_timeout_ms=int(self._times.start_seconds * 1_000),
                kafka_client=clients,
            )
        try:
            committed = admin.list_group_offsets({self._group: [_POSITION]})[self._group].get(_POSITION)
        finally:
            admin.close()
        return committed.offset - 1 if committed is not None and committed.offset > 0 else 0

    def _producer(self, clients: Clients) -> _Producer:
        times = self._times
        return KafkaProducer(
            bootstrap_servers=self._broker,
            client_id="paysignal-spool",
            transactional_id=self._group,
            transaction_timeout_ms=_TRANSACTION_MS,
            enable_idempotence=True,
            acks="all",
            max_request_size=LARGEST_RECORD,
            max_block_ms=int(times.start_seconds * 1_000),
            delivery_timeout_ms=int(times.delivery_seconds * 1_000),
            request_timeout_ms=int(times.delivery_seconds * 500),
            bootstrap_timeout_ms=int(times.start_seconds * 1_000),
            allow_auto_create_topics=False,
            kafka_client=clients,
        )
