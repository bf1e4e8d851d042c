"""Writing what an operator sends: records, and how far the sending is, in one transaction each lot."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from kafka import KafkaProducer, TopicPartition
from kafka.errors import InvalidProducerEpochError, KafkaError, ProducerFencedError
from kafka.structs import OffsetAndMetadata

from paysignal.command.operating.places import group_offsets
from paysignal.facts.errors import PaySignalError
from paysignal.facts.topics import FACTS, LARGEST_RECORD
from paysignal.security.access import client_settings
from paysignal.security.rights import OPERATOR
from paysignal.sending.connecting import connecting

#: A lot of a transaction; the broker takes some 10 ms for each, whatever it holds.
LOT_RECORDS: Final = 1_000
LOT_BYTES: Final = 4 * 1_048_576

_SECONDS: Final = 30.0
_TRANSACTION_MS: Final = 60_000

#: Where a position is kept: the offset that the writer's own group has on this partition. Nobody reads with it.
_POSITION: Final = TopicPartition(FACTS, 0)

#: kafka-python has no types.
_Producer = Any


class Sent(NamedTuple):
    """One record to be sent; without a partition its key decides, without a time it is sent now."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None
    timestamp_ms: int | None = None


class WritingError(PaySignalError):
    """Records could not be sent; none of the lot is on a topic."""


class Writer:
    """Sends lots of records exactly once; another writer of the same name ends this one.

    `plain` is for the embedded broker, which has no transactions: then a lot that was cut off may be sent again.
    """

    def __init__(self, broker: str, name: str, *, plain: bool = False) -> None:
        self._broker, self._group, self._plain = broker, f"{OPERATOR}{name}", plain
        with connecting(broker, _SECONDS) as self._clients:
            self._producer: _Producer = KafkaProducer(
                **client_settings(broker),
                client_id="paysignal-operator",
                enable_idempotence=not plain,
                acks="all",
                linger_ms=5,
                max_request_size=2 * LARGEST_RECORD,
                bootstrap_timeout_ms=int(_SECONDS * 1_000),
                allow_auto_create_topics=False,
                kafka_client=self._clients,
                **({} if plain else {"transactional_id": self._group, "transaction_timeout_ms": _TRANSACTION_MS}),
            )
        try:
            if not plain:
                self._producer.init_transactions()
        except KafkaError as error:
            self._close()
            raise self._told(error) from error

    def position(self) -> int:
        """The position that the last lot was written with; 0 before any, and always on the embedded broker."""
        if self._plain:
            return 0
        return group_offsets(self._broker, self._group, [_POSITION]).get(_POSITION, 0)

    def write(self, lot: Sequence[Sent], position: int | None = None) -> None:
        """Sends the lot, and with it the position; raises `WritingError`, and nothing of it is seen by anybody."""
        try:
            if not self._plain:
                self._producer.begin_transaction()
            self._send(lot)
            if self._plain:
                return
            if position is not None:
                self._producer.send_offsets_to_transaction(
                    {_POSITION: OffsetAndMetadata(position, "", -1)}, self._group
                )
            self._producer.commit_transaction()
        except KafkaError as error:
            raise self._told(error) from error

    def _send(self, lot: Sequence[Sent]) -> None:
        answers = [
            self._producer.send(
                each.topic,
                each.value,
                each.key,
                list(each.headers),
                partition=each.partition,
                timestamp_ms=each.timestamp_ms,
            )
            for each in lot
        ]
        for answer in answers:
            answer.get(timeout=_SECONDS)

    def _told(self, error: KafkaError) -> WritingError:
        if isinstance(error, ProducerFencedError | InvalidProducerEpochError):
            return WritingError(f"{self._group}: another one runs at the same time and took over; let it end")
        return WritingError(f"{self._broker}: not sent ({error!r}); run the same command again, it goes on from there")

    def _close(self) -> None:
        self._producer.close(timeout=0)
        self._clients.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()
