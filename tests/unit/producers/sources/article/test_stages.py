"""The stages of the article grammar, one by one, on plain sentences of their shapes."""

import pytest

from paysignal.facts.kinds import Bound, Comparison
from paysignal.sources.article.bounds import bound_of
from paysignal.sources.article.model import Form, Motion, When
from paysignal.sources.article.motions import motion_of
from paysignal.sources.article.sentences import LONGEST_SENTENCE, sentences_of
from tests.tools.scenes import quantities, scene, values


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It grew 1.5 percent. Then 2.", ["It grew 1.5 percent.", "Then 2."]),
        ("U.S. Visa Inc. grew. So did No. 2.", ["U.S. Visa Inc. grew.", "So did No. 2."]),
        ("A title\n\nA text\nof two lines.", ["A title", "A text\nof two lines."]),
        ('He said "done." Then left.', ['He said "done."', "Then left."]),
        ("  \n\n  ", []),
    ],
)
def test_sentences_and_their_offsets(text: str, sentences: list[str]) -> None:
    """Abbreviations and decimals end nothing, paragraphs end everything, offsets give the sentence back."""
    found = sentences_of(text)

    assert [one.text for one in found] == sentences
    assert [text[one.start : one.end] for one in found] == sentences


def test_a_sentence_without_end_is_cut() -> None:
    """Nothing looks at more than its bound at once."""
    assert max(len(one.text) for one in sentences_of("word " * 10_000)) <= LONGEST_SENTENCE


@pytest.mark.parametrize(
    ("text", "form", "value", "step", "currency"),
    [
        ("rose 43 percent", Form.PERCENT, 0.43, 0.01, ""),
        ("rose 43%", Form.PERCENT, 0.43, 0.01, ""),
        ("rose 5,000 per cent", Form.PERCENT, 50.0, 10.0, ""),
        ("rose 2.5 percentage points", Form.POINTS, 0.025, 0.001, ""),
        ("has 200 million users", Form.COUNT, 2e8, 1e8, ""),
        ("has 3.5 crore users", Form.COUNT, 3.5e7, 1e6, ""),
        ("has 1,234,567 users", Form.COUNT, 1_234_567.0, 1.0, ""),
        ("has 12,34,567 users", Form.COUNT, 1_234_567.0, 1.0, ""),
        ("raised US$14 billion", Form.MONEY, 14e9, 1e9, "USD"),
        ("raised $1.4bn", Form.MONEY, 1.4e9, 1e8, "USD"),
        ("was CNY 2,955", Form.MONEY, 2955.0, 1.0, "CNY"),
        ("was €12.50", Form.MONEY, 12.5, 0.01, "EUR"),
        ("was Rs 5 lakh crore", Form.MONEY, 5e12, 1e12, "INR"),
        ("was 300 billion yuan", Form.MONEY, 3e11, 1e11, "CNY"),
        ("it tripled", Form.TIMES, 2.0, None, ""),
        ("a 3-fold rise", Form.TIMES, 2.0, 1.0, ""),
        ("3 times as many", Form.TIMES, 2.0, 1.0, ""),
    ],
)
def test_quantities(text: str, form: Form, value: float, step: float | None, currency: str) -> None:
    """Form, value in base units, the unit of the last printed digit, currency."""
    (found,) = quantities(text)

    assert (found.form, found.value, found.step, found.currency) == (form, value, step, currency)


@pytest.mark.parametrize("text", ["COVID-19", "a 4G phone", "Q3 results", "version 1.2.3", "the 21st", "ABC 123z"])
def test_names_with_digits_are_no_quantities(text: str) -> None:
    """A figure stands by itself."""
    assert quantities(text) == []


def test_dates_are_no_quantities() -> None:
    """What the stage of time has read is left out."""
    assert [one.value for one in quantities("On 18 September 2018 it had 5 agents in 2018.")] == [5.0]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("grew 5%", Bound.EXACT),
        ("grew by over 5%", Bound.MORE_THAN),
        ("More than 5%", Bound.MORE_THAN),
        ("at least 5%", Bound.AT_LEAST),
        ("up to 5%", Bound.AT_MOST),
        ("no more than 5%", Bound.AT_MOST),
        ("less than 5%", Bound.LESS_THAN),
        ("about 5%", Bound.ABOUT),
        ("moreover 5%", Bound.EXACT),
        ("5% or more", Bound.AT_LEAST),
    ],
)
def test_bounds(text: str, bound: Bound) -> None:
    """The words right before a figure, or right behind it."""
    seen = scene(text)

    assert bound_of(seen, seen.figures[0])[0] is bound


