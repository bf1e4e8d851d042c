"""`paysignal worker` that kills itself at a chosen moment of a chosen checkpoint; run as a script by the chaos tests.

    dying_worker.py MOMENT NUMBER ARGUMENTS…

MOMENT is `before` (the outputs are acknowledged, nothing of the checkpoint is sent), `inside` (its rows are sent, the
commit is not) or `after` (committed, and nobody told yet); NUMBER says which transaction of the process it is.
"""

import os
import signal
import sys
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer

from paysignal.agents.checkpoint.transactions import Row, Transactions
from paysignal.agents.outgoing import Outgoing
from paysignal.command.worker import worker

_written = 0


def install(moment: str, number: int) -> None:
    """From now on the process ends there, as by `kill -9`."""
    write, commit = Transactions.write, AIOKafkaProducer.commit_transaction

    def die(at: str) -> None:
        if at == moment and _written >= number:
            os.kill(os.getpid(), signal.SIGKILL)

    async def dying_write(self: Transactions, rows: Sequence[Row], records: Sequence[Outgoing] = ()) -> None:
        global _written  # noqa: PLW0603 - counts over all lanes of the process
        _written += len(rows) > 1  # a renewal of the lease writes a marker alone
        die("before")
        await write(self, rows, records)
        die("after")

    async def dying_commit(self: AIOKafkaProducer) -> None:
        die("inside")
        await commit(self)

    Transactions.write = dying_write  # type: ignore[method-assign]
    AIOKafkaProducer.commit_transaction = dying_commit


if __name__ == "__main__":
    install(sys.argv[1], int(sys.argv[2]))
    worker.main(sys.argv[3:])
