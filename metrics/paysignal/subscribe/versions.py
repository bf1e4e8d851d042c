"""The version rule: of one key a record stands when it is newer than the last one seen. Pure.

A worker that takes over sends again what its predecessor sent, and one that was frozen may send what is old by then; a
subscriber sees neither.
"""

import hashlib
from typing import Final, NamedTuple

#: 100 to 200 bytes each.
MOST_KEYS: Final = 1_000_000


class _Seen(NamedTuple):
    version: int
    digest: bytes


class Versions:
    """The last version of each key, of at most `most` keys; beyond that the one seen longest ago is forgotten.

    A forgotten key begins anew: an old record of it would pass, which is counted in `forgotten`. With `same_again` a
    record of the last version stands too, unless it says the very same (alerts end at the version they began with).
    """

    def __init__(self, most: int = MOST_KEYS, *, same_again: bool = False) -> None:
        self._most = most
        self._same_again = same_again
        self._seen: dict[str, _Seen] = {}
        self.forgotten = 0

    def __len__(self) -> int:
        return len(self._seen)

    def newer(self, identity: str, version: int, raw: bytes) -> bool:
        """Whether the record stands; it is then the last one seen."""
        last = self._seen.get(identity)
        digest = hashlib.blake2b(raw, digest_size=8).digest() if self._same_again else b""
        if last is not None and not self._stands(last, version, digest):
            return False
        self._seen.pop(identity, None)
        self._seen[identity] = _Seen(version, digest)
        if len(self._seen) > self._most:
            del self._seen[next(iter(self._seen))]
            self.forgotten += 1
        return True

    def _stands(self, last: _Seen, version: int, digest: bytes) -> bool:
        return version > last.version or (self._same_again and version == last.version and digest != last.digest)
