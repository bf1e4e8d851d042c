"""Laws of suspected breaks."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from paysignal.engine.books import Book
from paysignal.engine.breaks.falls import fell
from paysignal.engine.breaks.suspecting import suspicions
from paysignal.engine.breaks.suspicion import Suspicion, crossed
from paysignal.engine.pairs import pairs
from paysignal.facts.claims import Claim
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Comparison
from paysignal.facts.moments import months_later
from tests.tools.books import books_of, level, period_of

#: What is told: series whose figures can be parts, siblings and a publisher's.
TOLD = (
    {"measure": "transactions"},
    {"measure": "transactions", "segment": "p2p"},
    {"measure": "transactions", "segment": "p2m"},
    {"measure": "transaction_value"},
    {"measure": "registered_users"},
    {"measure": "agents"},
)


#: What happens in one month to the series' levels, in percent, in the order of `TOLD`; else they rise by a few percent.
EVENTS = (
    (100, 100, 100, 100, 100, 100),
    (60, 60, 60, 60, 60, 60),  # the publisher counts otherwise
    (100, 70, 160, 100, 100, 100),  # p2p is told as p2m
    (150, 150, 150, 100, 100, 100),  # payments are counted otherwise
    (100, 100, 100, 100, 50, 100),  # users are
)


@st.composite
def histories(draw: Callable[[st.SearchStrategy[Any]], Any]) -> list[Claim]:
    """Some months of some series that rise by a few percent, and what happens in one of them.

    Figures are whole numbers, so that twice a figure is written with the digits of exactly twice its interval.
    """
    months, event = draw(st.integers(6, 12)), draw(st.sampled_from(EVENTS))
    at, step = draw(st.integers(5, months - 1)), draw(st.sampled_from([2.0, 2_000.0, 200_000.0]))
    pace = [draw(st.integers(101, 104)) for _ in range(months)]
    claims = []
    for series, base, factor in zip(TOLD, (9, 6, 3, 9, 5, 1), event, strict=True):
        value = base * 10_000_000
        for month in range(months):
            own = draw(st.integers(-1, 1)) if series["measure"] in {"agents", "registered_users"} else 0
            value = value * (pace[month] + own) * (factor if month == at else 100) // 10_000
            period = period_of(series["measure"], months_later("2023-01-01", month))
            claims.append(level(float(value), period, step=step, **series))
    return claims


def told(claims: list[Claim]) -> list[Suspicion]:
    """The suspicions about some claims."""
    return suspicions(books_of(claims))


@settings(max_examples=25)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(claims: list[Claim], random: Any) -> None:  # noqa: ANN401 - hypothesis
    """Shuffled, and every claim twice, the same suspicions come in the same order."""
    shuffled = [*claims, *claims]
    random.shuffle(shuffled)

    assert told(claims) == told(shuffled)
    assert suspicions(books_of(claims)) == suspicions(books_of(claims)[::-1])


@settings(max_examples=25)
@given(histories(), st.sampled_from([2, 8, 1024]))
def test_the_unit_of_the_figures_changes_nothing(claims: list[Claim], factor: int) -> None:
    """Every figure times the same factor, its step as well: same suspicions, numbers and sentences.

    Powers of two scale floats without rounding, so that even a move exactly at a threshold stays there.
    """
    scaled = [
        identified(msgspec.structs.replace(claim, id=None, value=claim.value * factor, step=(claim.step or 0) * factor))
        for claim in claims
    ]

    assert told(claims) == told(scaled)


@settings(max_examples=25)
@given(histories())
def test_one_book_tells_its_own_falls(claims: list[Claim]) -> None:
    """What `fell` says of each book is what all rules together say of falls."""
    books = books_of(claims)
    alone = [each for book in books for each in fell(book)]

    assert sorted(alone, key=lambda each: each.order) == [
        each for each in suspicions(books) if each.rule == "stock_fell"
    ]


@settings(max_examples=25)
@given(histories())
def test_every_suspicion_parts_the_two_levels_it_was_raised_by(claims: list[Claim]) -> None:
    """In each series it names there is a pair that crosses it, and its moments are in order."""
    books: dict[str, Book] = {book.series.key: book for book in books_of(claims)}
    for suspected in suspicions(books.values()):
        assert suspected.after < suspected.before
        for key in suspected.series:
            assert any(crossed(pair, [suspected]) for pair in pairs(books[key], Comparison.PREVIOUS))
