"""What keeps a reader from reading at all; a single bad row or sentence is a `Rejected`, not an error.

PaySignalError
└── ReaderError             a source can not be read
    ├── MappingError        the mapping file of a table breaks a rule
    ├── TableError          the table does not fit its mapping: a column is missing or named twice
    ├── DocumentError       a document can not be decoded
    └── FetchError          a web page can not be had

All of them say where, the value, the rule and the fix.
"""

from paysignal.facts.errors import PaySignalError, quoted


class ReaderError(PaySignalError):
    """A source that can not be read; says where, what, the rule and the fix."""

    def __init__(self, place: str, value: object, rule: str, fix: str) -> None:
        super().__init__(f"{place}: {quoted(value)}: {rule}; {fix}")
        self.place = place
        self.value = value
        self.rule = rule
        self.fix = fix


class MappingError(ReaderError):
    """The mapping file breaks a rule."""


class TableError(ReaderError):
    """The table's header does not fit its mapping."""


class DocumentError(ReaderError):
    """A document can not be decoded."""


class FetchError(ReaderError):
    """A web page that can not be had: its address is refused, its host is, or what came is too large or no page."""
