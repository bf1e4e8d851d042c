"""The page that explains a reading; its JSON is the query API's."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from paysignal.facts.errors import quoted
from paysignal.history.answers import Answers
from paysignal.history.questions import BadQuestion, NotAnswered
from paysignal.history.telling import explanation_row, history_row
from paysignal.page.explain_page import explain_page, not_answered_page
from paysignal.page.files import files

#: Answers are computed, not looked up: one at a time leaves the scrape and the tables their share of the interpreter.
_AT_ONCE = 1

_BAD, _UNKNOWN = 400, 404


def answer_routes(answers: Answers) -> Sequence[web.RouteDef]:
    """`/explain?key=`, with `as_of`, a date or an instant.

    What can not be answered is 400 (never) or 404 (not known, or not then), with a sentence that says the value, the
    rule and the fix.
    """
    working = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="answers")

    async def page(request: web.Request) -> web.Response:
        key = as_of = ""
        try:
            key, as_of = _only(request, "key"), _only(request, "as_of")
            text = await asyncio.get_running_loop().run_in_executor(working, _page, answers, key, as_of or None)
        except NotAnswered as error:
            told = not_answered_page(error, key, as_of, files().hashes)
            return web.Response(status=_status(error), text=told, content_type="text/html")
        return web.Response(text=text, content_type="text/html")

    return (web.get("/explain", page),)


def _page(answers: Answers, key: str, as_of: str | None) -> str:
    row = explanation_row(answers, key, as_of)
    return explain_page(row, history_row(answers, key, as_of), files().hashes)


def _only(request: web.Request, name: str) -> str:
    """The one value of a parameter, empty without it; of two nobody could say which is meant."""
    values = request.query.getall(name, [])
    if len(values) > 1:
        raise BadQuestion(f"{name} {quoted(values)}: is given {len(values)} times; give it once")
    return values[0] if values else ""


def _status(error: NotAnswered) -> int:
    return _BAD if isinstance(error, BadQuestion) else _UNKNOWN
