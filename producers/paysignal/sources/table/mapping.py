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
exponents = true                    # 3.586e+13 is a figure too
[dates]
format = "%b-%y"                    # or "iso", the default: 2018-09-18, 2018-09-18T07:30:00Z
span = "month"                      # the period's length where only one end of it is given; a stock has its end
known_after = 15                    # days after its period that a claim is taken to be known, where no cell says it

For tables that state more than one fact a row:

absent = ["NA", ""]                 # a value's cell that says: no figure; such a row states nothing
[templates]                         # field = text with columns in braces
"period.start" = "{Year}-{Month}"
[slugs]                             # fields that are slugs: of its words, or of the host where it is an address
segment = "words"
[markets]
code = "alpha-3"                    # how markets are written, or "alpha-2", the default
[where]                             # only rows whose column has one of these cells
section = ["payment-system"]
[unless]                            # and none of these
code = ["total"]
[[facts]]                           # each makes a fact of the same row: the sections above are shared, and its own
columns = { value = "Value (Rs Cr)" }   # columns, constants, defaults, templates, translate, where, unless come on top
constants = { measure = "transaction_value" }
scale = "10000000"
times = "pop_adult"                 # the figure is a share of this column's

Only `fact` is required, and that every field a fact needs comes from somewhere.
"""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from string import Formatter
from typing import Annotated, Any, Literal

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
    exponents: bool = False


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How dates are printed: `iso`, or a strptime format read as UTC."""

    format: str = "iso"
    span: Literal["", "day", "week", "month", "quarter", "half", "year"] = ""
    known_after: Annotated[int, msgspec.Meta(ge=0, le=3_660)] | None = None


class Markets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How markets are written."""

    code: Literal["alpha-2", "alpha-3"] = "alpha-2"


class OneOfRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one of several facts of a row has of its own, on top of what all share."""

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    defaults: dict[str, str] = {}
    templates: dict[str, str] = {}
    translate: dict[str, dict[str, str]] = {}
    where: dict[str, list[str]] = {}
    unless: dict[str, list[str]] = {}
    scale: str | None = None
    times: str | None = None


class TableMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A checked mapping file; made by `mapping_from`."""

    fact: Literal["claim", "increment"]
    columns: dict[str, str] = {}
    format: Literal["csv", "jsonl"] = "csv"
    delimiter: str = ","
    constants: dict[str, str] = {}
    defaults: dict[str, str] = {}
    translate: dict[str, dict[str, str]] = {}
    numbers: Numbers = Numbers()
    dates: Dates = Dates()
    absent: tuple[str, ...] = ()
    templates: dict[str, str] = {}
    slugs: dict[str, Literal["words", "host"]] = {}
    markets: Markets = Markets()
    where: dict[str, list[str]] = {}
    unless: dict[str, list[str]] = {}
    times: str | None = None
    facts: tuple[OneOfRow, ...] = ()

    def __post_init__(self) -> None:
        for template in self.templates.values():
            _columns_of(template)  # raises ValueError, which decoding turns into a validation error

    @property
    def each_fact(self) -> "tuple[TableMapping, ...]":
        """The mapping of each fact that a row may state; itself where there is one."""
        return tuple(_on_top(self, own) for own in self.facts) or (self,)

    @property
    def reads(self) -> Mapping[str, str]:
        """The columns that rows must have, each with what it is read for."""
        read = {column: field for field, column in self.columns.items()}
        read |= {column: field for field, template in self.templates.items() for column in _columns_of(template)}
        read |= dict.fromkeys((*self.where, *self.unless), "where")
        return read | ({self.times: "times"} if self.times else {})

    @property
    def scale(self) -> Decimal:
        """What a printed figure is multiplied by."""
        return Decimal(self.numbers.scale)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that rows can get a text for."""
        given = {*self.columns, *self.constants, *self.defaults, *self.templates}
        return frozenset(given | ({"known_at"} if self.dates.known_after is not None else set()))


def mapping_from(text: str, name: str) -> TableMapping:
    """The mapping that the TOML `text` of the file `name` writes; raises `MappingError` with line, rule and fix."""
    try:
        mapping = msgspec.convert(tomllib.loads(text), TableMapping)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(name, str(error), "a mapping file is TOML", "correct that line") from None
    except msgspec.ValidationError as error:
        rule, fix = "sections and their values are fixed", "see the text of paysignal.sources.table.mapping"
        raise MappingError(_place(text, name, str(error)), str(error), rule, fix) from None
    for each in mapping.each_fact:
        _check_fields(each, text, name)
        _check_forms(each, text, name)
    return mapping


def _on_top(shared: TableMapping, own: OneOfRow) -> TableMapping:
    merged: dict[str, Any] = {
        section: {**getattr(shared, section), **getattr(own, section)}
        for section in ("columns", "constants", "defaults", "templates", "where", "unless")
    }
    told = {**shared.translate, **own.translate}
    numbers = shared.numbers if own.scale is None else msgspec.structs.replace(shared.numbers, scale=own.scale)
    changes = {**merged, "translate": told, "numbers": numbers, "times": own.times or shared.times, "facts": ()}
    return msgspec.structs.replace(shared, **changes)


def _columns_of(template: str) -> tuple[str, ...]:
    """The columns a template names; raises `ValueError` for attributes, indexes, formats and nameless braces."""
    found = []
    for _, column, form, conversion in Formatter().parse(template):
        if column is None:
            continue
        if not column or form or conversion or any(mark in column for mark in ".[]"):
            raise ValueError(f"the template {template!r} holds only columns in braces, like {{Year}}-{{Month}}")
        found.append(column)
    return tuple(found)


def _check_fields(mapping: TableMapping, text: str, name: str) -> None:
    known = CLAIM_FIELDS if mapping.fact == "claim" else INCREMENT_FIELDS
    for field in (*mapping.fields, *mapping.translate, *mapping.slugs):
        if field not in known:
            rule = f"a {mapping.fact} has the fields {', '.join(sorted(known))}"
            raise MappingError(_place(text, name, f"`{field}`"), field, rule, "use one of these names")
    taken = [*mapping.columns, *mapping.constants, *mapping.templates]
    for field in sorted({field for field in taken if taken.count(field) > 1}):
        rule = "a field comes from a column or is a constant or a template"
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
