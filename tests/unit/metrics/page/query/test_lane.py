"""The lane of questions: one at a time, each once however many ask it, and no more than can be answered in time."""

import asyncio
import threading

import pytest

from paysignal.page.query import serving
from paysignal.page.query.bodies import Body
from paysignal.page.query.serving import Busy, Lane


def body(number: int) -> Body:
    """An answer that is told from others."""
    return Body(b"%d" % number, "application/json", f"{number}", None)


class Slow:
    """Answers that wait until they are let go; `begun` is how many were."""

    def __init__(self) -> None:
        self.begun, self.go, self.under_way = 0, threading.Event(), threading.Event()

    def __call__(self) -> Body:
        """The number of the computation."""
        self.begun += 1
        number = self.begun
        self.under_way.set()
        assert self.go.wait(10)
        return body(number)


async def asking(lane: Lane, slow: Slow, question: str) -> asyncio.Task[Body]:
    """Somebody who has asked."""
    task = asyncio.create_task(lane.computed((question,), slow))
    for _ in range(3):
        await asyncio.sleep(0)
    return task


async def test_who_asks_what_waits_waits_along_and_what_has_begun_is_not_shared() -> None:
    """The first is under way; the second and third come after it began, and have one answer that began after them."""
    lane, slow = Lane("test"), Slow()
    first = await asking(lane, slow, "q")
    assert await asyncio.to_thread(slow.under_way.wait, 10)
    second, third = await asking(lane, slow, "q"), await asking(lane, slow, "q")
    slow.go.set()

    assert [b"1", b"2", b"2"] == [each.content for each in await asyncio.gather(first, second, third)]
    assert 2 == slow.begun


async def test_who_goes_away_takes_the_answer_from_nobody() -> None:
    """One of two that wait for the same is cancelled; the other is told."""
    lane, slow = Lane("test"), Slow()
    first = await asking(lane, slow, "other")
    gone, stays = await asking(lane, slow, "q"), await asking(lane, slow, "q")
    gone.cancel()
    slow.go.set()
    await first

    assert b"2" == (await stays).content


async def test_more_questions_than_can_be_answered_in_time_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other questions, that is: the same one again finds its place."""
    monkeypatch.setattr(serving, "_MOST_WAITING", 1)
    lane, slow = Lane("test"), Slow()
    under_way = await asking(lane, slow, "a")
    waits, again = await asking(lane, slow, "b"), await asking(lane, slow, "b")
    with pytest.raises(Busy):
        await lane.computed(("c",), slow)
    slow.go.set()

    assert [b"1", b"2", b"2"] == [each.content for each in await asyncio.gather(under_way, waits, again)]


async def test_what_an_answer_raises_is_raised_to_all_who_asked() -> None:
    """And the next question is answered."""
    lane = Lane("test")

    def failing() -> Body:
        raise ZeroDivisionError

    told = await asyncio.gather(*(lane.computed(("q",), failing) for _ in range(2)), return_exceptions=True)

    assert [ZeroDivisionError, ZeroDivisionError] == [type(each) for each in told]
    assert b"7" == (await lane.computed(("q",), lambda: body(7))).content
