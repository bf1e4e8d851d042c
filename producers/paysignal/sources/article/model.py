"""What the stages hand to each other. All offsets in a sentence count from its start."""

from enum import StrEnum

import msgspec

from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Bound, Comparison
from paysignal.facts.periods import Period
from paysignal.facts.rejections import Rejected

Span = tuple[int, int]


class Sentence(msgspec.Struct, frozen=True):
    """A sentence and its offsets in the document's text."""

    start: int
    end: int
    text: str


class Form(StrEnum):
    """What a figure is a figure of, as printed."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    POINTS = "points"
    TIMES = "times"


class Quantity(msgspec.Struct, frozen=True):
    """A figure in base units (43 per cent is 0.43, tripled is 2.0), the unit of its last digit, and where it stands."""

    span: Span
    form: Form
    value: float
    step: float | None
    currency: str = ""


class Motion(StrEnum):
    """What the words around a figure do with it."""

    STANDS = "stands"  #: was X, reached X
    ROSE = "rose"  #: by X
    FELL = "fell"  #: by X
    GAINED = "gained"  #: X more of what is counted
    TO = "to"  #: rose or fell to X
    FROM = "from"  #: the base that it came from


class When(StrEnum):
    """What a mention of time is."""

    DURING = "during"  #: the figure's period
    AS_OF = "as_of"  #: an instant: the end of a period that starts nowhere


class PeriodMention(msgspec.Struct, frozen=True):
    """A period named in a sentence."""

    span: Span
    period: Period
    when: When


class Times(msgspec.Struct, frozen=True):
    """What a sentence says of time: periods, and what figures are compared with."""

    mentions: tuple[PeriodMention, ...] = ()
    comparison: Comparison | None = None


class Mention(msgspec.Struct, frozen=True):
    """A provider, market, measure or segment named in a sentence, by its slug or code."""

    span: Span
    value: str


class Subjects(msgspec.Struct, frozen=True):
    """What a sentence talks about; `others` are no measures, `cues` take figures out of what is stated as fact."""

    providers: tuple[Mention, ...] = ()
    markets: tuple[Mention, ...] = ()
    measures: tuple[Mention, ...] = ()
    segments: tuple[Mention, ...] = ()
    others: tuple[Mention, ...] = ()
    cues: tuple[Mention, ...] = ()


class Figure(msgspec.Struct, frozen=True):
    """A quantity with its bound and motion, the rule by which its subject was found, and what it became."""

    quantity: Quantity
    bound: Bound
    motion: Motion
    rule: str = ""
    became: str = ""


class Parsed(msgspec.Struct, frozen=True):
    """One sentence with what every stage found in it."""

    sentence: Sentence
    figures: tuple[Figure, ...]
    times: Times
    subjects: Subjects


class Extraction(msgspec.Struct, frozen=True):
    """A document read: its sentences stage by stage, and what became of each figure, in the order of the text."""

    document: str
    sentences: tuple[Parsed, ...]
    outcomes: tuple[Claim | Rejected, ...]
    review: tuple[str, ...] = ()  #: providers with facts that the alias file does not know, for people to look at
