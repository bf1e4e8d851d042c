"""Folders and addresses as `produce` and `extract` look at them: with a clock, the network and a memory."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paysignal.command.inputs import Articles, Outcome, Telling
from paysignal.facts.moments import moment_of
from paysignal.facts.rejections import Rejected
from paysignal.sources.documents import Document
from paysignal.sources.errors import ReaderError
from paysignal.sources.items import Item, Marks, Watcher, unreadable
from paysignal.sources.web.fetch import Fetcher, client
from paysignal.sources.web.guarding import GuardedTransport, system_lookup


@contextmanager
def watching(telling: Telling, marks: Marks, *, private: bool) -> Iterator[Watcher]:
    """A watcher; `private` lets it connect to addresses of this machine and of private networks."""
    with client(GuardedTransport(system_lookup, private=private)) as http:
        fetcher = Fetcher(http, time.monotonic, time.sleep)
        yield Watcher(fetcher, telling.told(""), marks, lambda: moment_of(dt.datetime.now(dt.UTC)))


def items_of(watcher: Watcher, source: str) -> Iterator[Item]:
    """One look at a source; a folder that can not be read is a rejected item, as an address is."""
    if source.startswith(("http://", "https://")):
        yield from watcher.address(source)
        return
    try:
        yield from watcher.folder(str(Path(source)))
    except ReaderError as error:
        yield Item(source, "", "rejected", "", unreadable(source, error))


def outcomes_in(item: Item, articles: Articles) -> Iterator[Outcome]:
    """The facts of an item that is new, each with the story it is of, and what was rejected."""
    if isinstance(item.found, Document):
        yield from articles.outcomes(item.found)
    elif isinstance(item.found, Rejected):
        yield item.found
