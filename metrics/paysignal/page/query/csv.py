"""Rows as CSV (RFC 4180), with a column for every plain field of a row's type, in its order. Pure.

Spreadsheets take a cell that begins with =, +, -, @ or a tab for a formula, which may run programs or send what stands
beside it away. Such text gets an apostrophe before it (decision 042); numbers are written as numbers, also negative
ones. What breaks lines or turns text around becomes a replacement character; the JSON has every text as it was sent.
"""

import csv
import io
import re
import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from paysignal.facts.texts import shown

#: Fields that only wrap: their parts need no prefix.
_WRAPPING: Final = frozenset({"reading", "series", "claim", "alert", "finding"})

#: For people; a table has the numbers themselves.
_WORDS: Final = frozenset({"figure", "interval"})

_FORMULA: Final = re.compile("^[\\s\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]")

_BETWEEN: Final = "; "

_Path = tuple[str, ...]


@lru_cache(maxsize=64)
def columns_of(row_type: type[msgspec.Struct]) -> tuple[tuple[str, _Path], ...]:
    """The name of each column, and the fields that lead to it."""
    return tuple(_columns(row_type, (), ()))


def csv_of(row_type: type[msgspec.Struct], rows: Iterable[msgspec.Struct]) -> bytes:
    """The rows with a line of names above them, in UTF-8, lines ending in CR LF."""
    return _written([[name for name, _ in columns_of(row_type)]]) + lines_of(row_type, rows)


def lines_of(row_type: type[msgspec.Struct], rows: Iterable[msgspec.Struct]) -> bytes:
    """The rows alone, to be put behind others."""
    columns = columns_of(row_type)
    return _written([cell(_at(row, path)) for _, path in columns] for row in rows)


def _written(lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()


def cell(value: object) -> str:
    """One cell: a number with every digit, nothing for null, text made safe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple):
        return safe(_BETWEEN.join(each if isinstance(each, str) else _json(each) for each in value))
    return safe(value if isinstance(value, str) else _json(value))


def safe(text: str) -> str:
    """The text as no spreadsheet takes it for a formula, on one line, running one way."""
    plain = shown(text)
    return f"'{plain}" if _FORMULA.match(text) or _FORMULA.match(plain) else plain


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _columns(row_type: type[msgspec.Struct], path: _Path, prefix: _Path) -> Iterator[tuple[str, _Path]]:
    for field, hint in _hints(row_type).items():
        if field in _WORDS:
            continue
        inner = _struct_in(hint)
        if inner is None:
            yield "_".join((*prefix, field.rstrip("_"))), (*path, field)
        else:
            yield from _columns(inner, (*path, field), prefix if field in _WRAPPING else (*prefix, field.rstrip("_")))


def _hints(row_type: type[msgspec.Struct]) -> dict[str, Any]:
    hints = typing.get_type_hints(row_type)
    return {name: hints[name] for name in row_type.__struct_fields__}


def _struct_in(hint: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - an annotation
    """The struct that a field is, or may be."""
    options: Iterable[Any] = typing.get_args(hint) if _is_union(hint) else (hint,)
    found = [each for each in options if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    return found[0] if len(found) == 1 and _only_null_besides(options) else None


def _only_null_besides(options: Iterable[Any]) -> bool:
    """Whether there is one type, and nothing else but null."""
    return sum(each is not types.NoneType for each in options) == 1


def _is_union(hint: Any) -> bool:  # noqa: ANN401 - an annotation
    return typing.get_origin(hint) in {types.UnionType, typing.Union}


def _at(row: object, path: _Path) -> object:
    for field in path:
        if row is None:
            return None
        row = getattr(row, field)
    return row
