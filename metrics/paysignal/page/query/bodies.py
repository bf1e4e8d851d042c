"""Bodies made before, while what they were made from stays: many readers of one list cost no more than one."""

import threading
from typing import Final, NamedTuple

#: A page of 1,000 readings is 1 MB.
MOST_BYTES: Final = 16_777_216


class Body(NamedTuple):
    """What is sent: bytes, their ETag, and the cursor of the next page."""

    content: bytes
    kind: str
    tag: str
    next: str | None


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
            self._size += len(body.content) - (len(old.content) if old is not None else 0)
            self._kept[asked] = body
            while self._size > MOST_BYTES:
                gone = self._kept.pop(next(iter(self._kept)))
                self._size -= len(gone.content)
