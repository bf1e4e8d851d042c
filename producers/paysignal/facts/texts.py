"""Text in facts: how the form of a field is told to JSON Schema, and how free text is checked."""

import re
from typing import Any

import msgspec

from paysignal.facts.errors import Refused

#: Control characters move cursors and break lines; lone surrogates can not be encoded.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

#: The same for JSON Schema, where a lone surrogate can not occur.
ONE_LINE_PATTERN = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"


def form(description: str, **keywords: Any) -> msgspec.Meta:  # noqa: ANN401 - JSON Schema keywords have any value
    """What the JSON Schemas say of a field: a description and keywords such as `pattern`.

    msgspec does not check them. Every struct checks its own fields when it is made, so that a value made in Python and
    one read from the wire meet the same rule, once, and get the same message.
    """
    return msgspec.Meta(description=description, extra_json_schema=keywords)


def checked_text(field: str, value: str, longest: int, *, empty: bool = False) -> str:
    """`value` when it is one line of at most `longest` characters; raises `Refused` otherwise, and when it is empty."""
    # `isprintable` is quick, and stricter: it says no to a no-break space as well.
    if (value or empty) and len(value) <= longest and (value.isprintable() or not _UNPRINTABLE.search(value)):
        return value
    least = 0 if empty else 1
    raise Refused(field, value, f"one line of {least} to {longest} characters", "cut it, and leave out line breaks")


#: What must reach no terminal and no table: it moves cursors, breaks lines, turns text around or can not be encoded.
#: Joiners, which Indic and Persian words need, and no-break spaces stay.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def shown(text: str) -> str:
    """Text from outside on one line and running one way; what is unsafe becomes a replacement character."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def shown_json(text: str) -> str:
    """The same JSON without unsafe characters in its strings: they are escaped. `text` is one line of valid JSON."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
