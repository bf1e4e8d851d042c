"""The pages that answer from the history, a reading explained and a series; their JSON is the query API's."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from paysignal.facts.errors import quoted
from paysignal.facts.readings import Reading
from paysignal.facts.series import SEPARATOR
from paysignal.history.answers import Answers
from paysignal.history.lines import provider_in
from paysignal.history.questions import BadQuestion, NotAnswered, as_of_us, series_of
from paysignal.history.telling import explanation_row, fact_row, history_row
from paysignal.page.explain_page import explain_page, not_answered_page
from paysignal.page.facts_part import moments_of
from paysignal.page.files import files
from paysignal.page.query.index import Index
from paysignal.page.rendered import Kept, Rendered, answered, rendered
from paysignal.page.series_page import MOST_MOMENTS, no_series_page, series_page, windows_page

#: Answers are computed, not looked up: one at a time leaves the scrape and the tables their share of the interpreter.
_AT_ONCE = 1

_HTML = "text/html; charset=utf-8"

_WELL, _BAD, _UNKNOWN = 200, 400, 404


def answer_routes(answers: Answers, index: Callable[[], Index] | None = None) -> Sequence[web.RouteDef]:
    """`/explain?key=` and `/series?series=`, both with `as_of`, a date or an instant; kept while nothing changed.

    `index` gives the readings of the board: a series of events is not in the history, and shown by these.

    What can not be answered is 400 (never) or 404 (not known, or not then), with a sentence that says the value, the
    rule and the fix.
    """
    working = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="answers")
    kept = Kept(working)

    async def told(request: web.Request, subject: str, made: Callable[[str, str], str]) -> web.StreamResponse:
        asked, as_of = _only(request, subject), _only(request, "as_of")
        number = await asyncio.to_thread(_number, answers, asked)
        one, behind = await kept.get((subject, asked, as_of), number, lambda: _rendered(made(asked, as_of)))
        return answered(request, one, behind=behind)

    async def explained(request: web.Request) -> web.StreamResponse:
        try:
            return await told(request, "key", lambda key, as_of: _explained(answers, key, as_of))
        except NotAnswered as error:
            key, as_of = request.query.get("key", ""), request.query.get("as_of", "")
            return _page(_status(error), not_answered_page(error, key, as_of, files().version))

    async def series(request: web.Request) -> web.StreamResponse:
        try:
            return await told(request, "series", lambda key, as_of: _series(answers, key, as_of))
        except NotAnswered as error:
            key, as_of = request.query.get("series", ""), request.query.get("as_of", "")
            readings = () if index is None or as_of else _on_the_board(index(), key)
            if readings:
                return _page(_WELL, windows_page(key, readings, files().version))
            moments = await asyncio.get_running_loop().run_in_executor(working, _moments, answers, key)
            return _page(_status(error), no_series_page(error, key, as_of, moments, files().version))

    return web.get("/explain", explained), web.get("/series", series)


def _only(request: web.Request, name: str) -> str:
    """The one value of a parameter, empty without it; of two nobody could say which is meant."""
    values = request.query.getall(name, [])
    if len(values) > 1:
        raise BadQuestion(f"{name} {quoted(values)}: is given {len(values)} times; give it once")
    return values[0] if values else ""


def _status(error: NotAnswered) -> int:
    """The status of a refusal."""
    return _BAD if isinstance(error, BadQuestion) else _UNKNOWN


def _number(answers: Answers, asked: str) -> tuple[int, int]:
    """What the page of a series or reading is made of: its provider's facts, and what was found over all."""
    return answers.store.version_of(provider_in(asked)), answers.examined().changes


def _explained(answers: Answers, key: str, as_of: str) -> str:
    row = explanation_row(answers, key, as_of or None)
    return explain_page(row, history_row(answers, key, as_of or None), files().version)


def _series(answers: Answers, asked: str, as_of: str) -> str:
    key = series_of(asked).key
    history = history_row(answers, key, as_of or None)
    us = as_of_us(as_of)
    names = answers.reading_keys(key, us)
    # The reading of averages that nobody told is not the engine's of one series, but comes of several.
    readings = [answers.reading(name, us) or answers.explain(name, us).reading for name in names]
    facts = tuple(map(fact_row, reversed(answers.store.facts_of(key, us))))
    return series_page(history, facts, readings, _moments(answers, key), files().version)


def _moments(answers: Answers, asked: str) -> tuple[str, ...]:
    """When what is known of the series changed; nothing for what is no series, or not known at all."""
    try:
        return moments_of(map(fact_row, answers.facts(asked)), MOST_MOMENTS)
    except NotAnswered:
        return ()


def _on_the_board(index: Index, series_key: str) -> tuple[Reading, ...]:
    return tuple(entry.reading for entry in index.within((series_key + SEPARATOR,)) if entry.series_key == series_key)


def _rendered(text: str) -> Rendered:
    return rendered(text.encode(), _HTML)


def _page(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html")
