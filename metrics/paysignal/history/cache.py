"""Answers kept while nothing changed."""

import threading
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Answer = TypeVar("_Answer")

#: Questions come in runs: a page and its reloads, a page and its API.
MOST_KEPT: Final = 64


class Cache(Generic[_Key, _Answer]):
    """The answers asked for last, each good for one version of what it was made from; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[_Key, tuple[int, _Answer]] = {}

    def get(self, version: int, key: _Key, make: Callable[[], _Answer]) -> _Answer:
        """The answer of this version, made now unless it is kept. `version` is read before what it is made from."""
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is not None and kept[0] == version:
                self._kept[key] = kept  # the newest again
                return kept[1]
        made = make()
        with self._lock:
            self._kept[key] = version, made
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return made
