"""Changes: a number that grows when what the views show has become another."""

import asyncio
from collections.abc import Callable
from typing import Final

#: Looking costs a pass over the readings when some changed; nobody sees more than four changes a second.
_LOOK_SECONDS: Final = 0.25

#: What is looked at. Objects stand for what they hold: the same object is the same state.
Inputs = Callable[[], tuple[object, ...]]


class Changes:
    """Numbers the states of `inputs`, from 1; used within one event loop, whose clock it reads."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._seen: tuple[object, ...] = ()
        self._number = 0
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def number(self) -> int:
        """The number of the state at most `_LOOK_SECONDS` ago; looks in a thread, once for all who ask meanwhile."""
        if asyncio.get_running_loop().time() - self._looked_at >= _LOOK_SECONDS:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            await asyncio.shield(self._looking)
        return self._number

    async def _look(self) -> None:
        inputs = await asyncio.to_thread(self._inputs)
        self._looked_at = asyncio.get_running_loop().time()
        if len(inputs) != len(self._seen) or any(
            not _same(old, new) for old, new in zip(self._seen, inputs, strict=True)
        ):
            self._seen = inputs
            self._number += 1


def _same(old: object, new: object) -> bool:
    """Numbers by what they are, all else by identity: to compare thirty thousand readings takes longer than to look."""
    return old == new if isinstance(new, int) else old is new
