"""Lines: which rows belong to which series, and which series to which provider."""

from array import array
from collections.abc import Iterable, Iterator
from typing import Final

from paysignal.facts.periods import Grain
from paysignal.facts.series import SEPARATOR

#: Where the grain stands in a series' key.
_SERIES_PARTS: Final = 7
_GRAIN: Final = 4


class Lines:
    """Series by number, with their rows. A series without rows is forgotten, and its number given to the next one."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._keys: list[str] = []
        self._rows: list[array[int]] = []
        self._free: list[int] = []
        self._of_provider: dict[str, set[int]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def number_of(self, series_key: str) -> int:
        """The number of the series, a new one where it is not known yet."""
        number = self._numbers.get(series_key)
        if number is None:
            number = self._numbers[series_key] = self._new(series_key)
            self._of_provider.setdefault(provider_in(series_key), set()).add(number)
        return number

    def add(self, number: int, row: int) -> None:
        """A row of the series."""
        self._rows[number].append(row)

    def remove(self, number: int, row: int) -> None:
        """The row is no longer one of the series."""
        self._rows[number].remove(row)
        if not self._rows[number]:
            key = self._keys[number]
            del self._numbers[key]
            self._forget(provider_in(key), number)
            self._free.append(number)

    def rows_of(self, series_key: str) -> list[int]:
        """The rows of a series; none of one that is not known."""
        number = self._numbers.get(series_key)
        return [] if number is None else list(self._rows[number])

    def rows_of_provider(self, provider: str) -> list[int]:
        """The rows of all series of a provider."""
        return [row for number in self._of_provider.get(provider, ()) for row in self._rows[number]]

    def keys_of(self, provider: str) -> tuple[str, ...]:
        """The keys of a provider's series, sorted."""
        return tuple(sorted(self._keys[number] for number in self._of_provider.get(provider, ())))

    def key_of(self, number: int) -> str:
        """The key of the series of that number."""
        return self._keys[number]

    def knows(self, provider: str) -> bool:
        """Whether the provider has a series."""
        return provider in self._of_provider

    def providers(self) -> Iterable[str]:
        """Whoever has a series."""
        return self._of_provider.keys()

    def _new(self, series_key: str) -> int:
        if self._free:
            number = self._free.pop()
            self._keys[number] = series_key
            return number
        self._keys.append(series_key)
        self._rows.append(array("i"))
        return len(self._keys) - 1

    def _forget(self, provider: str, number: int) -> None:
        numbers = self._of_provider[provider]
        numbers.remove(number)
        if not numbers:
            del self._of_provider[provider]


def provider_in(series_key: str) -> str:
    """The provider that a series' key, or anything that begins like one, begins with."""
    return series_key.partition(SEPARATOR)[0]


def grains_of(series_key: str) -> Iterator[str]:
    """The keys of the series in each grain, its own among them; itself alone where it is no key of a series."""
    parts = series_key.split(SEPARATOR)
    if len(parts) != _SERIES_PARTS:
        yield series_key
        return
    for grain in Grain:
        parts[_GRAIN] = grain
        yield SEPARATOR.join(parts)


def line_of(series_key: str) -> str:
    """One key for all grains of a series."""
    return next(grains_of(series_key))
