"""Bodies made before, while what they were made from stays: many readers of one list cost no more than one."""

import gzip
import threading
from typing import Final, NamedTuple

#: A page of 1,000 readings is 1 MB.
MOST_BYTES: Final = 16_777_216


#: Under one packet gzip saves nothing.
_SMALLEST_GZIP: Final = 1_400
#: It is done once for all readers of a list.
_GZIP_LEVEL: Final = 6


class Body(NamedTuple):
    """What is sent: bytes (zipped too, where that is done once for many), their type, ETag, and the next cursor."""

    content: bytes
    kind: str
    tag: str
    next: str | None
    zipped: bytes | None = None


def zipped(body: Body) -> Body:
    """The same with its bytes zipped, where that saves something."""
    if len(body.content) < _SMALLEST_GZIP:
        return body
    return body._replace(zipped=gzip.compress(body.content, _GZIP_LEVEL, mtime=0))


def _size(body: Body | None) -> int:
    return 0 if body is None else len(body.content) + len(body.zipped or b"")


class Bodies:
    """The bodies asked for last, at most `MOST_BYTES` of them, of one version; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, ...], Body] = {}
        self._version = -1
        self._size = 0

    def get(self, version: int, asked: tuple[str, ...]) -> Body | None:
        """The body for this question, where one of this version is kept."""
        with self._lock:
            return self._kept.get(asked) if version == self._version else None

    def keep(self, version: int, asked: tuple[str, ...], body: Body) -> None:
        """Keep it; those of another version are let go."""
        with self._lock:
            if version != self._version:
                self._kept, self._version, self._size = {}, version, 0
            old = self._kept.pop(asked, None)
            self._size += _size(body) - _size(old)
            self._kept[asked] = body
            while self._size > MOST_BYTES:
                gone = self._kept.pop(next(iter(self._kept)))
                self._size -= _size(gone)
