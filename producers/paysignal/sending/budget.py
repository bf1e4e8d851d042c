"""A bound on records and bytes in flight, because kafka-python's own buffer has none."""

import threading


class Budget:
    """Counts what was taken and not yet given back, and makes takers wait at the bound.

    Safe between threads: the sender takes, kafka-python's network thread gives back.
    """

    def __init__(self, records: int, size: int) -> None:
        self._most_records = records
        self.most_bytes = size
        self._records = 0
        self._bytes = 0
        self._given_back = 0
        self._changed = threading.Condition()

    def take(self, size: int, seconds: float) -> bool:
        """Take one record of `size` bytes; waits while there is no room.

        False when nothing was given back for `seconds`: a slow broker only slows, a dead one is told. A record larger
        than the whole budget is let through when nothing else is in flight, so that it can not wait for ever.
        """
        with self._changed:
            while not self._fits(size):
                if not self._something_comes_back(seconds):
                    return False
            self._records += 1
            self._bytes += size
            return True

    def give_back(self, size: int) -> None:
        """Give back one record of `size` bytes: it was acknowledged, or failed."""
        with self._changed:
            self._records -= 1
            self._bytes -= size
            self._given_back += 1
            self._changed.notify_all()

    def wait_until_empty(self, seconds: float) -> bool:
        """Wait until nothing is in flight; False when nothing was given back for `seconds` before that."""
        with self._changed:
            while self._records:
                if not self._something_comes_back(seconds):
                    return False
            return True

    @property
    def records(self) -> int:
        """Records in flight."""
        return self._records

    @property
    def bytes(self) -> int:
        """Bytes in flight: keys, values and headers."""
        return self._bytes

    def _something_comes_back(self, seconds: float) -> bool:
        before = self._given_back
        return self._changed.wait_for(lambda: self._given_back != before, seconds)

    def _fits(self, size: int) -> bool:
        return not self._records or (self._records < self._most_records and self._bytes + size <= self.most_bytes)
