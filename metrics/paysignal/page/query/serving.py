"""The routes of the catalogue: checked question in, body with ETag out."""

import asyncio
import importlib.metadata
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import msgspec
from aiohttp import web
from yarl import URL

from paysignal.facts import asyncapi
from paysignal.facts.errors import quoted
from paysignal.history.questions import BadQuestion, NotAnswered
from paysignal.history.rows import ErrorRow
from paysignal.page.query.bodies import Bodies, Body, zipped
from paysignal.page.query.catalogue import ENDPOINTS, Endpoint, Held
from paysignal.page.query.csv import csv_of
from paysignal.page.query.negotiating import CSV, JSON, accepts_gzip, form_of, is_known, tag_of
from paysignal.page.query.openapi import document
from paysignal.page.query.paging import CURSOR
from paysignal.page.query.parameters import FORMAT, Asked, asked_of

#: Answers are computed, not looked up: one at a time leaves the scrape and the tables their share of the interpreter,
#: and lists, which are quick, do not wait behind an explanation.
_AT_ONCE: Final = 1

#: Beyond that nobody would still be there when the answer is.
_MOST_WAITING: Final = 256

_BAD, _UNKNOWN, _NOT_ACCEPTABLE, _BUSY = 400, 404, 406, 503

_Question = tuple[str, ...]
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NotAcceptable(NotAnswered):
    """The asker takes neither JSON nor, where there is a table, CSV."""


class Busy(NotAnswered):
    """So many questions wait that this one would not be answered in time."""


_STATUS: Final[tuple[tuple[type[NotAnswered], int], ...]] = (
    (BadQuestion, _BAD),
    (NotAcceptable, _NOT_ACCEPTABLE),
    (Busy, _BUSY),
)


def query_routes(held: Held) -> Sequence[web.RouteDef]:
    """Every endpoint of the catalogue, and `/v1/openapi.json`, which describes them."""
    bodies = Bodies()
    lanes = {True: Lane("lists"), False: Lane("answers")}
    version = importlib.metadata.version("paysignal")
    return (
        *(web.get(each.path, _answered(each, held, bodies, lanes[each.listed])) for each in ENDPOINTS),
        web.get("/v1/openapi.json", _described(document(version))),
        web.get("/v1/asyncapi.json", _described(asyncapi.document(version))),
    )


