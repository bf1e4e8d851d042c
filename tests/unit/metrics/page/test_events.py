"""Live: what `/events` sends, to how many, and that it looks only while someone listens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from paysignal.page.changes import Changes
from paysignal.page.events import Events


class State:
    """What is looked at: an object that is another one after each change; and how often it was looked at."""

    def __init__(self) -> None:
        self.held = object()
        self.looks = 0

    def inputs(self) -> tuple[object, ...]:
        """As the routes give them."""
        self.looks += 1
        return self.held, 7


@asynccontextmanager
async def served(events: Events) -> AsyncIterator[ClientSession]:
    """A client of a server that has only `/events`."""
    application = web.Application()
    application.router.add_get("/events", events.handle)
    async with TestServer(application) as server, ClientSession(server.make_url("")) as session:
        yield session


async def test_a_change_is_told_once_and_silence_is_broken_by_a_beat() -> None:
    """The number when the client comes, each change with a higher one, and between them comments, unbuffered."""
    state = State()
    events = Events(Changes(state.inputs), beat=0.05, every=0.01)
    async with served(events) as session, session.get("/events") as answer:
        assert "text/event-stream" == answer.headers["Content-Type"]
        assert ("no", "no-store") == (answer.headers["X-Accel-Buffering"], answer.headers["Cache-Control"])
        assert b"retry: 3000\nevent: change\nid: 1\ndata: 1\n\n" == await answer.content.readuntil(b"\n\n")
        assert b": beat\n\n" == await answer.content.readuntil(b"\n\n")
        assert 1 == events.clients
        state.held = object()
        told = b": beat\n\n"
        while told == b": beat\n\n":
            told = await answer.content.readuntil(b"\n\n")

        assert b"event: change\nid: 2\ndata: 2\n\n" == told


async def test_more_clients_than_allowed_are_sent_away_and_places_are_given_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The third of two gets 503 and when to come again; when they leave there is a place, and nobody looks for none.

    Before a look at the connection a client that had left kept its place for a beat, and was told of as an error.
    """
    state = State()
    events = Events(Changes(state.inputs), most=2, every=0.01)
    async with served(events) as session:
        async with session.get("/events"), session.get("/events"), session.get("/events") as third:
            assert (503, "30") == (third.status, third.headers["Retry-After"])
            assert "2 clients listen, at most 2" in await third.text()
        for _ in range(1_000):
            if events.clients:
                await asyncio.sleep(0.01)
        assert 0 == events.clients
        looks = state.looks
        await asyncio.sleep(0.05)
        assert looks == state.looks
        async with session.get("/events") as again:
            assert 200 == again.status
    assert [] == caplog.records


async def test_many_who_ask_look_once() -> None:
    """A hundred questions at once are one look; the same objects are the same number, however often."""
    state = State()
    changes = Changes(state.inputs)
    assert {1} == set(await asyncio.gather(*(changes.number() for _ in range(100))))
    assert 1 == state.looks
