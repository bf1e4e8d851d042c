"""Ids: what makes two statements the same statement."""

from hashlib import blake2b

import msgspec
import pytest

from paysignal.facts.claims import Baseline, Claim
from paysignal.facts.errors import Refused
from paysignal.facts.identity import claim_id, claim_parts, hashed, identified, increment_id, retraction_id
from paysignal.facts.kinds import Basis, Bound, Comparison, Kind, Prices, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from paysignal.facts.wire import decode_claim, encode
from tests.tools.examples import PRESS, claim, growth, retraction, users


def test_the_id_of_a_claim_is_this_hash() -> None:
    """Spelled out with nothing of ours but the order: other languages can do the same, and it never changes."""
    parts = (
        "claim",
        "business-standard",
        "upi|IN|transactions||month||current",
        "level",
        "2023-03-01/2023-04-01",
        "",
        "8700000000.0",
        "exact",
        "2023-04-02",
    )
    expected = blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
    assert claim_id(claim()) == expected == "486b91a80f5949a1eab810f463293e5b"


def test_the_other_ids_are_these_hashes() -> None:
    """Retractions and increments, spelled out in the same way."""
    withdrawn = "retraction\x1f486b91a80f5949a1eab810f463293e5b\x1fbusiness-standard\x1f2023-04-03"
    assert retraction_id(retraction()) == blake2b(withdrawn.encode(), digest_size=16).hexdigest()
    event = "increment\x1fsample\x1fpayment-1"
    assert increment_id("sample", "payment-1") == blake2b(event.encode(), digest_size=16).hexdigest()


OTHER_WORDINGS = [
    claim(value=8.8e9),
    claim(bound=Bound.ABOUT),
    claim(known_at="2023-04-03"),
    claim(known_at="2023-04-02T00:00:00Z"),
]
OTHER_CLAIMS = [
    claim(source=msgspec.structs.replace(PRESS, publisher="npci")),
    claim(provider="imps"),
    claim(market="world"),
    claim(segment="p2m"),
    claim(period=Period("2023-02-01", "2023-03-01")),
    claim(period=Period(None, "2023-04-01")),
    claim(period=Period(None, "2023-04-01", "P1M")),
    claim(kind=Kind.CHANGE, baseline=Comparison.PREVIOUS),
    claim(measure="merchants", unit=Unit.MERCHANTS, period=Period(None, "2023-04-01")),
    claim(measure="transaction_value", unit=Unit.CURRENCY, currency="INR"),
    claim(measure="transaction_value", unit=Unit.CURRENCY, currency="USD"),
    claim(measure="transaction_value", unit=Unit.CURRENCY, currency="USD", prices=Prices.CONSTANT),
    growth(),
    growth(baseline=Comparison.PREVIOUS),
    growth(baseline=Baseline("2019-03-01", "2019-04-01")),
]


def test_a_revision_shares_the_claim_and_not_the_id() -> None:
    """Another value, bound or known time is another wording of the same claim."""
    assert {claim_parts(each) for each in OTHER_WORDINGS} == {claim_parts(claim())}
    assert len({claim_id(each) for each in (claim(), *OTHER_WORDINGS)}) == 1 + len(OTHER_WORDINGS)


def test_another_claim_shares_neither() -> None:
    """Publisher, every part of the series, kind, period, baseline."""
    assert len({claim_parts(each) for each in (claim(), *OTHER_CLAIMS)}) == 1 + len(OTHER_CLAIMS)
    assert len({claim_id(each) for each in (claim(), *OTHER_CLAIMS)}) == 1 + len(OTHER_CLAIMS)


@pytest.mark.parametrize(
    "same",
    [
        claim(step=None),
        claim(known_at_basis=Basis.ESTIMATED),
        claim(confidence=0.5),
        claim(equivalent_of="0" * 32),
        claim(source=msgspec.structs.replace(PRESS, name="BS", tier=Tier.OTHER, url=None, ref="p. 3", span=(0, 9))),
        claim(value=8_700_000_000),
    ],
)
def test_how_it_was_read_is_not_in_the_id(same: Claim) -> None:
    """A copy with another address, digits, confidence or spelling of the number is the same statement."""
    assert claim_id(same) == claim_id(claim())


def test_nought_has_one_id() -> None:
    """-0.0 equals 0.0, so a growth of nothing is one statement; and the wire gets 0.0."""
    assert claim_id(growth(value=-0.0)) == claim_id(growth(value=0.0))
    assert str(identified(growth(value=-0.0)).value) == "0.0"


def test_identified_gives_the_id_and_a_float() -> None:
    """As the wire gives it back; the rest stays, and it can be done twice."""
    whole = identified(claim(value=8_700_000_000, step=100_000_000, confidence=1))
    assert whole.id == claim_id(claim())
    assert encode(decode_claim(encode(whole))) == encode(whole)
    assert identified(whole) == whole
    assert identified(retraction()).id == retraction_id(retraction())


def test_undated_claims_of_one_sentence_differ() -> None:
    """They are told apart by what the text gave: the period where it is stated, the text and the place in it."""
    read = msgspec.structs.replace(PRESS, sha256="a" * 64, span=(10, 90))
    sentences = [
        claim(known_at=None, source=read),
        claim(known_at=None, source=read, period=Period("2023-02-01", "2023-03-01")),
        claim(known_at=None, source=read, period=None),
        claim(period=None, source=read),
        claim(known_at=None, period=None, source=msgspec.structs.replace(read, sha256="b" * 64)),
        claim(known_at=None, period=None, source=msgspec.structs.replace(read, span=(91, 95))),
        users(known_at=None, source=read),
    ]
    assert len({claim_id(each) for each in sentences}) == len(sentences)
    assert all(claim_id(each) == identified(each).id for each in sentences)


def test_an_event_has_a_publisher_and_a_name() -> None:
    """Without one all of a publisher's increments would be duplicates of each other."""
    with pytest.raises(Refused, match="event ''"):
        increment_id("sample", "")
    with pytest.raises(Refused, match="publisher"):
        increment_id("a\x1fb", "c")
    assert increment_id("a", "b\x1fc") != increment_id("a-b", "c")


def test_any_text_can_be_hashed() -> None:
    """Also a lone surrogate, which UTF-8 has no bytes for."""
    assert len(hashed("\ud800")) == 32
    assert hashed("\ud800") != hashed("\udfff")
    assert hashed("a", "b") != hashed("ab")
