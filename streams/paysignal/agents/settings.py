"""What a worker is told: settings as an argument, read from nowhere else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """A worker's settings.

    `broker` is HOST:PORT[,HOST:PORT…]; `group` the consumer group; `session_seconds` after which a silent worker loses
    its partitions; `plain_outputs` turns the idempotent producer off, for brokers that have none; `stuck_seconds`
    without a checkpoint, and with records to process, are a stuck worker; `waiting_bytes` bounds what is received and
    not yet processed. An `instance` is a static member of the group: started again within the session it has its
    partitions back, and the others notice nothing.
    """

    broker: str
    group: str = "paysignal"
    session_seconds: float = 45.0
    plain_outputs: bool = False
    stuck_seconds: float = 120.0
    waiting_bytes: int = 64 * 1024 * 1024
    instance: str | None = None

    @property
    def addresses(self) -> list[str]:
        """Each broker's HOST:PORT."""
        return [address.strip() for address in self.broker.split(",")]
