"""What keeps facts from being sent.

    PaySignalError
    └── SendingError
        ├── BrokerUnreachable   no broker answered in time
        ├── SendingStalled      a broker stopped answering: nothing in flight was acknowledged in time
        ├── TopicsMissing       facts go to topics with the right policies, and there are none
        └── TopicsRefused       the broker would not make the topics

A record that fails alone is no error here: it is counted, kept with its reason, and told by `Sender.close`.
"""

from paysignal.facts.errors import PaySignalError


class SendingError(PaySignalError):
    """Facts can not be sent; says what, the rule and the fix."""


class BrokerUnreachable(SendingError):  # noqa: N818  the glossary's word, as in Refused and Malformed
    """No broker answered at the address within the time given."""

    def __init__(self, broker: str, seconds: float) -> None:
        super().__init__(
            f"broker {broker!r}: no Kafka broker answered within {seconds:g} s; start it, or name another by "
            "--broker HOST:PORT or PAYSIGNAL_BROKER"
        )
        self.broker = broker
        self.seconds = seconds


class SendingStalled(SendingError):  # noqa: N818
    """The bound on what is in flight was reached and nothing was acknowledged for the time given."""

    def __init__(self, records: int, size: int, seconds: float) -> None:
        super().__init__(
            f"{records} records ({size} bytes) in flight: none was acknowledged within {seconds:g} s; look at the "
            "broker, then send the same source again (what arrived is known as a duplicate)"
        )
        self.records = records
        self.size = size


class TopicsRefused(SendingError):  # noqa: N818
    """The broker would not make or show the topics."""

    def __init__(self, broker: str, detail: str) -> None:
        super().__init__(
            f"broker {broker!r} refused the topics: {detail}; check its log, the replication factor (--replication) "
            "and the rights of this client"
        )
        self.broker = broker
        self.detail = detail


class TopicsMissing(SendingError):  # noqa: N818
    """The broker lacks topics that facts go to; they are never made by being written to."""

    def __init__(self, broker: str, missing: tuple[str, ...]) -> None:
        super().__init__(
            f"broker {broker!r} has no {', '.join(missing)}: facts go to topics with the right policies; make them "
            "with `paysignal topics create`"
        )
        self.broker = broker
        self.missing = missing
