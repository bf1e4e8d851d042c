"""Passages marked by hand: which of the facts that the grammar finds in them are right."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from paysignal.facts.claims import Claim
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import Document, documents_of
from tests.tools.need import shared

#: The metric of a mark → the measures and the kind that say the same.
_USERS = frozenset({"active_users", "registered_users"})
_MEANT: dict[str, tuple[frozenset[str], str]] = {
    "active_users": (_USERS, "level"), "users_gain": (_USERS, "change"), "user_growth": (_USERS, "growth"),
    "transaction_count": (frozenset({"transactions"}), "level"),
    "transaction_growth": (frozenset({"transactions"}), "growth"),
    "transaction_volume": (frozenset({"transaction_value"}), "level"),
    "volume_growth": (frozenset({"transaction_value"}), "growth"),
    "avg_spend": (frozenset({"average_spend"}), "level"), "avg_spend_growth": (frozenset({"average_spend"}), "growth"),
    "revenue": (frozenset({"revenue"}), "level"), "revenue_growth": (frozenset({"revenue"}), "growth"),
    "merchants": (frozenset({"merchants"}), "level"), "merchants_growth": (frozenset({"merchants"}), "growth"),
    "funding": (frozenset({"funding"}), "level"), "valuation": (frozenset({"valuation"}), "level"),
    "market_share": (frozenset({"market_share"}), "level"),
}  # fmt: skip


class Judged(NamedTuple):
    """A fact found in a passage: of which document, by which rule, with which confidence, and whether it is marked."""

    document: str
    rule: str
    confidence: float
    right: bool


def passages() -> list[dict[str, Any]]:
    """The passages of the gold file; skips where it is not."""
    lines = shared("gold", "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [passage for line in lines if line and "text" in (passage := json.loads(line))]


def judged(passage: dict[str, Any]) -> Iterator[Judged]:
    """Every fact of a passage, each mark used once: right are measure, kind and value, whatever the mark's role."""
    source = passage["source"]
    line = {"id": passage["id"], "title": source.get("title"), "published_at": source.get("date")}
    (document,) = documents_of([json.dumps(line | {"text": passage["text"]}).encode()], "gold")
    assert isinstance(document, Document)
    left = list(passage["facts"])
    for claim in parse_article(document, stages=False).outcomes:
        if isinstance(claim, Claim):
            mark = next((one for one in left if _is_marked(claim, one)), None)
            if mark is not None:
                left.remove(mark)
            rule = (claim.source.ref or "").partition(",")[0]
            yield Judged(passage["doc_id"], rule, claim.confidence or 0.0, mark is not None)


def _is_marked(claim: Claim, mark: dict[str, Any]) -> bool:
    also = mark.get("alt_metric") or []
    metrics = {mark["metric"], *([also] if isinstance(also, str) else also)}
    meant = any(claim.measure in _MEANT[one][0] and claim.kind == _MEANT[one][1] for one in metrics if one in _MEANT)
    values = [mark["value"], *(mark.get("alt_values") or [])]
    return (meant or "other" in metrics) and any(_is_near(claim.value, value) for value in values)


def _is_near(value: float, marked: float) -> bool:
    """Whether a value is the marked one, which for a ratio stands in percent."""
    return any(abs(abs(value * scale) - abs(marked)) <= 0.005 * max(abs(marked), 1e-9) for scale in (1, 100))
