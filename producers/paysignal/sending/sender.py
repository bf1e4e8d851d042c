"""The sender: kafka-python's idempotent producer, with every answer checked and what is in flight bounded."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError
from prometheus_client import CollectorRegistry

from paysignal.facts.topics import LARGEST_RECORD
from paysignal.security.access import client_settings
from paysignal.sending.account import Account, Tally
from paysignal.sending.budget import Budget
from paysignal.sending.connecting import Clients, connecting
from paysignal.sending.counters import Counters
from paysignal.sending.errors import SendingStalled
from paysignal.sending.outbox import Outgoing

#: kafka-python has no types.
_Producer = Any

#: Waited for together, so that single facts travel in batches; nobody sees 5 ms.
_LINGER_MS = 5


@dataclass(frozen=True, slots=True)
class SenderLimits:
    """How long a sender waits, in seconds, and how much it holds in flight."""

    records: int = 10_000
    bytes: int = 32 * 1_048_576
    start_seconds: float = 10.0
    delivery_seconds: float = 30.0


class Sender:
    """Sends records; use it in a `with` block, or call `close`, which waits for every answer.

    Raises `BrokerUnreachable` when made without a broker within `start_seconds`, `SendingStalled` when the broker stops
    answering under a full budget. Any other failure is a record's own: counted, its reason kept, the next one goes on.
    """

    def __init__(self, broker: str, registry: CollectorRegistry, limits: SenderLimits = SenderLimits()) -> None:
        self._limits = limits
        self._budget = Budget(limits.records, limits.bytes)
        self.counters = Counters(registry, self._budget)
        self._account = Account(self.counters)
        with connecting(broker, limits.start_seconds) as self._clients:
            self._producer = _producer(broker, limits, self._clients)

    def send(self, record: Outgoing) -> None:
        """Hand one record over; waits while the budget is full."""
        if record.size > LARGEST_RECORD:
            detail = f"{record.size} bytes: a record has at most {LARGEST_RECORD}; send less text in it"
            self._account.ended(record, "refused", detail)
            return
        if not self._budget.take(record.size, self._limits.delivery_seconds):
            raise SendingStalled(self._budget.records, self._budget.bytes, self._limits.delivery_seconds)
        try:
            future = self._producer.send(
                record.topic, record.value, record.key, list(record.headers), partition=record.partition
            )
        except MessageSizeTooLargeError as error:
            self._returned(record, "refused", str(error))
        except (KafkaError, ValueError) as error:
            self._returned(record, "failed", _told(error))
        else:
            future.add_callback(lambda _: self._returned(record, "sent", ""))
            future.add_errback(lambda error: self._returned(record, _outcome_of(error), _told(error)))

    def send_all(self, records: Iterable[Outgoing]) -> None:
        """Hand over many records, in their order."""
        for record in records:
            self.send(record)

    def flush(self) -> None:
        """Wait until every record handed over is answered for; raises `SendingStalled` when the answers stop coming."""
        if not self._budget.wait_until_empty(self._limits.delivery_seconds + self._limits.start_seconds):
            raise SendingStalled(self._budget.records, self._budget.bytes, self._limits.delivery_seconds)

    def close(self) -> Tally:
        """Wait for every answer, end the producer, and tell what became of the records.

        Raises `SendingStalled` as `flush` does, the producer ended all the same. May be called twice.
        """
        try:
            self.flush()
        finally:
            self._end(self._limits.start_seconds)
        return self.tally

    @property
    def tally(self) -> Tally:
        """What became of the records so far."""
        return self._account.tally

    def _end(self, seconds: float) -> None:
        self._producer.close(timeout=seconds)
        self._clients.close()  # after a stall its thread would go on trying to connect

    def _returned(self, record: Outgoing, outcome: str, detail: str) -> None:
        self._account.ended(record, outcome, detail)
        self._budget.give_back(record.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.close()
        else:  # the first error is the one to tell: do not wait for answers behind it
            self._end(0)


def _producer(broker: str, limits: SenderLimits, clients: Clients) -> _Producer:
    """kafka-python's producer. Its idempotence is asked for by name: set `acks` alone and it silently turns it off."""
    return KafkaProducer(
        **client_settings(broker),
        client_id="paysignal-producer",
        enable_idempotence=True,
        acks="all",
        linger_ms=_LINGER_MS,
        max_request_size=LARGEST_RECORD,
        max_block_ms=int(limits.start_seconds * 1_000),
        delivery_timeout_ms=int(limits.delivery_seconds * 1_000),
        request_timeout_ms=int(limits.delivery_seconds * 500),
        bootstrap_timeout_ms=int(limits.start_seconds * 1_000),
        allow_auto_create_topics=False,
        kafka_client=clients,
    )


def _outcome_of(error: BaseException) -> str:
    return "refused" if isinstance(error, MessageSizeTooLargeError) else "failed"


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
