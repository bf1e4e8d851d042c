"""Examining the history: what comes provider by provider is what all books at once give."""

from collections import deque
from collections.abc import Iterable
from typing import Any

import pytest

from paysignal.engine.asof import state_of
from paysignal.engine.audit.auditing import audit
from paysignal.engine.breaks.suspecting import suspicions
from paysignal.engine.breaks.suspicion import BreakRule
from paysignal.engine.money.rates import NO_RATES
from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Comparison, Kind, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.moments import months_later
from paysignal.facts.periods import Period
from paysignal.facts.readings import Flag
from paysignal.history.examining import Examined, Examiner
from paysignal.history.store import History
from tests.tools.books import BUREAU, level, period_of
from tests.tools.samples import sample, sample_claims

Fact = Claim | Retraction

#: A calm course: 5 % a month, a little more and a little less.
COURSE = [1000.0, 1050.0, 1108.0, 1158.0, 1221.0, 1276.0, 1346.0, 1407.0]
RAILS = ("upi", "imps", "fastag")


def course(factors: Iterable[float], **changes: Any) -> list[Claim]:  # noqa: ANN401 - any field
    """Levels by month from January 2023 on, the calm course times these factors."""
    measure = changes.get("measure", "transactions")
    return [
        level(round(value * factor, 3), period_of(measure, months_later("2023-01-01", month)), step=0.001, **changes)
        for month, (value, factor) in enumerate(zip(COURSE, factors, strict=True))
    ]


def jump(factor: float, at: int = 6) -> list[float]:
    """At another level from one month on."""
    return [factor if month >= at else 1.0 for month in range(len(COURSE))]


def looked(history: History) -> Examiner:
    """An examiner that has looked at all of it."""
    examiner = Examiner(history, NO_RATES)
    look(examiner)
    return examiner


def look(examiner: Examiner) -> Examined:
    """Looks to the end; returns what was found."""
    deque(examiner.look(), maxlen=0)
    return examiner.examined


def remembering(*facts: Fact) -> History:
    """A history with these facts."""
    history = History(10_000)
    history.remember(facts)
    return history


def at_once(facts: Iterable[Fact]) -> tuple[list[Any], list[Any]]:
    """Findings and suspicions over all books together, as who holds everything would have them."""
    told = list(facts)
    taken = {fact.retracts for fact in told if isinstance(fact, Retraction)}
    claims = [fact for fact in told if isinstance(fact, Claim) and fact.id not in taken]
    books = state_of(told).statements.books.values()
    return audit(books, claims), suspicions(books)


def world() -> list[Claim]:
    """A publisher that counts anew, a whole whose parts change hands, a count without its value, and the samples."""
    counted = {"source": Source("counter", "Counter", Tier.OFFICIAL)}
    shared = {"segment": "shared", "source": Source("sharer", "Sharer", Tier.OFFICIAL)}
    whole = course(jump(1.0), provider="all", **shared)
    first = course([0.6 if month < 6 else 0.4 for month in range(8)], provider="upi", **shared)
    second = [
        level(round(total.value - part.value, 3), total.dated, step=0.001, provider="imps", **shared)
        for total, part in zip(whole, first, strict=True)
    ]
    shifting = [claim for name in RAILS for claim in course(jump(2 / 3), provider=name, segment="counted", **counted)]
    parting = [*course(jump(1.5), market="GH"), *course(jump(1.0), measure="transaction_value", market="GH")]
    return [*whole, *first, *second, *shifting, *parting, *sample_claims()]


def test_provider_by_provider_finds_what_all_at_once_do() -> None:
    """Every finding and suspicion, of one series, of one provider and over several, in the same order."""
    examined = looked(remembering(*world())).examined
    findings, suspected = at_once(world())

    assert findings == sorted(
        examined.findings, key=lambda each: (each.series_key, each.period, each.rule, each.claims)
    )
    assert suspected == list(examined.suspicions)
    assert set(BreakRule) == {each.rule for each in examined.suspicions}


