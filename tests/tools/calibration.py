"""Fits the confidences by cross-validation over documents: `.venv/bin/python -m tests.tools.calibration`.

Each fact of the gold file is judged; its confidence is fitted on the other four fifths of the documents, never on its
own. The gold file is what the rules were made with, and says little of other texts: the facts that the rules found in
passages of our own before any rule was made for those (`FIRST`) are counted with it in every fold.
"""

import hashlib
import sys
from collections.abc import Iterable, Sequence

from tests.tools.gold import Judged, judged, passages

FOLDS = 5
#: The rule that found the measure → facts that were right, and all, of the 241 passages of
#: `tests/unit/producers/sources/article/passages.txt` as read at commit 85af023, before they taught anything.
FIRST = {
    "subject": (185, 194), "goes on": (151, 164), "noun behind": (99, 106), "verb before": (15, 15),
    "valued at": (3, 5), "context": (3, 3), "respectively": (2, 2), "behind": (0, 1),
}  # fmt: skip
#: What was right of the facts of 36 passages of other documents when they were first read (docs/reading.md), and of all
#: of them together: of a text's wordings two in three are taken to be known, one to be as in those.
UNSEEN = 0.84
#: A rule that was seen seldom is taken for an average one, as if it had been seen so many times more.
_WEIGHT = 10


def main() -> None:
    """Prints the table for `confidence.py` and the calibration error of facts that no fold was fitted on."""
    facts = [fact for passage in passages() for fact in judged(passage)]
    table = sorted(fitted(facts).items(), key=lambda one: -one[1])
    sys.stdout.writelines(f'    "{rule}": {confidence:.2f},\n' for rule, confidence in table)
    sys.stdout.write(f"{len(facts)} facts, expected calibration error out of fold {out_of_fold(facts):.3f}\n")


def out_of_fold(facts: Sequence[Judged]) -> float:
    """The expected calibration error of confidences that were fitted without the fact's own document."""
    told: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        table = fitted(fact for fact in facts if fold_of(fact.document) != fold)
        told += [(table.get(one.rule, table[""]), one.right) for one in facts if fold_of(one.document) == fold]
    return calibration_error(told)


def fitted(facts: Iterable[Judged]) -> dict[str, float]:
    """The part that is right by rule, on texts two thirds known; under the empty rule that of all."""
    counts = dict(FIRST)
    for fact in facts:
        right, all_ = counts.get(fact.rule, (0, 0))
        counts[fact.rule] = (right + fact.right, all_ + 1)
    overall = sum(right for right, _ in counts.values()) / sum(all_ for _, all_ in counts.values())
    lowered = (2 + UNSEEN / overall) / 3
    table = {rule: (right + _WEIGHT * overall) / (all_ + _WEIGHT) for rule, (right, all_) in counts.items()}
    return {rule: lowered * part for rule, part in (table | {"": overall}).items()}


def calibration_error(told: Sequence[tuple[float, bool]]) -> float:
    """How far confidences are from the part that is right, in bins of a tenth, weighed by what is in them."""
    off = 0.0
    for edge in {round(confidence, 1) for confidence, _ in told}:
        inside = [(confidence, right) for confidence, right in told if round(confidence, 1) == edge]
        off += abs(sum(confidence for confidence, _ in inside) - sum(right for _, right in inside))
    return off / len(told)


def fold_of(document: str) -> int:
    """The fold of a document: by its name, so that all its passages are in one."""
    return int.from_bytes(hashlib.blake2b(document.encode(), digest_size=4).digest()) % FOLDS


if __name__ == "__main__":
    main()
