"""Sixth stage: which providers, markets, measures and segments a sentence names."""

import re
from collections.abc import Iterable

from paysignal.facts.kinds import Prices
from paysignal.sources.article.lexicon import MEASURES, SEGMENTS, Words, market_words, provider_words
from paysignal.sources.article.model import Mention, Span, Subjects

_MEASURE_PATTERNS = tuple((re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), measure) for pattern, measure in MEASURES)
_SEGMENT_PATTERNS = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), segment) for pattern, segment, _ in SEGMENTS
)
SEGMENT_MEASURES = {segment: measures for _, segment, measures in SEGMENTS}

#: "Ant Financial, the parent of Alipay, raised": what stands between such commas is not who the sentence is about.
_APPOSITION = re.compile(
    r",\s(?:which|who|whose|the|an?|owned|run|backed|operated|parent|operator|owner|maker)\s[^,.;]{1,80},"
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|their|this|that|these|those|the\s(?:company|firm|group|service|app|platform|figure|number|amount))\b",
    re.IGNORECASE,
)
_CONSTANT = re.compile(
    r"\b(?:constant[- ]currenc(?:y|ies)|currency[- ]neutral|fx[- ]neutral|constant\s(?:rates|prices))\b", re.IGNORECASE
)


def subjects_of(text: str) -> Subjects:
    """What a sentence talks about, each kind of mention in its order; a name inside a provider's name is no market."""
    providers = _names(text, provider_words())
    markets = _apart(_names(text, market_words()), providers)
    asides = [match.span() for match in _APPOSITION.finditer(text)]
    measures = _patterns(text, _MEASURE_PATTERNS)
    segments = _patterns(text, _SEGMENT_PATTERNS)
    outside = tuple(mention for mention in providers if not _within(mention.span, asides))
    return Subjects(
        outside or providers,
        tuple(mention for mention in markets if not _within(mention.span, [segment.span for segment in segments])),
        measures,
        segments,
        Prices.CONSTANT if _CONSTANT.search(text) else Prices.CURRENT,
        _PRONOUN.search(text) is not None,
    )


def _names(text: str, words: Words) -> tuple[Mention, ...]:
    return tuple(Mention(match.span(), words.values[match.group()]) for match in words.pattern.finditer(text))


def _patterns(text: str, patterns: Iterable[tuple[re.Pattern[str], str]]) -> tuple[Mention, ...]:
    """The matches of all patterns without overlaps, the longer one kept, the one listed first among equals."""
    found = [
        (match.end() - match.start(), -rank, Mention(match.span(), value))
        for rank, (pattern, value) in enumerate(patterns)
        for match in pattern.finditer(text)
    ]
    kept: list[Mention] = []
    for _, _, mention in sorted(found, key=lambda one: (-one[0], -one[1], one[2].span)):
        if not any(_meet(mention.span, other.span) for other in kept):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.span))


def _apart(mentions: Iterable[Mention], others: Iterable[Mention]) -> tuple[Mention, ...]:
    spans = [other.span for other in others]
    return tuple(mention for mention in mentions if not any(_meet(mention.span, span) for span in spans))


def _within(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
