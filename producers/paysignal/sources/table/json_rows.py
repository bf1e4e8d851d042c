"""JSON lines to rows. Numbers stay the text that was printed: their digits tell the step."""

from collections.abc import Iterable, Iterator

import msgspec

from paysignal.facts.errors import Refused
from paysignal.facts.rejections import Reason, Rejected
from paysignal.sources.table.rows import LARGEST_ROW, MOST_CELLS, Row, refused_row

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)
_NULL = b"null"
_STARTS_OF_NUMBERS = frozenset(b"-0123456789")


def json_rows(lines: Iterable[bytes], file: str) -> Iterator[Row | Rejected]:
    """One row a line; objects of texts, numbers and nulls. Blank lines are skipped."""
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        if len(raw) > LARGEST_ROW:
            detail = f"a row has at most {LARGEST_ROW} bytes; shorten it"
            yield refused_row(Reason.TOO_LARGE, detail, raw, file, number)
            continue
        yield _row(raw, file, number)


def _row(raw: bytes, file: str, line: int) -> Row | Rejected:
    try:
        members = _OBJECT.decode(raw)
        if len(members) > MOST_CELLS:
            return refused_row(Reason.TOO_LARGE, f"a row has at most {MOST_CELLS} cells; split it", raw, file, line)
        return Row(line, {name: _text(name, bytes(member)) for name, member in members.items()}, raw)
    except Refused as error:
        return refused_row(Reason.BAD_ROW, str(error), raw, file, line)
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError) as error:
        return refused_row(_reason(raw), f"{error}; write one JSON object a line", raw, file, line)


def _text(name: str, member: bytes) -> str:
    member = member.strip()
    if member == _NULL:
        return ""
    if member[:1] == b'"':
        return _TEXT.decode(member)
    if member[0] in _STARTS_OF_NUMBERS:
        return member.decode("ascii")
    raise Refused(name, member, "a text, a number or null", "flatten the object before it is read")


def _reason(raw: bytes) -> Reason:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return Reason.BAD_ENCODING
    return Reason.BAD_JSON
