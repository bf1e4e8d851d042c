"""Answers kept while nothing changed."""

import threading
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Answer = TypeVar("_Answer")

#: Questions come in runs: a page and its reloads, a page and its API.
MOST_KEPT: Final = 64


class Cache(Generic[_Key, _Answer]):
    """The latest answers for one version of what they were made from; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = -1
        self._kept: dict[_Key, _Answer] = {}

    def get(self, version: int, key: _Key, make: Callable[[], _Answer]) -> _Answer:
        """The answer of this version, made now unless it is kept. `version` is read before what it is made from."""
        with self._lock:
            if version != self._version:
                self._kept.clear()
                self._version = version
            if key in self._kept:
                return self._kept[key]
        made = make()
        with self._lock:
            if version == self._version:
                self._kept[key] = made
                if len(self._kept) > MOST_KEPT:
                    del self._kept[next(iter(self._kept))]
        return made
