"""JSON or CSV, and whether the asker has it already. Pure."""

import hashlib
import re
from typing import Final

JSON: Final = "application/json"
CSV: Final = "text/csv"

_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')


def form_of(accept: str, asked: str, *, table: bool) -> str | None:
    """The content type to answer in; None where none is accepted. `asked` is the parameter, which goes first."""
    if asked:
        return CSV if asked == "csv" else JSON
    weights = _weights(accept)
    csv = _weight(weights, "text", "csv") if table else 0.0
    json = _weight(weights, "application", "json")
    if not csv and not json:
        return None
    return CSV if csv > json else JSON


def tag_of(body: bytes) -> str:
    """The ETag of a body; weak, since it is sent compressed as well."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether the header names the tag, or anything."""
    if if_none_match.strip() == "*":
        return True
    return tag.removeprefix("W/") in {each.removeprefix("W/") for each in _TAG.findall(if_none_match)}


def accepts_gzip(accept: str) -> bool:
    """Whether the Accept-Encoding header takes it."""
    weights = _weights(accept) if accept.strip() else {}
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weights(accept: str) -> dict[str, float]:
    weights = {}
    for one in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in one.split(";"))
        weights[kind] = next((_number(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
    return weights if accept.strip() else {"*/*": 1.0}


def _weight(weights: dict[str, float], kind: str, part: str) -> float:
    """By the most particular range that covers the type."""
    ranges = (f"{kind}/{part}", f"{kind}/*", "*/*")
    return next((weights[each] for each in ranges if each in weights), 0.0)


def _number(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
