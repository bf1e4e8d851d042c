"""The page's and the API's routes, for the server of the exposition."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import msgspec
from aiohttp import web

from paysignal.facts.errors import quoted
from paysignal.facts.measures import MEASURES
from paysignal.history.questions import NotAnswered
from paysignal.page.alerts_page import alerts_page
from paysignal.page.changes import Changes
from paysignal.page.events import Events
from paysignal.page.files import TYPES, files
from paysignal.page.health import Health, pipeline_page
from paysignal.page.html import document
from paysignal.page.query.catalogue import OF_LISTS, Held
from paysignal.page.query.listing import series_list_row
from paysignal.page.query.parameters import asked_of
from paysignal.page.rendered import Kept, Rendered, answered, rendered
from paysignal.page.search_page import bad_search_page, search_page
from paysignal.page.tables import LeftOut
from paysignal.page.view import Shows, View, Views

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: What is taken in of what is left out, and the measure of the tiles.
_Asked = tuple[Shows, str]

#: Addresses of static files carry the hash of all of them, so a browser may keep what it has for good.
_KEPT = "public, max-age=31536000, immutable"

_HTML = "text/html; charset=utf-8"
_JSON = "application/json"

#: Two views made at once would only take the interpreter from each other, and both from the scrape; but what is made in
#: milliseconds does not wait behind the view of all growth.
_AT_ONCE = 1


class _Making:
    """Views made one at a time, and once for all who ask of one state."""

    def __init__(self, name: str, changes: Changes) -> None:
        self._changes = changes
        self._kept = Kept(ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix=name))

    async def get(self, key: Hashable, make: Callable[[], Rendered]) -> tuple[Rendered, bool]:
        """The view under `key`, and whether there is a newer state than it shows; raises what `make` does."""
        return await self._kept.get(key, await self._changes.number(), make)

    def handler(self, name: str, content_type: str, body_of: Callable[[_Asked], bytes]) -> _Handler:
        """Of a view for each choice of rows and tiles."""

        async def handler(request: web.Request) -> web.StreamResponse:
            asked = _asked(request)
            one, behind = await self.get((name, asked), lambda: rendered(body_of(asked), content_type))
            return answered(request, one, behind=behind)

        return handler


def routes(views: Views, held: Held, health: Callable[[], Health] = Health) -> Sequence[web.RouteDef]:
    """`/`, `/search`, `/alerts` and `/pipeline` the views, `/static/…` what they need, `/events` that they changed.

    `/v1/just-read` and `/v1/strongest` are rows of `/` as JSON arrays.
    """
    changes = Changes(lambda: (*views.inputs(), held.alerts()))
    growth, pages = _Making("views", changes), _Making("pages", changes)

    def page(name: str, text_of: Callable[[str], str]) -> _Handler:
        """A view that is not asked for anything."""
        return pages.handler(name, _HTML, lambda _: text_of(files().version).encode())

    def rows(name: str, rows_of: Callable[[View], Sequence[msgspec.Struct]]) -> _Handler:
        return growth.handler(name, _JSON, lambda asked: msgspec.json.encode(rows_of(views.view(*asked))))

    async def search(request: web.Request) -> web.StreamResponse:
        asked = tuple(sorted(request.query.items()))
        try:
            one, behind = await pages.get(("search", asked), lambda: rendered(_found(held, asked), _HTML))
        except NotAnswered as error:
            told = bad_search_page(error, dict(asked), files().version)
            return web.Response(status=web.HTTPBadRequest.status_code, text=told, content_type="text/html")
        return answered(request, one, behind=behind)

    return (
        web.get(
            "/", growth.handler("growth", _HTML, lambda asked: document(views.view(*asked), files().version).encode())
        ),
        web.get("/search", search),
        web.get("/alerts", page("alerts", lambda version: alerts_page(held.alerts(), version))),
        web.get("/pipeline", page("pipeline", lambda version: pipeline_page(health(), version, held.share))),
        web.get("/static/{version}/{name:.+}", _static),
        web.get("/events", Events(changes).handle),
        web.get("/v1/just-read", rows("just-read", lambda view: view.just_read)),
        web.get("/v1/strongest", rows("strongest", lambda view: view.strongest)),
    )


def _found(held: Held, asked: Sequence[tuple[str, str]]) -> bytes:
    """The page of series, by the query API's own filters; raises `BadQuestion`."""
    # A form sends its empty fields as well.
    given = [(name, value) for name, value in asked if value]
    row = series_list_row(held.lists.index(), held.answers, asked_of(given, OF_LISTS))
    return search_page(row, dict(given), files().version).encode()


@cache
def _file(name: str) -> Rendered:
    """A static file, zipped once."""
    return rendered(files().bodies[name], f"{TYPES[name]}; charset=utf-8")


async def _static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in TYPES:
        raise web.HTTPNotFound
    response = answered(request, _file(name))
    # A page from before an update asks for files that are no more: it gets the new ones, and does not keep them.
    response.headers["Cache-Control"] = _KEPT if request.match_info["version"] == files().version else "no-store"
    return response


def _asked(request: web.Request) -> _Asked:
    return _shown(request), _measure(request)


def _shown(request: web.Request) -> Shows:
    """What `show=` asks for, several with commas between; anything unknown is the reader's mistake."""
    asked = [one.strip() for text in request.query.getall("show", []) for one in text.split(",") if one.strip()]
    unknown = [one for one in asked if one not in set(LeftOut)]
    if unknown:
        raise web.HTTPBadRequest(text=f"show={quoted(unknown[0])}: unknown; it takes {', '.join(LeftOut)}\n")
    return frozenset(LeftOut(one) for one in asked)


def _measure(request: web.Request) -> str:
    """The measure of the tiles, empty for that which most markets have; of the catalogue, or the reader's mistake."""
    measure = request.query.get("measure", "")
    if measure and measure not in MEASURES:
        raise web.HTTPBadRequest(text=f"measure={quoted(measure)}: unknown; it takes {', '.join(sorted(MEASURES))}\n")
    return measure