def refused(error: NotAnswered) -> web.Response:
    """What is sent instead of an answer: the value, the rule, the fix."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), _UNKNOWN)
    body = msgspec.json.encode(ErrorRow(error=str(error), near=error.near))
    headers = {"Retry-After": "1"} if status == _BUSY else {}
    return web.Response(status=status, body=body, content_type=JSON, headers=headers)


class Lane:
    """A thread, and a bounded queue before it, in which a question stands once however many ask it.

    Used within one event loop.
    """

    def __init__(self, name: str) -> None:
        self._working = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix=name)
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._waiting: dict[_Question, asyncio.Task[Body]] = {}

    async def computed(self, question: _Question, answer: Callable[[], Body]) -> Body:
        """The answer, begun after it was asked for; raises `Busy` when too many questions wait, and what `answer` does.

        Who asks what waits already waits along: of two hundred readers of one series each had its history computed, and
        the last waited seconds. What has begun is not shared, it may lack what the asker knows of.
        """
        waiting = self._waiting.get(question)
        if waiting is None:
            if len(self._waiting) >= _MOST_WAITING:
                raise Busy(f"{len(self._waiting)} questions: as many wait already; ask again in a second")
            waiting = self._waiting[question] = asyncio.create_task(self._in_turn(question, answer))
            waiting.add_done_callback(lambda done: done.cancelled() or done.exception())  # all may have gone away
        return await asyncio.shield(waiting)

    async def _in_turn(self, question: _Question, answer: Callable[[], Body]) -> Body:
        async with self._turn:
            del self._waiting[question]
            return await asyncio.get_running_loop().run_in_executor(self._working, answer)


def _answered(endpoint: Endpoint, held: Held, bodies: Bodies, lane: Lane) -> _Handler:
    async def handler(request: web.Request) -> web.Response:
        try:
            asked = asked_of(request.query.items(), endpoint.parameters)
            form = _form(endpoint, asked, request.headers.get("Accept", ""))
            body = _held(endpoint, held, bodies, asked, form)
            if body is None:
                question = _question(endpoint, asked, form)
                body = await lane.computed(question, lambda: _body(endpoint, held, bodies, asked, form))
        except NotAnswered as error:
            return refused(error)
        return _sent(request, body, endpoint.path)

    return handler


def _described(described: dict[str, Any]) -> _Handler:
    content = msgspec.json.encode(described)
    body = Body(content, JSON, tag_of(content), None)

    async def handler(request: web.Request) -> web.Response:
        return _sent(request, body, request.path)

    return handler


def _form(endpoint: Endpoint, asked: Asked, accept: str) -> str:
    table = endpoint.rows is not None
    wanted = asked.one(FORMAT.name)
    if wanted == "csv" and not table:
        raise BadQuestion(f"format 'csv': {endpoint.path} has no table; leave it out for JSON")
    form = form_of(accept, wanted, table=table)
    if form is None:
        kinds = f"{JSON} or {CSV}" if table else JSON
        raise NotAcceptable(f"Accept {quoted(accept)}: the answer is {kinds}; accept that, or */*")
    return form


def _question(endpoint: Endpoint, asked: Asked, form: str) -> _Question:
    return endpoint.path, form, repr(sorted(asked.values.items()))


def _held(endpoint: Endpoint, held: Held, bodies: Bodies, asked: Asked, form: str) -> Body | None:
    """A list that was made for somebody else and is as new as can be; None where there is none."""
    index = held.lists.fresh() if endpoint.listed and not asked.one("as_of") else None
    return None if index is None else bodies.get(index.number, _question(endpoint, asked, form))


def _body(endpoint: Endpoint, held: Held, bodies: Bodies, asked: Asked, form: str) -> Body:
    if not endpoint.listed or asked.one("as_of"):
        return _made(endpoint, held, asked, form)
    version, question = held.lists.index().number, _question(endpoint, asked, form)
    body = bodies.get(version, question)
    if body is None:
        body = zipped(_made(endpoint, held, asked, form))
        bodies.keep(version, question, body)
    return body


def _made(endpoint: Endpoint, held: Held, asked: Asked, form: str) -> Body:
    row: Any = endpoint.answer(held, asked)
    if form == CSV and endpoint.rows is not None:
        content = csv_of(endpoint.rows[1], endpoint.rows_in(row))
    else:
        content = msgspec.json.encode(row)
    return Body(content, form, tag_of(content), getattr(row, "next", None))


def _sent(request: web.Request, body: Body, path: str) -> web.Response:
    headers = {"ETag": body.tag, "Cache-Control": "private, no-cache"}
    if body.next is not None:
        following = URL.build(path=path, query=_following(request, body.next))
        headers["Link"] = f'<{following}>; rel="next"'
    if is_known(body.tag, request.headers.get("If-None-Match", "")):
        return web.Response(status=304, headers=headers)
    if body.kind == CSV:
        name = path.rpartition("/")[2]
        headers["Content-Disposition"] = f'attachment; filename="paysignal-{name}.csv"'
        headers["Content-Type"] = f"{CSV}; charset=utf-8; header=present"
    else:
        headers["Content-Type"] = JSON
    content = body.content
    if body.zipped is not None and accepts_gzip(request.headers.get("Accept-Encoding", "")):
        content = body.zipped
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return web.Response(body=content, headers=headers)


def _following(request: web.Request, cursor: str) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in request.query.items() if name != CURSOR.name]
    return [*kept, (CURSOR.name, cursor)]
