"""A row's cells to a claim or an increment, by the mapping."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import msgspec

from paysignal.facts.claims import Claim
from paysignal.facts.errors import Refused
from paysignal.facts.identity import identified, increment_id
from paysignal.facts.increments import Increment
from paysignal.facts.kinds import Basis, Kind, Role
from paysignal.facts.markets import market_of_alpha_3
from paysignal.facts.measures import measure_named, unit_of
from paysignal.facts.moments import later
from paysignal.facts.rejections import Reason, Rejected
from paysignal.facts.segments import role_of
from paysignal.facts.slugs import slug_of
from paysignal.sources.table.dates import ISO, day_after, end_of, moment_from, start_of
from paysignal.sources.table.mapping import TableMapping
from paysignal.sources.table.numbers import Figure, figure_of, share
from paysignal.sources.table.rows import Row, refused_row

_PLAIN_CLAIM_FIELDS = ("provider", "market", "measure", "segment", "kind", "bound", "currency", "prices",
                       "known_at_basis")  # fmt: skip
_PLAIN_INCREMENT_FIELDS = ("provider", "market", "measure", "segment", "currency", "prices", "publisher")
_SOURCE_FIELDS = ("publisher", "name", "tier", "url", "ref")

#: A row's text by field; absent where the cell is empty.
Texts = dict[str, str]


def states(row: Row, mapping: TableMapping) -> bool:
    """Whether the row states this fact: it is among the rows meant, and its value's cell does not say otherwise."""
    if any(row.cells.get(column, "").strip() not in wanted for column, wanted in mapping.where.items()):
        return False
    if any(row.cells.get(column, "").strip() in unwanted for column, unwanted in mapping.unless.items()):
        return False
    return not mapping.absent or row.cells.get(mapping.columns.get("value", ""), "").strip() not in mapping.absent


def fact_of(row: Row, mapping: TableMapping, file: str) -> Claim | Increment | Rejected:
    """The fact that the row states, or why it states none."""
    try:
        texts = _texts(row, mapping)
        _check_role(texts)
        share_of = row.cells.get(mapping.times, "") if mapping.times else None
        return _claim(texts, mapping, share_of) if mapping.fact == "claim" else _increment(texts, mapping)
    except (Refused, msgspec.ValidationError) as error:
        return refused_row(Reason.BAD_ROW, str(error), row.raw, file, row.line)


def _texts(row: Row, mapping: TableMapping) -> Texts:
    texts = dict(mapping.constants)
    read = {field: row.cells.get(column, "").strip() for field, column in mapping.columns.items()}
    read |= {field: template.format_map(row.cells).strip() for field, template in mapping.templates.items()}
    for field, cell in read.items():
        text = _rewritten(field, mapping.translate.get(field, {}).get(cell, cell), mapping)
        if text or field in mapping.defaults:
            texts[field] = text or mapping.defaults[field]
    for field, default in mapping.defaults.items():
        texts.setdefault(field, default)
    return {field: text for field, text in texts.items() if text}


def _rewritten(field: str, text: str, mapping: TableMapping) -> str:
    """The text as a slug, or as a market of ours, where the mapping says that it is not one yet."""
    form = mapping.slugs.get(field)
    if form is not None and text:
        return slug_of((form == "host" and urlsplit(text).hostname) or text)
    if field == "market" and mapping.markets.code == "alpha-3":
        return market_of_alpha_3(text)
    return text


def _check_role(texts: Texts) -> None:
    """A table that says what its segments are must say what the vocabulary says: sums depend on it."""
    segment = texts.get("segment", "")
    stated, known = texts.get("segment_role"), role_of(segment)
    if stated is not None and stated != known:
        rule = f"the vocabulary has segment {segment!r} as {known}"
        raise Refused("segment_role", stated, rule, "correct the row, or add the segment to paysignal.facts.segments")
    if stated is None and "segment_role" in texts and known is not Role.WHOLE:
        raise Refused("segment_role", "", f"segment {segment!r} is a {known}", "name its role")


def _claim(texts: Texts, mapping: TableMapping, share_of: str | None) -> Claim:
    figure = _figure(texts, mapping)
    if share_of is not None:
        figure = share(figure, figure_of(share_of))
    period = _period(texts, mapping)
    known_form = _known_form(texts, period, mapping)
    fields: dict[str, Any] = {name: texts[name] for name in _PLAIN_CLAIM_FIELDS if name in texts}
    fields |= {
        "value": figure.value,
        "step": _step(texts, figure, mapping),
        "unit": texts.get("unit") or unit_of(_needed(texts, "measure"), Kind(_one_of("kind", texts, Kind))),
        "period": period,
        "baseline": _baseline(texts, mapping),
        "known_at": moment_from("known_at", _needed(texts, "known_at"), known_form),
        "source": _source(texts),
    }
    if "confidence" in texts:
        fields["confidence"] = figure_of(texts["confidence"]).value
    if "break.date" in texts:
        date = moment_from("break.date", texts["break.date"], mapping.dates.format)
        fields["break"] = {"date": date, "note": texts.get("break.note", "declared by the publisher")}
    return identified(msgspec.convert(fields, Claim))


def _known_form(texts: Texts, period: dict[str, str | None], mapping: TableMapping) -> str:
    """The form of `known_at`; where no cell tells it, it is set to so many days after the period, as an estimate."""
    if "known_at" in texts or mapping.dates.known_after is None:
        return mapping.dates.format
    texts["known_at"] = later((period["end"] or "")[:10], dt.timedelta(days=mapping.dates.known_after))
    texts["known_at_basis"] = Basis.ESTIMATED
    return ISO


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
    return figure_of(
        printed,
        scale=mapping.scale,
        decimal=numbers.decimal,
        grouping=numbers.grouping,
        exponents=numbers.exponents,
    )


def _step(texts: Texts, figure: Figure, mapping: TableMapping) -> float:
    return figure_of(texts["step"], scale=mapping.scale).value if "step" in texts else figure.step


def _period(texts: Texts, mapping: TableMapping) -> dict[str, str | None]:
    """The period; a span gives the end that the row lacks, and of a stock only the end is the period."""
    moments = {
        name: moment_from(f"period.{name}", texts[f"period.{name}"], mapping.dates.format)
        for name in ("start", "end", "as_of")
        if f"period.{name}" in texts
    }
    start, end, span = moments.get("start"), moments.get("end"), mapping.dates.span
    if end is None and "as_of" in moments:
        end = day_after(moments["as_of"])
    if end is None and start is not None and span:
        end = end_of(start, span)
    if end is None:
        raise Refused("period.end", "", "a claim's period has an end", "fill the cell, or leave the row out")
    if span and _at_instant(texts):
        start = None
    elif span and start is None:
        start = start_of(end, span)
    return {"start": start, "end": end, "length": texts.get("period.length")}


def _at_instant(texts: Texts) -> bool:
    return texts.get("kind") == Kind.LEVEL and measure_named(_needed(texts, "measure")).nature.at_instant


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
