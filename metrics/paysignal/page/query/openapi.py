"""The OpenAPI 3.1 document of the catalogue, generated from the structs that are sent. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from paysignal.facts.schemas import portable
from paysignal.history.rows import ErrorRow
from paysignal.page.query.catalogue import ENDPOINTS, Endpoint
from paysignal.page.query.csv import columns_of
from paysignal.page.query.negotiating import CSV, JSON
from paysignal.page.query.parameters import Parameter
from paysignal.page.rows import JustRead, Strongest

_SCHEMAS: Final = "#/components/schemas/{name}"

_ABOUT: Final = """What paysignal knows of published payment growth: readings, histories, facts, and why.

All answers are of everything on the topics, whichever worker made it. `as_of` asks what was known at another time.
Lists come in pages: `next` (and the `Link` header) ask for the one behind. Tables come as CSV with `format=csv` or
`Accept: text/csv`; text that a spreadsheet would take for a formula has an apostrophe before it there. Fields may be
added within v1; none is taken away or given another meaning."""

_TABLES: Final = (
    ("/v1/just-read", "What the articles state that were read last.", JustRead),
    ("/v1/strongest", "Each provider's latest growth on the year, the strongest first.", Strongest),
)
_SHOW: Final = Parameter(
    "show", "Reasons to leave a growth out that are not to count: conflict, contradicted, suspected_break, small_base, "
    "unstated, variant.", many=True,
)  # fmt: skip

_REFUSALS: Final = {
    "400": "The question can have no answer; the sentence says the value, the rule and the fix.",
    "401": "A token is needed, and this is none.",
    "404": "Nothing that is held, or was known then, answers it; `near` are keys that may have been meant.",
    "406": "None of the forms there are is accepted.",
    "429": "More requests came from this address than are answered; `Retry-After` says when to go on.",
    "503": "Too many questions wait; `Retry-After` says when to ask again.",
}


def document(version: str) -> dict[str, Any]:
    """The document; the same for the same version."""
    rows = [each.row for each in ENDPOINTS] + [row for _, _, row in _TABLES] + [ErrorRow]
    _, schemas = msgspec.json.schema_components(rows, ref_template=_SCHEMAS)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "paysignal",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The exporter that serves this document."}],
        "security": [{}, {"token": []}, {"password": []}],
        "paths": {each.path: {"get": _operation(each)} for each in ENDPOINTS}
        | {path: {"get": _table(path, summary, row)} for path, summary, row in _TABLES},
        "components": {
            "schemas": portable(schemas),
            "responses": {code: _refusal(about) for code, about in _REFUSALS.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Where the exporter has a token."},
                "password": {"type": "http", "scheme": "basic", "description": "Any name, the token as password."},
            },
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    content = {JSON: {"schema": _reference(endpoint.row)}}
    if endpoint.rows is not None:
        names = ", ".join(name for name, _ in columns_of(endpoint.rows[1]))
        content[CSV] = {"schema": {"type": "string", "description": f"Columns: {names}."}}
    return _described(endpoint.path, endpoint.summary, endpoint.parameters, content)


def _table(path: str, summary: str, row: type[msgspec.Struct]) -> dict[str, Any]:
    content = {JSON: {"schema": {"type": "array", "items": _reference(row)}}}
    return _described(path, summary, (_SHOW,), content)


def _described(path: str, summary: str, parameters: Sequence[Parameter], content: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": path.removeprefix("/v1/").replace("-", "_"),
        "summary": summary,
        "parameters": [*map(_parameter, parameters)],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": _headers(("ETag", "For `If-None-Match`."), ("Link", 'The next page, `rel="next"`.')),
                "content": content,
            },
            "304": {"description": "It is what `If-None-Match` names."},
            **{code: {"$ref": f"#/components/responses/{code}"} for code in _REFUSALS},
        },
    }


def _headers(*described: tuple[str, str]) -> dict[str, Any]:
    return {name: {"description": about, "schema": {"type": "string"}} for name, about in described}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = _schema(parameter)
    described = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": parameter.required,
        "schema": {"type": "array", "items": schema} if parameter.many else schema,
    }
    if parameter.many:
        described |= {"style": "form", "explode": False}
    if parameter.example:
        described["example"] = [parameter.example] if parameter.many else parameter.example
    return described


def _schema(parameter: Parameter) -> dict[str, Any]:
    if parameter.most:
        return {"type": "integer", "minimum": 1, "maximum": parameter.most, "default": int(parameter.default)}
    schema: dict[str, Any] = {"type": "string"}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.default:
        schema["default"] = parameter.default
    return schema


def _refusal(about: str) -> dict[str, Any]:
    return {"description": about, "content": {JSON: {"schema": _reference(ErrorRow)}}}


def _reference(row: type) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(name=row.__name__)}


def paths() -> Iterable[str]:
    """Every path that the document has."""
    return (*(each.path for each in ENDPOINTS), *(path for path, _, _ in _TABLES))
