"""How often a fact that was found by a rule is right: frequencies, not feelings.

Fitted by `.venv/bin/python -m tests.tools.calibration`: counted on the gold file and on passages of our own as they
were read before they taught anything, by folds over documents, and lowered to what texts without rules of their own
gave. Out of fold the expected calibration error is 0.08; `tests/contract/test_gold.py` holds it at 0.10 or less.
"""

#: The rule that found the measure → the part of such facts that are right.
_BY_RULE = {
    "verb before": 0.95, "context": 0.94, "subject": 0.93, "respectively": 0.93, "verb behind": 0.93,
    "noun behind": 0.92, "goes on": 0.91, "behind": 0.84, "valued at": 0.82,
}  # fmt: skip
#: An amount in brackets, in another currency: as often the same amount as another figure.
_SAME_AMOUNT = 0.61
_OTHER = 0.92
#: A provider or a subject that only the title names is the wrong one a little more often.
_FROM_TITLE = 0.97


def confidence_of(rule: str, subject_rule: str) -> float:
    """The confidence of a fact, from 0 to 1, by the rules that found its measure and its provider."""
    base = _BY_RULE.get(rule, _OTHER)
    return round(base * _FROM_TITLE if subject_rule == "title" else base, 2)


def of_same_amount(confidence: float | None) -> float:
    """That of an amount in brackets: no more than that of the amount before."""
    return min(_SAME_AMOUNT, confidence if confidence is not None else _SAME_AMOUNT)
