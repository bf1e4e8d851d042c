"""How often a fact that was found by a rule is right: frequencies, not feelings.

Counted on passages marked by hand, more of them of documents that no rule was made with than of the others; the test of
`tests/contract/test_gold.py` holds the expected calibration error of this table at 0.10 or less.
"""

#: The rule that found the measure → the part of such facts that were right.
_BY_RULE = {
    "noun behind": 0.97, "verb before": 0.95, "verb behind": 0.95, "subject": 0.93, "valued at": 0.93, "goes on": 0.88,
    "respectively": 0.85, "both": 0.85, "context": 0.85, "behind": 0.75,
}  # fmt: skip
_SAME_AMOUNT = 0.6  #: an amount in brackets, in another currency: as often the same amount as another figure
_OTHER = 0.8
#: A provider or a subject that only the title names is the wrong one a little more often.
_FROM_TITLE = 0.97


def confidence_of(rule: str, subject_rule: str) -> float:
    """The confidence of a fact, from 0 to 1, by the rules that found its measure and its provider."""
    base = _BY_RULE.get(rule, _OTHER)
    return round(base * _FROM_TITLE if subject_rule == "title" else base, 2)


def of_same_amount(confidence: float | None) -> float:
    """That of an amount in brackets: no more than that of the amount before."""
    return min(_SAME_AMOUNT, confidence if confidence is not None else _SAME_AMOUNT)
