"""The errors of paysignal, as a tree.

    PaySignalError              everything this project raises on purpose
    ├── Refused                 a value breaks a rule of the vocabulary (also a ValueError)
    └── Malformed               bytes on a topic or in a file are not what they should be

Packages add their own sub-classes beside the code that raises them.
"""

#: A refused value is quoted in messages, topics and logs, so it is cut: hostile input can be a megabyte long.
QUOTED_CHARACTERS = 120


class PaySignalError(Exception):
    """Base of every error that paysignal raises on purpose."""


def quoted(value: object) -> str:
    """`value` as a message shows it: its repr, cut to `QUOTED_CHARACTERS`."""
    try:
        text = repr(value if not isinstance(value, str | bytes) else value[: QUOTED_CHARACTERS + 1])
    except (ValueError, RecursionError):  # Python writes no integer of over 4,300 digits, and no endless nest
        text = f"<{type(value).__name__} too large to show>"
    return text if len(text) <= QUOTED_CHARACTERS else text[:QUOTED_CHARACTERS] + "…"


class Refused(PaySignalError, ValueError):  # noqa: N818 - reads as what it says: the value was refused
    """A value that breaks a rule; says the value, the rule and the fix.

    It is a ValueError so that msgspec reports it, with its place, when a struct is decoded.
    """

    def __init__(self, field: str, value: object, rule: str, fix: str) -> None:
        super().__init__(f"{field} {quoted(value)}: {rule}; {fix}")
        self.field = field
        self.value = value
        self.rule = rule
        self.fix = fix


class Malformed(PaySignalError):  # noqa: N818 - as Refused
    """Bytes that are no record of the kind expected; `reason` is one of `paysignal.facts.rejections.Reason`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
