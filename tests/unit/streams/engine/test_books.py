"""Books: the claims of one series, bounded, and the same whatever came first."""

from itertools import pairwise

from paysignal.engine.books import MOST_PERIODS, Book, Fate
from paysignal.engine.pages import MOST_CLAIMS
from paysignal.facts.claims import Claim, Source
from paysignal.facts.kinds import Bound, Kind, Tier
from paysignal.facts.periods import Period
from tests.tools import examples
from tests.tools.batches import told


def said(publisher: str, step: float = 1e8, **changes: object) -> Claim:
    """8.7 billion, as one more publisher says it."""
    return told(examples.claim(source=Source(publisher, publisher, Tier.PRESS), step=step, **changes))


def written(*claims: Claim) -> Book:
    """A book with these claims."""
    book = Book(claims[0].series)
    for claim in claims:
        book.put(claim)
    return book


def months(count: int) -> list[Claim]:
    """As many months, from January 1950."""
    starts = [f"{1950 + index // 12}-{index % 12 + 1:02}-01" for index in range(count + 1)]
    return [told(examples.claim(period=Period(*pair))) for pair in pairwise(starts)]


def shown(book: Book) -> list[tuple[str, float, int]]:
    """End, value and number of supporting claims of every chosen level."""
    return [(period.end, choice.shown.value, len(choice.supporting)) for period, _, choice in book.choices(Kind.LEVEL)]


def test_the_same_claim_again_is_a_duplicate() -> None:
    """A claim counts once."""
    book = written(said("npci"))

    assert Fate.DUPLICATE is book.put(said("npci")).fate
    assert 1 == book.facts


def test_the_newest_periods_are_held_whatever_came_first() -> None:
    """Of 520 months the oldest are evicted and told, forwards and backwards alike."""
    claims = months(MOST_PERIODS + 8)
    forwards, backwards = Book(claims[0].series), Book(claims[0].series)
    gone = [forwards.put(claim).gone for claim in claims]
    fates = [backwards.put(claim).fate for claim in reversed(claims)]

    assert shown(forwards) == shown(backwards)
    assert MOST_PERIODS == len(shown(forwards))
    assert [claims[index].id for index in range(8)] == [identity for identities in gone for identity in identities]
    assert [Fate.EVICTED] * 8 == fates[-8:]


def test_a_crowded_period_keeps_its_leader_and_the_finest() -> None:
    """Of twenty figures sixteen are held: the most authoritative, however rough, and the finest of the others."""
    leader = told(examples.claim(step=1e9, source=Source("npci", "NPCI", Tier.OFFICIAL)))
    others = [said(f"press-{number}", step=1e7 + number) for number in range(19)]
    one, other = written(leader, *others), written(*reversed(others), leader)

    assert shown(one) == shown(other) == [("2023-04-01", 8.7e9, MOST_CLAIMS)]
    assert 20 == one.facts == other.facts


def test_a_retracted_claim_is_shown_no_more_and_the_next_is() -> None:
    """Striking the shown figure out brings the one behind it forward."""
    fine, rough = said("fine", step=1e7), said("rough")
    book = written(fine, rough)

    assert book.retract(str(fine.id), "r")
    assert not book.retract(str(fine.id), "r")
    assert [rough] == [choice.shown for _, _, choice in book.choices(Kind.LEVEL)]
    assert 3 == book.facts


def test_an_evicted_claim_told_again_is_no_new_fact() -> None:
    """The version counts distinct facts: a claim older than the history counts once, however often it is told."""
    claims = months(MOST_PERIODS + 1)
    book = written(*claims)
    facts = book.facts
    book.put(claims[0])

    assert facts == book.facts


def test_a_crowded_period_does_not_bring_a_revised_figure_back() -> None:
    """What a publisher has revised is not shown again because its revision is rougher and the page is full."""
    first, revised = said("post", 1e5, known_at="2023-04-02"), said("post", 1e9, value=8.9e9, known_at="2023-05-02")
    others = [said(f"press-{number}", 1e7 + number, known_at="2023-06-01") for number in range(MOST_CLAIMS)]
    book = written(first, revised, *others)
    [(_, _, choice)] = book.choices(Kind.LEVEL)

    assert first not in (choice.shown, *choice.supporting, *choice.conflicting)


def test_retellings_of_a_growth_do_not_drive_the_level_out() -> None:
    """However many tell one statement about a period finely, the other statements about it are still held."""
    level = said("npci", 1e9)
    growths = [told(examples.growth(source=Source(f"press-{n}", "Press", Tier.PRESS), step=1e-6)) for n in range(40)]
    one, other = written(level, *growths), written(*growths, level)

    assert shown(one) == shown(other) == [("2023-04-01", 8.7e9, 1)]
    assert MOST_CLAIMS - 1 == len(one.choices(Kind.GROWTH)[0][2].supporting)


def test_one_claim_read_twice_is_held_in_its_finer_wording() -> None:
    """Identity has no digits: of a table's 8.7 billion and a text's 8.700 billion the finer stands, in either order."""
    rough, fine = said("npci", 1e8), said("npci", 1e6)
    one, other = written(rough, fine), written(fine, rough)

    assert rough.id == fine.id
    assert [fine] == [choice.shown for _, _, choice in one.choices(Kind.LEVEL)]
    assert one.choices(Kind.LEVEL) == other.choices(Kind.LEVEL)
    assert 1 == one.facts == other.facts


def test_a_day_and_its_midnight_are_one_end_of_a_stock() -> None:
    """A stock's end may be written as a date or an instant: one period, told as the date, whichever came first."""
    day, midnight = (
        told(examples.users(period=Period(None, end), source=Source(name, name, Tier.PRESS)))
        for end, name in (("2018-07-01", "a"), ("2018-07-01T00:00:00Z", "b"))
    )

    assert shown(written(day, midnight)) == shown(written(midnight, day)) == [("2018-07-01", 7e8, 2)]


def test_retellings_drive_no_other_figure_out() -> None:
    """However many retell one figure, the bound that narrows it and the figure that contradicts it are still held."""
    bound = told(examples.claim(value=8.69e9, bound=Bound.MORE_THAN, source=Source("bank", "Bank", Tier.PRESS)))
    other = said("blog", 1e9, value=2e9, known_at="2023-04-01")
    copies = [said(f"mirror-{number}", known_at="2023-06-01") for number in range(40)]
    for book in (written(bound, other, *copies), written(*copies, bound, other)):
        [(_, _, choice)] = book.choices(Kind.LEVEL)

        assert (8.69e9, 8.75e9) == (choice.interval.low, choice.interval.high)
        assert (other,) == choice.conflicting
