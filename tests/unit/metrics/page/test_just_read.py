"""The table of statements read from articles."""

import datetime as dt

import msgspec

from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from paysignal.facts.readings import Reading
from paysignal.history.store import History
from paysignal.page.tables import JustRead, just_read
from tests.tools.figures import NOTE, RUSSIA, SPEND, claim, level, reading

NOW = dt.datetime(2018, 10, 21, tzinfo=dt.UTC)
SUMMER = Period("2018-06-01", "2018-09-01")
SPENT = {"market": "world", "measure": "average_spend", "segment": "abroad", "currency": "CNY", "period": SUMMER}
AMOUNT = {**SPENT, "kind": Kind.LEVEL, "bound": Bound.EXACT, "unit": Unit.CURRENCY, "baseline": None, "step": 1.0}
COMPUTED = reading(
    SPEND,
    indicator="year_on_year_growth",
    origin="derived",
    value=0.4254,
    low=0.4249,
    high=0.426,
    bound=Bound.EXACT,
    start="2018-06-01",
    event_time="2018-09-01",
)


def rows(facts: list[Claim | Retraction], readings: list[Reading]) -> tuple[JustRead, ...]:
    """The table of these facts and readings."""
    history = History(100)
    history.remember(facts)
    return just_read(history.recollect().held, readings, NOW)


def test_a_bounded_growth_is_told_with_its_bound_age_and_source() -> None:
    """The Russian figure: more than +5,000 % against the year before, from the note, a month old."""
    (row,) = rows([claim()], [])
    assert (row.provider_name, row.market_name, row.measure_words) == ("Alipay", "Russia", "transactions")
    assert (row.statement, row.interval, row.baseline) == ("> +5,000 %", "", "year before")
    assert (row.period, row.age, row.sources) == ("14 Jun 2018 to 15 Jul 2018", "1 month", ("paysignal-press-note",))


def test_only_claims_from_a_text_are_read() -> None:
    """A row of a table or a feed has no span, and is not in the table."""
    assert rows([claim(source=msgspec.structs.replace(NOTE, span=None))], []) == ()


def test_an_equivalent_is_merged_into_its_row() -> None:
    """The same amount in other money stands in parentheses, once."""
    main = claim(**AMOUNT, value=2955.0)
    other = claim(**{**AMOUNT, "currency": "USD"}, value=433.0, equivalent_of=main.id)
    for facts in ([main, other], [other, main]):
        assert [row.statement for row in rows([*facts], [])] == ["CNY 2,955 (US$433)"]


def test_an_equivalent_whose_claim_is_gone_has_a_row_of_its_own() -> None:
    """When the first amount was evicted the second is shown alone."""
    assert [row.statement for row in rows([claim(**AMOUNT, value=433.0, equivalent_of="f" * 32)], [])] == ["CNY 433"]


def test_what_was_computed_stands_beside_what_was_stated() -> None:
    """The growth stated as +43 % has +42.5 % computed beside it, when series and period are the same."""
    stated = claim(**SPENT, value=0.43, bound=Bound.EXACT, step=0.01)
    (row,) = rows([stated], [COMPUTED, reading(RUSSIA)])
    assert (row.statement, row.interval, row.derived) == ("+43 %", "42.5 to 43.5", "+42.5 %")
    moneyless = claim(**{**SPENT, "currency": ""}, value=0.43, bound=Bound.EXACT, step=0.01)
    assert rows([moneyless], [COMPUTED])[0].derived == "+42.5 %"


def test_nothing_computed_for_another_period_market_or_baseline_stands_beside() -> None:
    """A reading of another period, segment or baseline is not the statement's."""
    stated = claim(**SPENT, value=0.43, bound=Bound.EXACT)
    others = [
        msgspec.structs.replace(COMPUTED, event_time="2018-12-01"),
        msgspec.structs.replace(COMPUTED, start="2018-07-01"),
        msgspec.structs.replace(COMPUTED, series=msgspec.structs.replace(SPEND, segment="")),
        msgspec.structs.replace(COMPUTED, indicator="previous_period_growth", baseline="previous"),
    ]
    assert [rows([stated], [other])[0].derived for other in others] == [""] * 4


def test_sources_are_those_of_the_matching_reading_with_the_note_among_them() -> None:
    """Publishers that corroborate are named behind the article's own, which is never missing."""
    amount = claim(**AMOUNT, value=2955.0)
    matching = level(SPEND, start="2018-06-01", event_time="2018-09-01", sources=("alipay", "reuters"))
    assert rows([amount], [matching])[0].sources == ("paysignal-press-note", "alipay", "reuters")
    with_note = msgspec.structs.replace(matching, sources=("alipay", "paysignal-press-note"))
    assert rows([amount], [with_note])[0].sources == ("paysignal-press-note", "alipay")


def test_a_retracted_claim_is_marked() -> None:
    """What its publisher took back stays visible as that."""
    taken_back = identified(Retraction(retracts=claim().id or "", source=NOTE, known_at="2018-10-01"))
    assert [row.retracted for row in rows([claim(), taken_back], [])] == [True]


def test_the_newest_article_comes_first_and_each_in_its_own_order() -> None:
    """Rows follow the text, newest text first."""
    first = claim(value=1.0, source=msgspec.structs.replace(NOTE, span=(5, 9)))
    second = claim(value=2.0, source=msgspec.structs.replace(NOTE, span=(20, 30)))
    newer = claim(value=3.0, known_at="2018-10-01")
    assert [row.value for row in rows([second, first, newer], [])] == [3.0, 1.0, 2.0]


def test_open_periods_and_stocks_have_a_row() -> None:
    """A period that was not stated, and the level of a stock, are shown as such."""
    gained = claim(
        market="CN", measure="active_users", kind=Kind.CHANGE, value=2e8, unit=Unit.USERS,
        period=Period(None, "2018-09-18", "P12M"),
    )  # fmt: skip
    worth = claim(
        market="world", measure="valuation", kind=Kind.LEVEL, value=1.5e11, bound=Bound.EXACT, unit=Unit.CURRENCY,
        currency="USD", baseline=None, step=1e10, period=Period(None, "2018-06-09"),
    )  # fmt: skip
    assert {row.statement: row.interval for row in rows([gained, worth], [])} == {
        "gained > 200 million": "",
        "US$150 billion": "145 to 155 billion",
    }


def test_what_was_found_against_a_figure_stands_in_its_row() -> None:
    """The sentence with the figure that follows from others, and the flag; of an equivalent in the row that has it."""
    yuan = claim(**AMOUNT, value=2955.0)
    dollars = claim(**{**AMOUNT, "currency": "USD"}, value=43.3, equivalent_of=yuan.id)
    history = History(10)
    history.remember([yuan, dollars])
    notes = {str(dollars.id): ("USD 43.3 for CNY 2955 implies a rate that nobody had",)}
    [row] = just_read(history.recollect().held, [], NOW, notes)

    assert (("contradicted",), notes[str(dollars.id)]) == (row.flags, row.notes)
    [plain] = just_read(history.recollect().held, [], NOW)
    assert ((), ()) == (plain.flags, plain.notes)


def test_a_conflict_is_told_in_the_row() -> None:
    """Another publisher excludes the figure: the flag of its reading."""
    [row] = rows([claim()], [reading(flags=("conflict", "estimated_known_time"))])

    assert ("conflict",) == row.flags
