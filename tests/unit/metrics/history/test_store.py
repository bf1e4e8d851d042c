"""The history: claims within a bound, by id and series, and the retractions that mark them."""

import threading
from collections.abc import Sequence

import msgspec
import pytest

from paysignal.engine import pages
from paysignal.facts.claims import Break, Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound, Tier
from paysignal.facts.moments import event_us, known_us
from paysignal.facts.periods import Period
from paysignal.history import packing
from paysignal.history.store import LEAST_BYTES, History
from tests.tools.examples import claim as monthly
from tests.tools.figures import NOTE, claim

KEY = claim().series_key
FINER = {"value": 50.0, "bound": Bound.EXACT}


def retraction(of: Claim, source: Source = NOTE, known_at: str = "2018-10-01") -> Retraction:
    """The retraction of a claim."""
    assert of.id is not None
    return identified(Retraction(retracts=of.id, source=source, known_at=known_at))


def history_of(*facts: Claim | Retraction, most: int = 10) -> History:
    """A history that has taken these in."""
    history = History(most)
    history.remember(facts)
    return history


def month(number: int, **changes: object) -> Claim:
    """A level of the month of that number, counted from January 2020."""
    start, end = (f"{2020 + at // 12}-{at % 12 + 1:02}-01" for at in (number, number + 1))
    return identified(monthly(period=Period(start, end), known_at="2030-01-01", **changes))


def held(history: History, series_key: str = KEY, as_of: str | None = None) -> list[Claim]:
    """The claims of a series."""
    return [one.claim for one in history.facts_of(series_key, None if as_of is None else known_us(as_of))]


def test_the_same_claim_again_changes_nothing() -> None:
    """A claim is held once, however often it arrives, and nobody's answer is made anew."""
    history = history_of(claim(), claim())
    version = history.version_of("alipay")
    history.remember([claim(), claim(provider="upi")])
    assert held(history) == [claim()]
    assert history.version_of("alipay") == version


def test_whatever_may_change_an_answer_changes_the_version() -> None:
    """A claim, another wording, a retraction, an eviction, also of the last claim, and a topic made anew."""
    history = History(2)
    seen = [history.version_of("upi")]
    short, long = (month(1, source=Source("times", name, Tier.PRESS)) for name in ("T", "Times"))
    first, last = sorted((short, long), key=pages._wording)
    for facts in ([last], [first], [retraction(first, first.source)], [month(2)], [month(3)], [month(4)],
                  [month(5, provider="pix"), month(6, provider="pix")]):  # fmt: skip
        history.remember(facts)
        seen.append(history.version_of("upi"))
    assert history.providers() == ("pix",)
    history.remember([month(7)])
    seen.append(history.version_of("upi"))
    history.clear()
    seen.append(history.version_of("upi"))
    assert len(set(seen)) == len(seen)


def test_a_claim_without_id_is_none() -> None:
    """What was never sent has no id, and is not held."""
    assert history_of(msgspec.structs.replace(claim(), id=None)).counts().claims == 0


def test_facts_of_one_series_come_by_event_time_then_known_time() -> None:
    """Whatever their order of arrival; other series and providers are not among them."""
    later = claim(known_at="2018-09-19")
    ended_earlier = claim(period=Period("2018-05-14", "2018-06-16"))
    history = history_of(later, claim(market="CN"), claim(), ended_earlier, claim(provider="upi"))
    assert held(history) == [ended_earlier, claim(), later]
    assert history.providers() == ("alipay", "upi")
    assert history.series_keys("alipay") == (claim(market="CN").series_key, KEY)
    assert {one.claim.market for one in history.facts_of_provider("alipay")} == {"CN", "RU"}
    assert held(history, "nothing|of|the|kind") == []


def test_as_of_has_no_look_ahead() -> None:
    """A claim counts from the end of the day it became known, its retraction from the end of its own."""
    history = history_of(claim(), retraction(claim()))
    assert held(history, as_of="2018-09-17") == []
    for moment, retracted in (("2018-09-18", False), ("2018-09-30", False), ("2018-10-01", True)):
        (one,) = history.facts_of(KEY, known_us(moment))
        assert one.retracted is retracted
    assert [one.retracted for one in history.facts_of(KEY, known_us("2018-10-01") - 1)] == [False]


def test_the_claims_about_the_earliest_periods_go_and_are_counted() -> None:
    """When the history is full the present stays whole, and the answer says until when something may be missing."""
    claims = [month(number) for number in (3, 1, 2, 0, 4)]
    history = history_of(*claims, most=3)
    assert held(history, claims[0].series_key) == [month(2), month(3), month(4)]
    assert history.counts().evicted == 2
    assert history.missing_until_us == event_us("2020-03-01")


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (3, 0, 5, 1, 4, 2)])
def test_what_is_left_does_not_depend_on_the_order(order: Sequence[int]) -> None:
    """A claim older than what went is refused, also when there is room for it by then."""
    # A claim of this length takes twice the bytes that there are for one.
    long = {"source": Source("times", "Times", Tier.PRESS, "https://example.com/" + "x" * 2_000)}
    months = [[month(at, provider=f"p-{number}", **long) for number in range(100)] for at in range(6)]
    history, in_order = History(1_000), History(1_000)
    for at in order:
        history.remember(months[at])
    for claims in months:
        in_order.remember(claims)
    left = [one for name in history.providers() for one in history.facts_of_provider(name)]
    assert left == [one for name in in_order.providers() for one in in_order.facts_of_provider(name)]
    assert history.counts().encoded_bytes <= LEAST_BYTES
    assert 100 < len(left) < 600
    assert history.missing_until_us == in_order.missing_until_us


