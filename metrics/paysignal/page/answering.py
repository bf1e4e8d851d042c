"""The routes that answer from the history: explain, history and facts, as JSON and, for people, as a page."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import msgspec
from aiohttp import web

from paysignal.facts.errors import quoted
from paysignal.history.answers import Answers
from paysignal.history.dividing import parts_row
from paysignal.history.questions import BadQuestion, NotAnswered
from paysignal.history.rows import ErrorRow
from paysignal.history.telling import explanation_row, facts_row, findings_row, history_row
from paysignal.page.explain_page import explain_page, not_answered_page
from paysignal.page.files import files

_Answer = TypeVar("_Answer")
_Asked = Callable[[str], str]
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Answers are computed, not looked up: one at a time leaves the scrape and the tables their share of the interpreter.
_AT_ONCE = 1

_BAD, _UNKNOWN = 400, 404


def answer_routes(answers: Answers) -> Sequence[web.RouteDef]:
    """`/explain` the page, `/v1/explain?key=`, `/v1/history?series=`, `/v1/facts?series=` the rows as JSON.

    All take `as_of`, a date or an instant. `/v1/parts?series=` of a whole takes an `axis` besides;
    `/v1/findings?provider=` is of all providers without one, and then of now. What can not be answered is 400 (never)
    or 404 (not known, or not then), with an `ErrorRow` that says the value, the rule and the fix.
    """
    working = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="answers")

    async def computed(answer: Callable[[], _Answer]) -> _Answer:
        return await asyncio.get_running_loop().run_in_executor(working, answer)

    def json(row_of: Callable[[_Asked], msgspec.Struct]) -> _Handler:
        async def handler(request: web.Request) -> web.Response:
            try:
                body = await computed(lambda: msgspec.json.encode(row_of(lambda name: _only(request, name))))
            except NotAnswered as error:
                return _refused(error)
            return web.Response(body=body, content_type="application/json")

        return handler

    async def page(request: web.Request) -> web.Response:
        key = as_of = ""
        try:
            key, as_of = _only(request, "key"), _only(request, "as_of")
            text = await computed(lambda: _page(answers, key, as_of or None))
        except NotAnswered as error:
            told = not_answered_page(error, key, as_of, files().hashes)
            return web.Response(status=_status(error), text=told, content_type="text/html")
        return web.Response(text=text, content_type="text/html")

    return (
        web.get("/explain", page),
        web.get("/v1/explain", json(lambda asked: explanation_row(answers, asked("key"), asked("as_of")))),
        web.get("/v1/history", json(lambda asked: history_row(answers, asked("series"), asked("as_of")))),
        web.get("/v1/facts", json(lambda asked: facts_row(answers, asked("series"), asked("as_of")))),
        web.get("/v1/parts", json(lambda asked: parts_row(answers, asked("series"), asked("axis"), asked("as_of")))),
        web.get("/v1/findings", json(lambda asked: findings_row(answers, asked("provider"), asked("as_of")))),
    )


def _page(answers: Answers, key: str, as_of: str | None) -> str:
    row = explanation_row(answers, key, as_of)
    return explain_page(row, history_row(answers, key, as_of), files().hashes)


def _only(request: web.Request, name: str) -> str:
    """The one value of a parameter, empty without it; of two nobody could say which is meant."""
    values = request.query.getall(name, [])
    if len(values) > 1:
        raise BadQuestion(f"{name} {quoted(values)}: is given {len(values)} times; give it once")
    return values[0] if values else ""


def _refused(error: NotAnswered) -> web.Response:
    body = msgspec.json.encode(ErrorRow(error=str(error), near=error.near))
    return web.Response(status=_status(error), body=body, content_type="application/json")


def _status(error: NotAnswered) -> int:
    return _BAD if isinstance(error, BadQuestion) else _UNKNOWN
