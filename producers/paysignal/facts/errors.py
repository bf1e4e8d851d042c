"""The errors of paysignal, as a tree.

    PaySignalError              everything this project raises on purpose
    ├── Refused                 a value breaks a rule of the vocabulary (also a ValueError)
    └── Malformed               bytes on a topic or in a file are not what they should be

Packages add their own sub-classes beside the code that raises them.
"""

from typing import Any

#: A refused value is quoted in messages, topics and logs, so it is cut: hostile input can be a megabyte long.
QUOTED_CHARACTERS = 120


class PaySignalError(Exception):
    """Base of every error that paysignal raises on purpose."""


def quoted(value: Any) -> str:
    """`value` as a message shows it: its repr, cut to `QUOTED_CHARACTERS`."""
    text = repr(value if not isinstance(value, str | bytes) else value[: QUOTED_CHARACTERS + 1])
    return text if len(text) <= QUOTED_CHARACTERS else text[:QUOTED_CHARACTERS] + "…"


class Refused(PaySignalError, ValueError):
    """A value that breaks a rule; says the value, the rule and the fix.

    It is a ValueError so that msgspec reports it, with its place, when a struct is decoded.
    """

    def __init__(self, field: str, value: Any, rule: str, fix: str) -> None:
        super().__init__(f"{field} {quoted(value)}: {rule}; {fix}")
        self.field = field
        self.value = value
        self.rule = rule
        self.fix = fix


class Malformed(PaySignalError):
    """Bytes that are no record of the kind expected; `reason` is one of `paysignal.facts.rejections.Reason`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
