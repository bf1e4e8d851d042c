"""What keeps facts from being sent.

    PaySignalError
    └── SendingError
        ├── BrokerUnreachable   no broker answered in time
        ├── SendingStalled      a broker stopped answering: nothing in flight was acknowledged in time
        ├── SpoolRefused        the spool's file can not be used
        ├── SpoolTakenOver      another process sends from a copy of the same spool
        ├── TopicsMissing       facts go to topics with the right policies, and there are none
        └── TopicsRefused       the broker would not make the topics

A record that fails alone is no error here: it is counted, kept with its reason, and told by `Sender.close`.
"""

from pathlib import Path

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


class SpoolRefused(SendingError):  # noqa: N818
    """The file is no spool, is one of another version, or is in use."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"spool {path}: {detail}; one process uses a spool at a time, and its file is made by --spool: stop the "
            "other, or name another file"
        )
        self.path = path
        self.detail = detail


class SpoolTakenOver(SendingError):  # noqa: N818
    """The broker has a newer producer of the same spool, and refuses this one."""

    def __init__(self, spool_id: str) -> None:
        super().__init__(
            f"spool {spool_id}: another process sends from a copy of it; a spool is never copied: stop one of the two"
        )
        self.spool_id = spool_id


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
