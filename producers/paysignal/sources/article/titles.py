"""What a title says of the whole text: whose it is, and the period it reports on."""

import re
from typing import NamedTuple

from paysignal.facts.errors import Refused
from paysignal.facts.moments import instant_of
from paysignal.facts.periods import Period
from paysignal.facts.slugs import checked_slug, slug_of
from paysignal.sources.article.model import When
from paysignal.sources.article.naming import Subject, known_subject
from paysignal.sources.article.period_makers import Now
from paysignal.sources.article.periods import times_of
from paysignal.sources.article.tokens import Tokens, tokens_of
from paysignal.sources.article.vocabulary import Mark, lexicon

_LONGEST = 300
#: A title of a company's own report: its name, then the period or the kind of report.
_REPORT = re.compile(
    r"^(?P<name>[A-Z0-9&][\w&.'’-]*(?:\s(?:[A-Z0-9&][\w&.'’-]*|of|and|de)){0,5}?)"
    r"(?:,?\sInc\.?|\sLtd\.?|\sPLC|\splc)?[\s,]+(?:[(]?(?:Q[1-4]|H[12]|FY|fiscal|first|second|third|fourth|full|half|annual|[12]H|[1-4]Q|(?:19|20)\d\d)\b"
    r"|(?:reports?|announces?|posts?|earnings|results|shareholder)\b)",
)


class Title(NamedTuple):
    """The provider that a text is of by its title, and the period it reports on."""

    subject: Subject | None = None
    report: Period | None = None


def title_of(title: str, published: str | None) -> Title:
    """What a title says; nothing where it names neither."""
    text = title[:_LONGEST]
    if not text:
        return Title()
    tokens = tokens_of(text)
    marks = lexicon().marks(tokens)
    report = next(
        (one.period for one in times_of(tokens, marks, Now(published)).periods
         if one.period is not None and one.period.start is not None and one.when is When.DURING and not one.base), None,
    )  # fmt: skip
    if report is not None and published is not None and instant_of(report.start or report.end) > instant_of(published):
        report = None  # a fiscal quarter: when it began is not said
    named = [mark for mark in marks if mark.category == "provider"]
    if named:
        return Title(known_subject(named[0].value, "title"), report)
    return Title(_evident(text, tokens, marks), report)


def _evident(text: str, tokens: Tokens, marks: list[Mark]) -> Subject | None:
    """A name that the alias file does not know, of a title that can only be a company's report."""
    match = _REPORT.match(text)
    if match is None:
        return None
    known = {at for mark in marks for at in range(mark.start, mark.end)}
    inside = [at for at, end in enumerate(tokens.ends) if end <= match.end("name")]
    if all(at in known for at in inside):
        return None  # "Recent earnings reports": words, no name
    try:
        return Subject(checked_slug("provider", slug_of(match["name"])), "title", known=False, mixed=True)
    except Refused:
        return None
