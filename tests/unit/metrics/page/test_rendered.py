"""Views kept as bytes: made once for all who ask, shown for a while, and never for too long."""

import asyncio
import gzip
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from paysignal.page.rendered import BEHIND, Kept, Rendered, answered, rendered

TEXT = b"figure " * 1_000


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """One thread, as the routes have it."""
    with ThreadPoolExecutor(1) as one:
        yield one


def made(log: list[str], text: bytes = TEXT) -> Callable[[], Rendered]:
    """Makes the text and notes that it did."""

    def make() -> Rendered:
        log.append("made")
        return rendered(text + str(len(log)).encode(), "text/html")

    return make


async def test_many_readers_cost_one_making(executor: ThreadPoolExecutor) -> None:
    """A hundred who ask at once get the same bytes, made once; while nothing changes that is all."""
    kept, log = Kept(executor), list[str]()
    found = await asyncio.gather(*(kept.get("a", 1, made(log)) for _ in range(100)))
    again, behind = await kept.get("a", 1, made(log))

    assert ["made"] == log
    assert {id(again)} == {id(one) for one, _ in found}
    assert not behind


async def test_what_changed_is_told_as_behind_and_made_after_a_while(executor: ThreadPoolExecutor) -> None:
    """Within a second the old bytes, marked; after it the old ones still, while new ones are made; then those."""
    now = 1_000.0
    kept, log = Kept(executor, seconds=lambda: now), list[str]()
    first, _ = await kept.get("a", 1, made(log))
    now += 0.9
    assert (first, True) == await kept.get("a", 2, made(log))
    assert ["made"] == log
    now += 0.2
    assert (first, True) == await kept.get("a", 2, made(log))
    for _ in range(1_000):
        second, behind = await kept.get("a", 2, made(log))
        if not behind:
            break
        await asyncio.sleep(0.001)

    assert TEXT + b"2" == second.body
    assert 2 == len(log)


async def test_what_nobody_asked_for_is_waited_for(executor: ThreadPoolExecutor) -> None:
    """After ten seconds without readers the first one gets what is, not what was; and ages grow after a minute."""
    now = 1_000.0
    kept, log = Kept(executor, seconds=lambda: now), list[str]()
    first, _ = await kept.get("a", 1, made(log))
    now += 11.0
    second, behind = await kept.get("a", 2, made(log))
    assert (second.body != first.body, behind) == (True, False)
    now += 59.0
    assert (second, False) == await kept.get("a", 2, made(log))
    now += 2.0
    third, _ = await kept.get("a", 2, made(log))
    assert third.body != second.body


async def test_what_can_not_be_made_is_raised_to_everybody_and_tried_again(executor: ThreadPoolExecutor) -> None:
    """All who wait get the error; the next one makes it anew."""
    kept = Kept(executor)

    def fail() -> Rendered:
        raise LookupError

    failed = await asyncio.gather(*(kept.get("a", 1, fail) for _ in range(3)), return_exceptions=True)
    assert [LookupError] * 3 == [type(each) for each in failed]
    one, _ = await kept.get("a", 1, made([]))
    assert one.body.startswith(TEXT)


async def test_a_reader_who_goes_takes_it_from_nobody(executor: ThreadPoolExecutor) -> None:
    """The one who asked first gives up while it is made; the second still gets it, made once."""
    kept, log = Kept(executor), list[str]()
    first = asyncio.create_task(kept.get("a", 1, made(log)))
    await asyncio.sleep(0)
    second = asyncio.create_task(kept.get("a", 1, made(log)))
    await asyncio.sleep(0)
    first.cancel()
    one, _ = await second
    assert one.body.startswith(TEXT)
    assert ["made"] == log


async def test_what_is_kept_is_bounded(executor: ThreadPoolExecutor) -> None:
    """Beyond the bytes allowed what was asked for longest ago goes; what was asked for again stays."""
    size = len(rendered(TEXT + b"1", "").body) + len(rendered(TEXT + b"1", "").zipped or b"")
    kept, log = Kept(executor, most_bytes=2 * size + 10), list[str]()
    for key in ("a", "b", "a", "c", "a", "b"):
        await kept.get(key, 1, made(log))
    assert 4 == len(log)


def test_an_answer_is_zipped_once_and_not_sent_twice() -> None:
    """Who takes gzip gets that, who has the tag gets 304, and a view that is behind says so."""
    one = rendered(TEXT, "text/html; charset=utf-8")

    def ask(**headers: str) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return answered(make_mocked_request("GET", "/", headers=named), one, behind=bool(headers))

    plain, zipped = ask(), ask(Accept_Encoding="gzip, br")
    assert isinstance(zipped.body, bytes)
    assert TEXT == plain.body == gzip.decompress(zipped.body)
    assert (None, "gzip") == (plain.headers.get("Content-Encoding"), zipped.headers["Content-Encoding"])
    assert (BEHIND in plain.headers, BEHIND in zipped.headers) == (False, True)
    held = ask(If_None_Match=plain.headers["ETag"])
    assert (304, None) == (held.status, held.body)
    assert 200 == ask(If_None_Match='"another"').status
