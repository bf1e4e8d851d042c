"""A row's cells to a claim or an increment, by the mapping."""

from typing import Any

import msgspec

from paysignal.facts.claims import Claim
from paysignal.facts.errors import Refused
from paysignal.facts.identity import identified, increment_id
from paysignal.facts.increments import Increment
from paysignal.facts.kinds import Kind, Role
from paysignal.facts.measures import unit_of
from paysignal.facts.rejections import Reason, Rejected
from paysignal.facts.segments import role_of
from paysignal.sources.table.dates import day_after, end_of, moment_from
from paysignal.sources.table.mapping import TableMapping
from paysignal.sources.table.numbers import Figure, figure_of
from paysignal.sources.table.rows import Row, refused_row

_PLAIN_CLAIM_FIELDS = ("provider", "market", "measure", "segment", "kind", "bound", "currency", "prices",
                       "known_at_basis")  # fmt: skip
_PLAIN_INCREMENT_FIELDS = ("provider", "market", "measure", "segment", "currency", "prices", "publisher")
_SOURCE_FIELDS = ("publisher", "name", "tier", "url", "ref")

#: A row's text by field; absent where the cell is empty.
Texts = dict[str, str]


def fact_of(row: Row, mapping: TableMapping, file: str) -> Claim | Increment | Rejected:
    """The fact that the row states, or why it states none."""
    try:
        texts = _texts(row, mapping)
        _check_role(texts)
        return _claim(texts, mapping) if mapping.fact == "claim" else _increment(texts, mapping)
    except (Refused, msgspec.ValidationError) as error:
        return refused_row(Reason.BAD_ROW, str(error), row.raw, file, row.line)


def _texts(row: Row, mapping: TableMapping) -> Texts:
    texts = dict(mapping.constants)
    for field, column in mapping.columns.items():
        cell = row.cells.get(column, "").strip()
        text = mapping.translate.get(field, {}).get(cell, cell)
        if text or field in mapping.defaults:
            texts[field] = text or mapping.defaults[field]
    for field, default in mapping.defaults.items():
        texts.setdefault(field, default)
    return {field: text for field, text in texts.items() if text}


def _check_role(texts: Texts) -> None:
    """A table that says what its segments are must say what the vocabulary says: sums depend on it."""
    segment = texts.get("segment", "")
    stated, known = texts.get("segment_role"), role_of(segment)
    if stated is not None and stated != known:
        rule = f"the vocabulary has segment {segment!r} as {known}"
        raise Refused("segment_role", stated, rule, "correct the row, or add the segment to paysignal.facts.segments")
    if stated is None and "segment_role" in texts and known is not Role.WHOLE:
        raise Refused("segment_role", "", f"segment {segment!r} is a {known}", "name its role")


def _claim(texts: Texts, mapping: TableMapping) -> Claim:
    figure = _figure(texts, mapping)
    fields: dict[str, Any] = {name: texts[name] for name in _PLAIN_CLAIM_FIELDS if name in texts}
    fields |= {
        "value": figure.value,
        "step": _step(texts, figure, mapping),
        "unit": texts.get("unit") or unit_of(_needed(texts, "measure"), Kind(_one_of("kind", texts, Kind))),
        "period": _period(texts, mapping),
        "baseline": _baseline(texts, mapping),
        "known_at": moment_from("known_at", _needed(texts, "known_at"), mapping.dates.format),
        "source": _source(texts),
    }
    if "confidence" in texts:
        fields["confidence"] = figure_of(texts["confidence"]).value
    if "break.date" in texts:
        date = moment_from("break.date", texts["break.date"], mapping.dates.format)
        fields["break"] = {"date": date, "note": texts.get("break.note", "declared by the publisher")}
    return identified(msgspec.convert(fields, Claim))


def _increment(texts: Texts, mapping: TableMapping) -> Increment:
    fields: dict[str, Any] = {name: texts[name] for name in _PLAIN_INCREMENT_FIELDS if name in texts}
    at = moment_from("at", _needed(texts, "at"), mapping.dates.format)
    fields |= {
        "id": increment_id(_needed(texts, "publisher"), _needed(texts, "event")),
        "value": _figure(texts, mapping).value,
        "at": at if "T" in at else f"{at}T00:00:00Z",
    }
    return msgspec.convert(fields, Increment)


def _figure(texts: Texts, mapping: TableMapping) -> Figure:
    numbers = mapping.numbers
    printed = _needed(texts, "value")
    return figure_of(printed, scale=mapping.scale, decimal=numbers.decimal, grouping=numbers.grouping)


def _step(texts: Texts, figure: Figure, mapping: TableMapping) -> float:
    return figure_of(texts["step"], scale=mapping.scale).value if "step" in texts else figure.step


def _period(texts: Texts, mapping: TableMapping) -> dict[str, str | None]:
    moments = {
        name: moment_from(f"period.{name}", texts[f"period.{name}"], mapping.dates.format)
        for name in ("start", "end", "as_of")
        if f"period.{name}" in texts
    }
    start, end = moments.get("start"), moments.get("end")
    if end is None and "as_of" in moments:
        end = day_after(moments["as_of"])
    if end is None and start is not None and mapping.dates.span:
        end = end_of(start, mapping.dates.span)
    if end is None:
        raise Refused("period.end", "", "a claim's period has an end", "fill the cell, or leave the row out")
    return {"start": start, "end": end, "length": texts.get("period.length")}


def _baseline(texts: Texts, mapping: TableMapping) -> str | dict[str, str] | None:
    if "baseline.start" in texts or "baseline.end" in texts:
        return {
            end: moment_from(f"baseline.{end}", _needed(texts, f"baseline.{end}"), mapping.dates.format)
            for end in ("start", "end")
        }
    return texts.get("baseline")


def _source(texts: Texts) -> dict[str, str]:
    source = {name: texts[f"source.{name}"] for name in _SOURCE_FIELDS if f"source.{name}" in texts}
    return {"name": _needed(texts, "source.publisher"), **source}


def _one_of(field: str, texts: Texts, vocabulary: type[Kind]) -> str:
    text = _needed(texts, field)
    if text not in list(vocabulary):
        raise Refused(field, text, f"one of {', '.join(vocabulary)}", "correct the cell, or [translate] it")
    return text


def _needed(texts: Texts, field: str) -> str:
    if field not in texts:
        raise Refused(field, "", "every fact has one", "fill the cell, or give it a default")
    return texts[field]
