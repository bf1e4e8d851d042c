"""From the facts topic to the history."""

import logging
from collections.abc import Callable, Sequence

from paysignal.consuming.reader import Clock, Reader
from paysignal.consuming.records import Record
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import Malformed
from paysignal.facts.rejections import Reason
from paysignal.facts.topics import FACTS
from paysignal.facts.wire import decode_claim
from paysignal.history.store import History

_LOG = logging.getLogger(__name__)


def facts_feed(history: History, broker: str, clock: Clock) -> Reader:
    """A reader, not yet started, that keeps `history` up to date."""
    return Reader(FACTS, broker, _into(history), clock, made_anew=history.clear)


def _into(history: History) -> Callable[[Sequence[Record]], None]:
    def deliver(records: Sequence[Record]) -> None:
        facts, malformed = facts_of(records)
        history.remember(facts, malformed)

    return deliver


def facts_of(records: Sequence[Record]) -> tuple[list[Claim | Retraction], int]:
    """The facts among the records, and how many records were none; the worker sends those to the rejected topic."""
    facts: list[Claim | Retraction] = []
    malformed = 0
    for record in records:
        try:
            facts.append(_fact_of(record))
        except Malformed as error:
            malformed += 1
            _LOG.debug("no fact on %s: %s", FACTS, error)
    return facts, malformed


def _fact_of(record: Record) -> Claim | Retraction:
    fact = decode_claim(record.value or b"")
    # The worker refuses a claim under a foreign key, so it must not be shown as read either.
    if isinstance(fact, Claim) and record.key != fact.partition_key.encode():
        raise Malformed(Reason.MISROUTED, f"the key of this claim is {fact.partition_key}")
    return fact
