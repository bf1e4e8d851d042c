"""The same amount said again in brackets, in other words or in another currency."""

from collections.abc import Sequence

import msgspec

from paysignal.facts.claims import Claim
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound
from paysignal.facts.rejections import Reason
from paysignal.sources.article.choices import Choice, Unclear
from paysignal.sources.article.confidence import of_same_amount
from paysignal.sources.article.model import Form
from paysignal.sources.article.scene import Scene

#: The rule of such a claim.
SAME_AMOUNT = "the same in another currency"


def twin_of(scene: Scene, choice: Choice, before: Sequence[Claim | None]) -> Claim | None:
    """The claim of the same amount right before these brackets: "CNY 2,955 (US$433)", "2.80 billion (280 crore)"."""
    if not choice.number or before[-1] is None:
        return None
    found, previous = choice.found, scene.figures[choice.number - 1]
    between = scene.tokens.norms[previous.end : choice.start]
    if not between or between[0] not in {"(", "（"} or scene.norm(found.end) not in {")", "）"}:
        return None
    if found.form is not previous.form or found.form not in {Form.MONEY, Form.COUNT}:
        return None
    if abs(found.value - previous.value) <= 0.02 * abs(previous.value):
        words = scene.tokens.between(found.start, found.end)
        raise Unclear(Reason.NOT_A_FACT, f"{words!r} says the same figure again")
    return before[-1] if found.currency and found.currency != previous.currency else None


def equivalent(twin: Claim, choice: Choice) -> Claim:
    """The claim of an amount in brackets: the same in another currency."""
    bound = choice.bound if choice.bound is not Bound.EXACT else twin.bound
    return identified(
        msgspec.structs.replace(
            twin,
            value=choice.found.value,
            step=choice.found.step,
            bound=bound,
            currency=choice.found.currency,
            equivalent_of=twin.id,
            confidence=of_same_amount(twin.confidence),
            source=msgspec.structs.replace(twin.source, ref=SAME_AMOUNT),
        )
    )
