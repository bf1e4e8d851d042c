"""The page's and the API's routes, for the server of the exposition."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from aiohttp import web

from paysignal.facts.errors import quoted
from paysignal.page.files import TYPES, files
from paysignal.page.html import document
from paysignal.page.tables import LeftOut
from paysignal.page.view import Shows, View, Views

#: Static addresses carry their content's hash, so a browser may keep what it has for good.
_KEPT = "public, max-age=31536000, immutable"


def routes(views: Views) -> Sequence[web.RouteDef]:
    """`/` the page, `/v1/just-read` and `/v1/strongest` the rows as JSON arrays, `/static/…` style and script."""
    static_files = files()

    async def page(request: web.Request) -> web.Response:
        view = await _view(views, request)
        return web.Response(text=document(view, static_files.hashes), content_type="text/html")

    async def static(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in TYPES:
            raise web.HTTPNotFound
        body, kind = static_files.bodies[name], TYPES[name]
        return web.Response(body=body, content_type=kind, charset="utf-8", headers={"Cache-Control": _KEPT})

    return (
        web.get("/", page),
        web.get("/static/{name}", static),
        web.get("/v1/just-read", _rows(views, lambda view: view.just_read)),
        web.get("/v1/strongest", _rows(views, lambda view: view.strongest)),
    )


def _rows(
    views: Views, rows_of: Callable[[View], Sequence[msgspec.Struct]]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def rows(request: web.Request) -> web.Response:
        view = await _view(views, request)
        return web.Response(body=msgspec.json.encode(rows_of(view)), content_type="application/json")

    return rows


async def _view(views: Views, request: web.Request) -> View:
    return await asyncio.to_thread(views.view, _asked(request))


def _asked(request: web.Request) -> Shows:
    """What `show=` asks for, several with commas between; anything unknown is the reader's mistake."""
    asked = [one.strip() for text in request.query.getall("show", []) for one in text.split(",") if one.strip()]
    unknown = [one for one in asked if one not in set(LeftOut)]
    if unknown:
        raise web.HTTPBadRequest(text=f"show={quoted(unknown[0])}: unknown; it takes {', '.join(LeftOut)}\n")
    return frozenset(LeftOut(one) for one in asked)