def test_a_row_that_went_leaves_nothing_behind() -> None:
    """Its place is given to another claim, which is neither retracted nor of that series."""
    history = history_of(month(0), retraction(month(0), month(0).source), month(1), most=1)
    assert [one.retracted for one in history.facts_of(month(1).series_key)] == [False]
    history.remember([month(2, provider="pix")])
    assert (history.providers(), history.counts().series) == (("pix",), 1)
    assert history.facts_of(month(1).series_key) == ()


def test_a_retraction_marks_its_claim_whichever_comes_first() -> None:
    """The order of claim and retraction does not matter."""
    orders: tuple[list[Claim | Retraction], ...] = ([claim(), retraction(claim())], [retraction(claim()), claim()])
    for facts in orders:
        assert [one.retracted for one in history_of(*facts).recollect().held] == [True]


def test_of_several_retractions_the_first_known_counts() -> None:
    """Whatever their order, before or after their claim."""
    late, early = retraction(claim()), retraction(claim(), known_at="2018-09-20")
    orders: tuple[list[Claim | Retraction], ...] = (
        [claim(), late, early],
        [early, claim(), late],
        [late, early, claim()],
    )
    for facts in orders:
        assert [one.retraction for one in history_of(*facts).facts_of(KEY)] == [early]


def test_nobody_retracts_for_another() -> None:
    """A retraction by another publisher marks nothing, and keeps the true one out neither before nor after."""
    foreign = retraction(claim(), Source("somebody-else", "Somebody", Tier.PRESS))
    assert [one.retracted for one in history_of(claim(), foreign).facts_of(KEY)] == [False]
    assert [one.retracted for one in history_of(foreign, claim()).facts_of(KEY)] == [False]
    assert [one.retracted for one in history_of(foreign, retraction(claim()), claim()).facts_of(KEY)] == [True]


def test_retractions_of_nothing_do_not_pile_up() -> None:
    """Retractions that wait are bounded like claims: the earliest is forgotten, and counted."""
    history = history_of(*(retraction(claim(value=float(number))) for number in (1, 2, 3)), most=2)
    history.remember([claim(value=1.0), claim(value=3.0)])
    assert {one.claim.value: one.retracted for one in history.facts_of(KEY)} == {1.0: False, 3.0: True}
    assert history.counts().forgotten == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"step": 10.0},
        {"step": 0.5, "source": Source("paysignal-press-note", "Another name", Tier.OFFICIAL)},
        {"source": Source("paysignal-press-note", "Press note", Tier.OTHER, "https://example.com/note")},
    ],
)
def test_of_two_wordings_under_one_id_the_engines_choice_is_kept(changes: dict[str, object]) -> None:
    """Digits and address are no part of an id: which of them is held is the engine's rule, not the order."""
    one, other = claim(**FINER), claim(**FINER, **changes)
    assert one.id == other.id
    kept = min(one, other, key=pages._wording)
    assert held(history_of(one, other)) == held(history_of(other, one)) == [kept]
    assert packing.precedes(one, other) is (kept == one)


def test_a_declared_break_is_kept_under_one_id() -> None:
    """The same level told again without its break does not undo the break."""
    plain = month(1)
    broken = identified(msgspec.structs.replace(plain, break_=Break("2020-02-01", "another count")))
    for facts in ([plain, broken], [broken, plain]):
        assert held(history_of(*facts), plain.series_key) == [broken]


def test_only_claims_from_a_text_are_recollected() -> None:
    """Those without a place in a text are held and answered from, but are not what somebody just read."""
    plain = claim(market="CN", source=Source("paysignal-press-note", "Press note", Tier.OTHER))
    history = history_of(plain, claim())
    assert [one.claim for one in history.recollect().held] == [claim()]
    assert history.recollect().counts.claims == 2


def test_recollecting_again_decodes_only_what_is_new() -> None:
    """What was shown is shown again as it was, until it is taken back."""
    history = history_of(claim())
    (first,) = history.recollect().held
    history.remember([claim(market="CN")])
    assert history.recollect().held[0] is first
    history.remember([retraction(claim())])
    assert history.recollect().held[0].retracted


def test_clearing_forgets_the_facts_and_keeps_the_counts() -> None:
    """A topic that was made anew is read from nothing; counters never go back."""
    history = history_of(month(0), month(1), most=1)
    history.remember([], malformed=3)
    history.clear()
    assert (history.providers(), history.recollect().held, history.missing_until_us) == ((), (), None)
    assert (history.counts().claims, history.counts().evicted, history.counts().malformed) == (0, 1, 3)


def test_batches_are_atomic_for_other_threads() -> None:
    """Whoever asks meanwhile sees whole batches: as many claims of one market as of the other."""
    history = History(10_000)
    pairs = [[month(number % 120, market=market, value=float(number)) for market in ("IN", "RU")] for number in
             range(300)]  # fmt: skip
    uneven: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen = history.facts_of_provider("upi")
            uneven.extend([1] if len(seen) % 2 else [])

    watchers = [threading.Thread(target=watch) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    for pair in pairs:
        history.remember(pair)
    done.set()
    for watcher in watchers:
        watcher.join()
    assert uneven == []
    assert history.counts().claims == 600
