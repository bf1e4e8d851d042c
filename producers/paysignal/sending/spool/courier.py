"""The courier: empties a spool onto the topics, one Kafka transaction a batch, for as long as it takes."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaProducer, TopicPartition
from kafka.errors import (
    CorruptRecordError,
    InvalidProducerEpochError,
    InvalidRecordError,
    InvalidTimestampError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumberError,
    ProducerFencedError,
    RecordListTooLargeError,
)
from kafka.structs import OffsetAndMetadata

from paysignal.facts.topics import FACTS, LARGEST_RECORD
from paysignal.security.access import client_settings
from paysignal.sending.connecting import Clients, administering, connecting
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
_LOOK_SECONDS = 0.002

#: From 1,000 records to one in four steps.
_NARROWER = 8

#: Nothing is in flight after a batch; after a failure the broker may never answer.
_CLOSE_SECONDS = 2.0

#: Where the position of a spool is kept: the offset that its own group has on this partition. Nobody reads with it.
_POSITION = TopicPartition(FACTS, 0)

#: What a broker says of a record that it will never take. It says so of a whole batch of the client's, good ones too.
_FOR_GOOD = (
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    InvalidRecordError,
    InvalidTimestampError,
    CorruptRecordError,
)

_FENCED = (ProducerFencedError, InvalidProducerEpochError)

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

    def __init__(
        self,
        broker: str,
        spool: Spool,
        ended: Ended,
        times: CourierTimes = CourierTimes(),
        reconnected: Callable[[], object] = lambda: None,
    ) -> None:
        self._broker = broker
        self._spool = spool
        self._ended = ended
        self._times = times
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._reconnected = reconnected
        self._most = _BATCH_RECORDS
        self._refused: dict[int, str] = {}
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
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    @property
    def alive(self) -> bool:
        """Whether it still sends."""
        return self._thread.is_alive()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            try:
                pause = self._session(pause)
            except _FENCED as error:
                self.failure = SpoolTakenOver(self._spool.id)
                log.error("%s (%r)", self.failure, error)  # noqa: TRY400 - the sentence says it, a traceback does not
                return
            except (KafkaError, BrokerUnreachable) as error:
                self.reconnects += 1
                self._reconnected()
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
        wait = 0.0  # for a failed producer's answers: the next one settles its transaction
        try:
            producer.init_transactions()
            self._spool.sent(self._position())
            while not self._stop.is_set():
                batch = self._spool.take(self._most, _BATCH_BYTES, _IDLE_SECONDS)
                if batch:
                    if not self._deliver(producer, batch):
                        return _FIRST_PAUSE
                    pause = _FIRST_PAUSE
            wait = _CLOSE_SECONDS
        finally:
            producer.close(timeout=wait)
            clients.close()
        return pause

    def _deliver(self, producer: _Producer, batch: Sequence[Waiting]) -> bool:
        """One transaction: the batch, and the spool's position behind it; then the spool lets the batch go.

        False when the broker refused a record for good: fewer are sent next time, until that one stands alone and is
        left out, by a new producer: kafka-python (3.0.12) splits what is too large, and its numbering with it.
        """
        answers: list[Any] = []
        through = batch[-1].seq
        try:
            producer.begin_transaction()
            self._hand_over(producer, batch, answers)
            self._check(answers)
            producer.send_offsets_to_transaction({_POSITION: OffsetAndMetadata(through + 1, "", -1)}, self._group)
            producer.commit_transaction()
        except KafkaError as error:
            reason = _refusal(answers)
            self._narrow(batch, reason)
            if isinstance(error, _FENCED) or reason is None:
                raise
            return False
        self._most = min(2 * self._most, _BATCH_RECORDS)
        self._let_go(batch, through)
        return True

    def _hand_over(self, producer: _Producer, batch: Sequence[Waiting], answers: list[Any]) -> None:
        """Gives the batch to the producer, but for what is refused already, by the broker or by the client itself."""
        for waiting in batch:
            if waiting.seq in self._refused:
                continue
            record = waiting.record
            try:
                answers.append(
                    producer.send(
                        record.topic, record.value, record.key, list(record.headers), partition=record.partition
                    )
                )
            except (MessageSizeTooLargeError, ValueError) as error:
                self._refused[waiting.seq] = _told(error)

    def _check(self, answers: Sequence[Any]) -> None:
        """Waits for every answer; raises the first failure, or `KafkaTimeoutError`.

        kafka-python waits for ever when a failure comes while the position is on its way, and in flush when it has
        split a batch: so the answers are looked at one by one, before the position is sent.
        """
        ends = time.monotonic() + self._times.delivery_seconds + self._times.start_seconds
        waiting = list(answers)
        while waiting:
            for answer in waiting:
                if answer.failed():
                    raise answer.exception
            waiting = [answer for answer in waiting if not answer.succeeded()]
            if time.monotonic() > ends:
                raise KafkaTimeoutError(f"{len(waiting)} records were not answered for")
            if waiting:
                time.sleep(_LOOK_SECONDS)

    def _narrow(self, batch: Sequence[Waiting], reason: str | None) -> None:
        """After a failure: fewer next time; a record that was refused alone is never sent again."""
        sent = [waiting.seq for waiting in batch if waiting.seq not in self._refused]
        if reason is not None and len(sent) == 1:
            self._refused[sent[0]] = reason
        self._most = max(1, len(batch) // _NARROWER)

    def _let_go(self, batch: Sequence[Waiting], through: int) -> None:
        self._spool.sent(through)
        for waiting in batch:
            reason = self._refused.pop(waiting.seq, "")
            self._ended(waiting.record, "refused" if reason else "sent", reason)

    @property
    def _group(self) -> str:
        return f"paysignal-spool-{self._spool.id}"

    def _position(self) -> int:
        """The last record that stands on its topic, as the broker knows; asked once the old transaction is settled."""
        with administering(self._broker, "paysignal-spool", self._times.start_seconds) as admin:
            committed = admin.list_group_offsets({self._group: [_POSITION]})[self._group].get(_POSITION)
        return committed.offset - 1 if committed is not None and committed.offset > 0 else 0

    def _producer(self, clients: Clients) -> _Producer:
        times = self._times
        return KafkaProducer(
            **client_settings(self._broker),
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


def _refusal(answers: Sequence[Any]) -> str | None:
    """Why the broker will never take one of these; None when it gave another answer, or none.

    Of more than one record, numbers out of order are what a split left behind.
    """
    for answer in answers:
        if answer.failed():
            split = len(answers) > 1 and isinstance(answer.exception, OutOfOrderSequenceNumberError)
            if split or isinstance(answer.exception, _FOR_GOOD):
                return _told(answer.exception)
    return None


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
