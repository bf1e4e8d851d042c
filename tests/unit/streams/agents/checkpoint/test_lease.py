"""The lease, with a clock that is told the time."""

from paysignal.agents.checkpoint.lease import MARGIN_SECONDS, Lease

SESSION = 10.0


class Clock:
    """Seconds as they are set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now


def test_nothing_may_be_sent_before_the_first_proof() -> None:
    """A lane that has never committed proves nothing."""
    assert not Lease(SESSION, Clock()).valid


def test_a_proof_holds_for_the_session_less_two_seconds_from_when_the_commit_was_begun() -> None:
    """Counted from the beginning: the commit may have taken long, and the take-over may have come right after it."""
    clock = Clock()
    lease = Lease(SESSION, clock)
    lease.prove(begun=96.0)

    clock.now = 96.0 + SESSION - MARGIN_SECONDS - 0.001
    assert lease.valid
    clock.now += 0.001
    assert not lease.valid


def test_an_older_proof_takes_nothing_back() -> None:
    """Two commits may end in another order than they began."""
    clock = Clock()
    lease = Lease(SESSION, clock)
    lease.prove(begun=100.0)
    lease.prove(begun=95.0)
    clock.now = 107.9

    assert lease.valid


def test_it_is_worn_after_half_of_it() -> None:
    """So that it is renewed before a record waits for it."""
    clock = Clock()
    lease = Lease(SESSION, clock)
    lease.prove(begun=100.0)
    clock.now = 103.9

    assert not lease.worn
    clock.now = 104.0
    assert lease.worn


def test_an_ended_lease_is_never_valid_again() -> None:
    """A fenced lane stays fenced, whatever still succeeds."""
    clock = Clock()
    lease = Lease(SESSION, clock)
    lease.prove(begun=100.0)
    lease.end()
    lease.prove(begun=100.0)

    assert not lease.valid