def test_fact_by_fact_ends_where_all_together_do() -> None:
    """Whatever came in between and was looked at, revised and taken back: in the end it is as if it came at once."""
    facts: list[Fact] = [*world()[: 8 * 8]]  # all but the samples
    facts.append(identified(Retraction(retracts=str(facts[30].id), source=BUREAU, known_at="2024-02-01")))
    history = History(10_000)
    examiner = Examiner(history, NO_RATES)
    for at in range(0, len(facts), 5):
        history.remember(facts[at : at + 5])
        look(examiner)

    assert looked(remembering(*facts)).examined.suspicions == examiner.examined.suspicions
    assert not examiner.behind


def test_nothing_new_is_nothing_to_look_at() -> None:
    """A second look at the same facts does no piece of work, and a retelling of one provider looks at that one only."""
    history = remembering(*world())
    examiner = looked(history)

    assert [] == list(examiner.look())
    history.remember([identified(level(1.0, Period("2030-01-01", "2030-02-01"), provider="swish", market="SE"))])
    assert examiner.behind
    assert 1 <= len(list(examiner.look())) <= 3
    assert not examiner.behind


def test_what_is_taken_back_is_no_longer_found() -> None:
    """A retraction lifts a finding, and an emptied history all of them."""
    wrong = sample("F0512")
    history = remembering(*(claim for claim in sample_claims() if claim.provider == "paypal"))
    examiner = looked(history)
    assert str(wrong.id) in examiner.examined.notes
    history.remember([identified(Retraction(retracts=str(wrong.id), source=wrong.source, known_at="2026-01-01"))])

    assert str(wrong.id) not in look(examiner).notes
    history.clear()
    assert ((), (), {}, {}) == (
        look(examiner).findings, examiner.examined.suspicions, examiner.examined.marks, examiner.examined.notes,
    )  # fmt: skip


def test_a_publishers_jump_marks_the_growths_across_it_of_every_provider() -> None:
    """August on July, of three providers whose series lie wherever their keys put them; not the levels."""
    marks = looked(
        remembering(*(claim for name in RAILS for claim in course(jump(2 / 3), provider=name)))
    ).examined.marks
    flagged = {key for key, mark in marks.items() if Flag.SUSPECTED_BREAK in mark.flags}

    assert set() == flagged  # the latest month compares with the one before, both counted anew
    newest = [claim for name in RAILS for claim in course(jump(2 / 3), provider=name)[:7]]
    marks = looked(remembering(*newest)).examined.marks
    growths = {f"{name}|IN|transactions||month||current|previous_period_growth||previous" for name in RAILS}
    assert growths <= marks.keys()
    assert {("2023-08-01", (Flag.SUSPECTED_BREAK,))} == {(marks[key].event_time, marks[key].flags) for key in growths}
    assert not any("|level|" in key for key in marks)


def test_a_growth_told_without_its_currency_is_marked_where_its_levels_say_otherwise() -> None:
    """The rupees are another series, perhaps on another worker: 9 % stated, 5 % of the levels."""
    money = {"measure": "transaction_value", "step": 1e9}
    levels = [
        level(value, Period(f"{year}-03-01", f"{year}-04-01"), **money)
        for value, year in ((100e9, 2022), (105e9, 2023))
    ]
    stated = identified(
        Claim(
            provider="upi", market="IN", measure="transaction_value", kind=Kind.GROWTH, value=0.09, step=0.01,
            unit=Unit.RATIO, period=levels[1].period, baseline=Comparison.YEAR_AGO, known_at="2023-04-02",
            source=Source("press", "Press", Tier.PRESS),
        )
    )  # fmt: skip
    examined = looked(remembering(*levels, stated)).examined
    key = "upi|IN|transaction_value||month||current|stated_growth||year_ago"

    assert {key: (Flag.CONTRADICTED,)} == {name: mark.flags for name, mark in examined.marks.items()}
    assert "0.05 follows" in examined.notes[str(stated.id)][0]


@pytest.mark.parametrize("most", [60, 200])
def test_what_had_to_go_is_not_looked_at(most: int) -> None:
    """A history too small for its facts is examined as what it still holds."""
    history = History(most)
    history.remember(world())
    held = [one.claim for name in history.providers() for one in history.facts_of_provider(name)]

    assert len(held) == most
    assert at_once(held)[1] == list(looked(history).examined.suspicions)
