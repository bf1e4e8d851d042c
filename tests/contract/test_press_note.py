"""The press note: exactly its facts, and a reason for everything else. Whoever changes the grammar meets this table."""

import hashlib

from paysignal import samples
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Tier
from paysignal.facts.rejections import Rejected
from paysignal.sources.article.model import Extraction
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import document_from_text
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.parse import parse_table

SUMMER = "2018-07-01/2018-09-01"

#: provider, market, measure, segment, kind, bound, value, step, currency, period, baseline
FACTS = [
    ("alipay", "CN", "active_users", "", "change", "more_than", 200e6, 100e6, "", "2017-09-18/2018-09-18", "year_ago"),
    ("alipay", "world", "average_spend", "abroad", "level", "exact", 2_955.0, 1.0, "CNY", SUMMER, ""),
    ("alipay", "world", "average_spend", "abroad", "level", "exact", 433.0, 1.0, "USD", SUMMER, ""),
    ("alipay", "world", "average_spend", "abroad", "growth", "exact", 0.43, 0.01, "", SUMMER, "year_ago"),
    ("alipay", "world", "average_spend", "abroad", "level", "exact", 2_073.0, 1.0, "CNY", "2017-07-01/2017-09-01", ""),
    ("alipay", "RU", "transactions", "", "growth", "more_than", 50.0, 10.0, "", SUMMER, "year_ago"),
    ("ant-group", "world", "funding", "series-c", "level", "exact", 14e9, 1e9, "USD", "2018-05-01/2018-06-01", ""),
    ("ant-group", "world", "valuation", "", "level", "exact", 150e9, 10e9, "USD", "/2018-06-01", ""),
]
REJECTED = [
    ("not_a_fact", "Over 500 institutions", "'500' counts 'institutions', which is no measure"),
    (
        "not_a_fact",
        "With local partners, Alipay",
        "names alipay in BD, HK, ID, IN, KR, MY, PH, PK, TH and states no figure",
    ),
]


def read() -> Extraction:
    """The note, read as `produce sample:press-note` reads it."""
    return parse_article(
        document_from_text(
            samples.press_note().encode(),
            "press-note",
            published_at=samples.PRESS_NOTE_PUBLISHED,
            publisher=samples.PRESS_NOTE_PUBLISHER,
            publisher_name=samples.PRESS_NOTE_NAME,
        )
    )


def claims() -> list[Claim]:
    """Its facts."""
    return [outcome for outcome in read().outcomes if isinstance(outcome, Claim)]


def row(claim: Claim) -> tuple[object, ...]:
    """A claim as the table has it."""
    return (
        *(claim.provider, claim.market, claim.measure, claim.segment, claim.kind, claim.bound, claim.value, claim.step),
        *(claim.currency, claim.dated.text, claim.baseline_text),
    )


def test_the_note_states_exactly_these_facts() -> None:
    """Eight claims, the amount in dollars among them; nothing else in the note is a fact."""
    assert [row(claim) for claim in claims()] == FACTS


def test_everything_else_is_rejected_with_a_reason() -> None:
    """The institutions count no payments, and the list of countries claims no growth."""
    others = [outcome for outcome in read().outcomes if isinstance(outcome, Rejected)]

    assert [(one.reason, one.detail) for one in others] == [(reason, detail) for reason, _, detail in REJECTED]
    for one, (_, beginning, _) in zip(others, REJECTED, strict=True):
        assert one.original.decode().startswith(beginning)
        assert one.origin.span is not None
        assert samples.press_note()[slice(*one.origin.span)] == one.original.decode()


def test_the_dollars_are_the_same_amount_as_the_yuan() -> None:
    """US$433 in brackets names the claim of CNY 2,955 that it is equivalent of; no other claim has one."""
    yuan, dollars = claims()[1:3]

    assert dollars.equivalent_of == yuan.id
    assert [claim.equivalent_of for claim in claims()].count(None) == 7


def test_every_fact_says_where_it_was_read() -> None:
    """The span gives the sentence, the SHA-256 the text; publisher, tier and known time are the note's."""
    text = samples.press_note()
    for claim in claims():
        assert claim.source.span is not None
        sentence = text[slice(*claim.source.span)]
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert claim.source.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert (claim.source.publisher, claim.source.tier) == ("paysignal-press-note", Tier.OTHER)
        assert claim.known_at == "2018-09-18"


def test_the_note_meets_the_sample_table() -> None:
    """Each fact of the note that the table has too is of the same series, kind, period and baseline there."""
    mapping = mapping_from(samples.facts_mapping(), "facts.toml")
    rows = parse_table(samples.facts_csv().splitlines(keepends=True), mapping, "facts.csv")
    table = {(row.series.key, row.kind, row.dated.text, row.baseline_text) for row in rows if isinstance(row, Claim)}
    note = [(one.series.key, one.kind, one.dated.text, one.baseline_text) for one in claims()]

    # The dollars are the note's own; the table has the funding over a span of its own.
    assert [one[0] for one in note if one not in table] == [
        "alipay|world|average_spend|abroad|span|USD|current",
        "ant-group|world|funding|series-c|month|USD|current",
    ]
