"""First stage: text to sentences with their offsets."""

import re
from collections.abc import Iterator

from paysignal.sources.article.model import Sentence

#: A sentence that never ends is cut here: stages look only around a figure, and no statement is this long.
LONGEST_SENTENCE = 2_000

_PARAGRAPH = re.compile(r"\n[ \t\r]*\n|\r\n\r\n")
#: An end mark, closing quotes or brackets, space, and something that can start a sentence.
_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9$€£¥₹\u3400-\u9fff])|[。！？][”’）」]*\s*")
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:U\.S|U\.K|E\.U|Inc|Corp|Ltd|Co|No|Mr|Ms|Mrs|Dr|St|vs|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov"
    r"|Dec|Rs|e\.g|i\.e|cf)|\b[A-Z])\.\Z"
)
#: How far back an abbreviation is looked for.
_LOOK_BACK = 12


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text; a paragraph end always ends one, a title without a full stop is one."""
    return tuple(sentence for start, end in _paragraphs(text) for sentence in _cut(text, start, end))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _PARAGRAPH.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _cut(text: str, start: int, end: int) -> Iterator[Sentence]:
    at = start
    for mark in _END.finditer(text, start, end):
        if not _ABBREVIATIONS.search(text, max(at, mark.start() - _LOOK_BACK), mark.start() + 1):
            yield from _trimmed(text, at, mark.end())
            at = mark.end()
    yield from _trimmed(text, at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentence without the space around it, in pieces when it is too long; nothing when only space is left."""
    for piece in range(start, end, LONGEST_SENTENCE):
        words = text[piece : min(end, piece + LONGEST_SENTENCE)]
        lead = len(words) - len(words.lstrip())
        words = words.strip()
        if words:
            yield Sentence(piece + lead, piece + lead + len(words), words)