@pytest.mark.parametrize(
    ("text", "motion"),
    [
        ("Transactions grew by over 5 percent", Motion.ROSE),
        ("Transactions, up 5 percent", Motion.ROSE),
        ("a 5 percent year-on-year increase in transactions", Motion.ROSE),
        ("Revenue fell by more than 5 percent", Motion.FELL),
        ("a 5 percent decline", Motion.FELL),
        ("its share is 5 percent", Motion.STANDS),
        ("it gained more than 5 million users", Motion.GAINED),
        ("it added another 5 million users", Motion.GAINED),
        ("users rose to 5 million", Motion.TO),
        ("compared with 5 million users", Motion.FROM),
        ("it has 5 million users", Motion.STANDS),
        ("users rose by 5 million", Motion.GAINED),
        ("users fell by 5 million", Motion.FELL),
    ],
)
def test_motions(text: str, motion: Motion) -> None:
    """What the verb does with the figure."""
    seen = scene(text)
    _, start = bound_of(seen, seen.figures[0])

    assert motion_of(seen, seen.figures[0], start) is motion


@pytest.mark.parametrize(
    ("text", "period", "when"),
    [
        ("in July and August 2018", "2018-07-01/2018-09-01", When.DURING),
        ("from December to January 2018", "2017-12-01/2018-02-01", When.DURING),
        ("in July 2018", "2018-07-01/2018-08-01", When.DURING),
        ("over the twelve months to 18 September 2018", "2017-09-18/2018-09-18", When.DURING),
        ("in the six months ended June 2018", "2018-01-01/2018-07-01", When.DURING),
        ("in the third quarter of 2018", "2018-07-01/2018-10-01", When.DURING),
        ("in Q3 2018", "2018-07-01/2018-10-01", When.DURING),
        ("in the first half of 2018", "2018-01-01/2018-07-01", When.DURING),
        ("in 2018", "2018-01-01/2019-01-01", When.DURING),
        ("on September 18, 2018", "2018-09-18/2018-09-19", When.DURING),
        ("as of the end of May 2018", "/2018-06-01", When.AS_OF),
        ("as of 18 September 2018", "/2018-09-19", When.AS_OF),
        ("by the end of 2018", "/2019-01-01", When.AS_OF),
        ("last month", "2018-08-01/2018-09-01", When.DURING),
        ("in the last quarter", "2018-06-18/2018-09-18", When.DURING),
        ("last quarter", "2018-04-01/2018-07-01", When.DURING),
        ("in May", "2018-05-01/2018-06-01", When.DURING),
        ("in November", "2017-11-01/2017-12-01", When.DURING),
    ],
)
def test_periods(text: str, period: str, when: When) -> None:
    """Half-open, in calendar dates; what is relative is relative to the day of publication."""
    (mention,) = scene(text, "2018-09-18").times.periods

    assert mention.period is not None
    assert (mention.period.text, mention.when) == (period, when)


@pytest.mark.parametrize("text", ["31 June 2018", "in summer", "five years", "it may fall", "0 May 2018", "2018 shops"])
def test_what_is_no_period(text: str) -> None:
    """A day that no month has, a word that is no month, a count."""
    assert [one.period for one in scene(text).times.periods if one.period is not None] == []


def test_relative_periods_need_a_day_of_publication() -> None:
    """Without one "last month" is no period, rather than a guess."""
    assert [one.period for one in scene("last month").times.periods] == [None]


@pytest.mark.parametrize(
    ("text", "comparison"),
    [
        ("up 5% from a year earlier", Comparison.YEAR_AGO),
        ("up 5% year-on-year", Comparison.YEAR_AGO),
        ("up 5% compared with the same period last year", Comparison.YEAR_AGO),
        ("up 5% from the previous quarter", Comparison.PREVIOUS),
        ("up 5% month-on-month", Comparison.PREVIOUS),
        ("up 5%", None),
    ],
)
def test_comparisons(text: str, comparison: Comparison | None) -> None:
    """What a growth is compared with, where the sentence says so."""
    assert next((one.comparison for one in scene(text).times.compared), None) is comparison


@pytest.mark.parametrize(
    ("text", "providers", "markets", "measures", "segments"),
    [
        ("Alipay has active users in China", ["alipay"], ["CN"], ["active_users"], []),
        ("Ant Financial, the parent of Alipay, raised money", ["ant-group", "alipay"], [], ["funding"], []),
        ("MTN Nigeria has agents", ["mtn-nigeria"], [], ["agents"], []),
        ("average spending by Alipay users abroad", ["alipay"], [], ["average_spend", "active_users"], ["abroad"]),
        ("payments outside China", [], ["CN"], ["payments"], ["abroad"]),
        ("US$5 for merchants in the US", [], ["US"], ["merchants"], []),
        ("its Series C round", [], [], ["funding"], ["series-c"]),
        ("total payment volume", [], [], ["transaction_value"], []),
        ("a visa for Hong Kong", [], ["HK"], [], []),
    ],
)
def test_subjects(
    text: str, providers: list[str], markets: list[str], measures: list[str], segments: list[str]
) -> None:
    """Whom and what a sentence names, by slug and code."""
    assert values(text, "provider") == providers
    assert values(text, "market") == markets
    assert values(text, "measure") == measures
    assert scene_segments(text) == segments


def scene_segments(text: str) -> list[str]:
    """What a sentence with a figure names of segments."""
    return values(f"{text} 5", "segment")
