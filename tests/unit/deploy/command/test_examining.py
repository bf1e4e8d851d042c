"""The exporter's thread that holds facts against each other."""

from collections.abc import Iterator

from paysignal.command.examining import Examination, found
from paysignal.engine.money.rates import NO_RATES
from paysignal.history.examining import Examiner
from paysignal.history.store import History
from tests.tools.samples import sample, sample_claims
from tests.tools.waiting import eventually


def test_what_comes_is_looked_at_until_it_is_stopped() -> None:
    """Once the topics are read: the slip of PayPal's billions is found, and counted for the metrics."""
    history, read = History(5_000), [False]
    examiner = Examiner(history, NO_RATES)
    examination = Examination(examiner, lambda: read[0])
    examination.start()
    history.remember(claim for claim in sample_claims() if claim.provider == "paypal")
    assert found(examiner).examining
    read[0] = True
    eventually(lambda: not examiner.behind, "a look at the history")
    counts = {(count.series_key, count.rule): count.number for count in found(examiner).counts}
    examination.stop()

    assert 1 == counts[sample("F0512").series_key, "unit_slip"]
    assert not found(examiner).examining
    assert examination.failure is None


def test_a_look_that_fails_is_told() -> None:
    """An exporter that had silently stopped looking would call every figure sound."""

    class Broken(Examiner):
        def look(self) -> Iterator[None]:
            raise ZeroDivisionError("nothing")

    history = History(10)
    examination = Examination(Broken(history, NO_RATES), lambda: True)
    examination.start()
    eventually(lambda: examination.failure, "the failure")
    examination.stop()

    assert "examining: ZeroDivisionError: nothing" == examination.failure


def test_it_can_be_stopped_before_it_was_started() -> None:
    """As when the server's port is taken."""
    Examination(Examiner(History(10), NO_RATES), lambda: True).stop()
