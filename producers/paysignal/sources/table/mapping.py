"""The mapping file of a table: which column becomes which field of a fact.

fact = "claim"                      # or "increment"
format = "csv"                      # or "jsonl"
delimiter = ","

[columns]                           # field = column
value = "Volume (in Mn)"
[constants]                         # field = text, for every row
provider = "upi"
[defaults]                          # field = text, where the cell is empty
bound = "exact"
[translate.market]                  # what a cell says = what the field says
India = "IN"
[numbers]
scale = "1000000"                   # printed 1.8 is 1,800,000; "0.01" for per cent
decimal = "."
grouping = ","
[dates]
format = "%b-%y"                    # or "iso", the default: 2018-09-18, 2018-09-18T07:30:00Z
span = "month"                      # the period's length where only period.start is given

Only `fact` and `[columns]` are required.
"""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from paysignal.sources.errors import MappingError

_SERIES_FIELDS = ("provider", "market", "measure", "segment", "segment_role", "currency", "prices")
_PERIOD_FIELDS = ("period.start", "period.end", "period.as_of", "period.length", "baseline.start", "baseline.end")
_SOURCE_FIELDS = ("source.publisher", "source.name", "source.tier", "source.url", "source.ref")

CLAIM_FIELDS = frozenset({
    *_SERIES_FIELDS, *_PERIOD_FIELDS, *_SOURCE_FIELDS, "kind", "value", "bound", "step", "unit", "baseline",
    "known_at", "known_at_basis", "confidence", "break.date", "break.note",
})  # fmt: skip
INCREMENT_FIELDS = frozenset({*_SERIES_FIELDS, "event", "value", "at", "publisher"})

_CLAIM_NEEDS = ("provider", "market", "measure", "kind", "value", "known_at", "source.publisher", "source.tier")
_INCREMENT_NEEDS = ("event", "provider", "market", "measure", "value", "at", "publisher")

_SCALE_DIGITS = re.compile(r"^\d{1,18}(?:\.\d{1,18})?\Z")


class Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How figures are printed; a printed figure times `scale` is the value in base units."""

    scale: str = "1"
    decimal: Literal[".", ","] = "."
    grouping: Literal["", ",", ".", " ", "'", "_"] = ""


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How dates are printed: `iso`, or a strptime format read as UTC."""

    format: str = "iso"
    span: Literal["", "day", "week", "month", "quarter", "half", "year"] = ""


class TableMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A checked mapping file; made by `mapping_from`."""

    fact: Literal["claim", "increment"]
    columns: dict[str, str]
    format: Literal["csv", "jsonl"] = "csv"
    delimiter: str = ","
    constants: dict[str, str] = {}
    defaults: dict[str, str] = {}
    translate: dict[str, dict[str, str]] = {}
    numbers: Numbers = Numbers()
    dates: Dates = Dates()

    @property
    def scale(self) -> Decimal:
        """What a printed figure is multiplied by."""
        return Decimal(self.numbers.scale)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that rows can get a text for."""
        return frozenset({*self.columns, *self.constants, *self.defaults})


def mapping_from(text: str, name: str) -> TableMapping:
    """The mapping that the TOML `text` of the file `name` writes; raises `MappingError` with line, rule and fix."""
    try:
        mapping = msgspec.convert(tomllib.loads(text), TableMapping)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(name, str(error), "a mapping file is TOML", "correct that line") from None
    except msgspec.ValidationError as error:
        rule, fix = "sections and their values are fixed", "see the text of paysignal.sources.table.mapping"
        raise MappingError(_place(text, name, str(error)), str(error), rule, fix) from None
    _check_fields(mapping, text, name)
    _check_forms(mapping, text, name)
    return mapping


def _check_fields(mapping: TableMapping, text: str, name: str) -> None:
    known = CLAIM_FIELDS if mapping.fact == "claim" else INCREMENT_FIELDS
    for field in (*mapping.columns, *mapping.constants, *mapping.defaults, *mapping.translate):
        if field not in known:
            rule = f"a {mapping.fact} has the fields {', '.join(sorted(known))}"
            raise MappingError(_place(text, name, f"`{field}`"), field, rule, "use one of these names")
    for field in mapping.columns.keys() & mapping.constants.keys():
        rule = "a field comes from a column or is a constant"
        raise MappingError(_place(text, name, f"`{field}`"), field, rule, "drop one of the two, or use [defaults]")
    for field in _CLAIM_NEEDS if mapping.fact == "claim" else _INCREMENT_NEEDS:
        if field not in mapping.fields:
            rule = f"a {mapping.fact} needs {field}"
            raise MappingError(name, field, rule, "give it a column under [columns] or a text under [constants]")


def _check_forms(mapping: TableMapping, text: str, name: str) -> None:
    scale, numbers = mapping.numbers.scale, mapping.numbers
    if not _SCALE_DIGITS.match(scale) or not Decimal(scale):
        rule = "a positive plain decimal number"
        raise MappingError(_place(text, name, "`scale`"), scale, rule, 'write it like "1000000" or "0.01"')
    if numbers.grouping == numbers.decimal:
        rule = "the grouping character is not the decimal one"
        raise MappingError(_place(text, name, "`grouping`"), numbers.grouping, rule, "change one of them")
    if len(mapping.delimiter) != 1 or mapping.delimiter in '"\r\n':
        rule = "one character, no quote and no line end"
        raise MappingError(_place(text, name, "`delimiter`"), mapping.delimiter, rule, 'write it like ";" or "\\t"')
    if mapping.fact == "claim" and not _has_end(mapping):
        rule = "a claim's period has an end"
        fix = "map period.end, or period.as_of for stocks, or period.start with [dates] span"
        raise MappingError(name, "period.end", rule, fix)


def _has_end(mapping: TableMapping) -> bool:
    if {"period.end", "period.as_of"} & mapping.fields:
        return True
    return "period.start" in mapping.fields and bool(mapping.dates.span)


def _place(text: str, name: str, message: str) -> str:
    """`name:line` of the key that a message quotes in back-ticks, as far as a line says it."""
    for key in re.findall(r"`\$?\.?([^`]+)`", message):
        last = key.removesuffix("[...]").split(".")[-1] if key not in CLAIM_FIELDS else key
        pattern = re.compile(rf'^\s*\[?(?:[\w.]+\.)?"?{re.escape(last)}"?\s*[=\]]')
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.match(line):
                return f"{name}:{number}"
    return name


#: A text for each field of one row; what decoders pass to `convert`.
Cells = Mapping[str, str]
