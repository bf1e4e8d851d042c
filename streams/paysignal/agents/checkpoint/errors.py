"""What can go wrong with checkpoints: a lane that is another's now, a commit to try again, a state to refuse."""

from paysignal.facts.errors import PaySignalError


class Fenced(PaySignalError):  # noqa: N818 - reads as what it says: the writer was fenced
    """The lane's transactional id is another's now, or the broker ended the transaction: the lane is over here.

    Which of the two it was can not be told, so nothing is assumed: only the group, by a new assignment, gives the lane
    back.
    """


class Uncommitted(PaySignalError):  # noqa: N818 - as Fenced
    """The transaction was aborted and nothing of it is seen by anybody; the same rows may be written again."""


class StateRefused(PaySignalError):  # noqa: N818 - as Fenced
    """The state on the topic does not belong to the facts, settings or partitions there are now.

    Raised before anything is processed; `lane` names the partition, `found` what differs, `fix` the command to run.
    """

    def __init__(self, lane: str, found: str, fix: str) -> None:
        super().__init__(f"state of {lane}: {found}; {fix}")
        self.lane = lane
        self.found = found
        self.fix = fix
