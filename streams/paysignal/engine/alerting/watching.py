"""Watching: what is remembered of every key that some rule asks for, bounded, and as blocks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from paysignal.engine.alerting.judging import Seen, Standing
from paysignal.engine.blocks import Block, StaleBlock

#: Raised when what a block holds changes its meaning.
_FORM: Final = b"\x01"

#: The block of the partition's own numbers; no key of a reading is without `|`.
_OWN: Final = "watch"

#: At some 600 bytes each 30 MB a partition.
MOST_WATCHED: Final = 50_000


class Watched(msgspec.Struct, array_like=True):
    """One key: the version last seen, the reading (None: withdrawn), and how each rule stands that is not idle."""

    version: int
    seen: Seen | None
    standings: dict[str, Standing]


class Own(msgspec.Struct, frozen=True, array_like=True):
    """The latest sending time of the partition in microseconds, and the rules that its keys were last judged by."""

    now_us: int = 0
    rules: str = ""


_WATCHED = msgspec.msgpack.Decoder(Watched)
_OWNED = msgspec.msgpack.Decoder(Own)


@dataclass(slots=True)
class State:
    """What alerting knows of one partition of the readings topic; `step` changes it.

    Keys at which no rule stands are forgotten from the one unheard of for longest, when there are more than `most`;
    what is told, counted or kept quiet never is.
    """

    most: int = MOST_WATCHED
    own: Own = Own()  # noqa: RUF009 - frozen
    #: When what is told grows too old: heap of (sending time, key, rule). None: to be made anew.
    deadlines: list[tuple[int, str, str]] | None = None
    _idle: dict[str, Watched] = field(default_factory=dict)
    _busy: dict[str, Watched] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    _stored: set[str] = field(default_factory=set)

    @classmethod
    def restored(cls, blocks: Mapping[str, bytes], most: int = MOST_WATCHED) -> "State":
        """The state that wrote these blocks; raises `StaleBlock` for one of another form."""
        state = cls(most)
        for key, value in sorted(blocks.items()):
            if not value.startswith(_FORM):
                raise StaleBlock(f"{key}: alerting's block of form {value[:1]!r}, this is {_FORM!r}; rebuild it")
            if key == _OWN:
                state.own = _OWNED.decode(value[1:])
            else:
                watched = _WATCHED.decode(value[1:])
                (state._busy if watched.standings else state._idle)[key] = watched
            state._stored.add(key)
        return state

    def changed_blocks(self) -> list[Block]:
        """The blocks that changed since the last call; the caller keeps them until they are committed."""
        blocks = [self._block(key) for key in sorted(self._changed)]
        self._changed.clear()
        return [block for block in blocks if block is not None]

    def pass_over(self) -> None:
        """Keeps nothing only to store it; called by those who store nothing."""
        self._changed.clear()

    @property
    def row_count(self) -> int:
        """How many blocks stand when all changed ones are stored."""
        return len(self._idle) + len(self._busy) + (self.own != Own())

    @property
    def held(self) -> int:
        """How many keys are watched."""
        return len(self._idle) + len(self._busy)

    def busy(self) -> Iterator[tuple[str, Watched]]:
        """The keys at which some rule stands."""
        return iter(self._busy.items())

    def items(self) -> Iterator[tuple[str, Watched]]:
        """Every watched key in the order of the keys; safe against changes meanwhile."""
        return iter(sorted([*self._idle.items(), *self._busy.items()], key=lambda item: item[0]))

    def of(self, key: str) -> Watched | None:
        """What is remembered of a key."""
        return self._busy.get(key) or self._idle.get(key)

    def put(self, key: str, watched: Watched) -> bool:
        """Remembers it; False, and nothing is changed, where a new key finds no room."""
        if self.of(key) is None and self.held >= self.most and not self._make_room():
            return False
        self._idle.pop(key, None)
        self._busy.pop(key, None)
        (self._busy if watched.standings else self._idle)[key] = watched
        self._changed.add(key)
        return True

    def drop(self, key: str) -> None:
        """Forgets a key."""
        for held in (self._idle, self._busy):
            if held.pop(key, None) is not None:
                self._changed.add(key)

    def move_on(self, now_us: int, rules: str) -> None:
        """The partition's own numbers from here on."""
        if self.own != (own := Own(now_us, rules)):
            self.own = own
            self._changed.add(_OWN)

    def _make_room(self) -> bool:
        if not self._idle:
            return False
        self.drop(next(iter(self._idle)))
        return True

    def _block(self, key: str) -> Block | None:
        """The block of a key; None for one that was never stored and is gone again."""
        value = self.own if key == _OWN else self.of(key)
        if value is not None:
            self._stored.add(key)
            return Block(key, _FORM + msgspec.msgpack.encode(value))
        if key not in self._stored:
            return None
        self._stored.discard(key)
        return Block(key, None)
