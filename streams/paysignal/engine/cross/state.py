"""The state of cross-sections: the latest pair of each series by each baseline, and what is told of them.

The same contract as the engine's other state: it depends on what it was given, not on how that was cut or ordered, and
restored from its blocks it behaves as if it had never been interrupted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from paysignal.engine.blocks import Block, StaleBlock
from paysignal.engine.cross.places import Place, places_of
from paysignal.engine.cross.readings import possible_keys, readings_of
from paysignal.engine.cross.sections import FEWEST_MEMBERS, Section, section_at
from paysignal.facts import wire
from paysignal.facts.errors import Malformed
from paysignal.facts.members import Member
from paysignal.facts.readings import Reading

#: Stands before the record's value in a block; another one is another form.
_FORM: Final = b"m1"

#: Places looked at together: their members are decoded, and their readings in memory.
_PLACES_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Readings of the sections that were touched, in the order of their places, and keys that have none any more."""

    readings: list[Reading]
    withdrawn: list[str]


class _Held(NamedTuple):
    """A member as its record had it, and where it may stand."""

    version: int
    value: bytes
    places: tuple[Place, ...]


@dataclass(slots=True)
class CrossState:
    """Members by key, as their records had them, and the places that each may stand in.

    A member replaces the one before it and is never added to it. `_shown` has the keys of the readings that each place
    has now; a place of restored members that nothing touched since is not among them.
    """

    _members: dict[str, _Held] = field(default_factory=dict)
    _at: dict[Place, list[str]] = field(default_factory=dict)
    _shown: dict[Place, frozenset[str]] = field(default_factory=dict)
    _unread: set[Place] = field(default_factory=set)  # restored, and not evaluated since
    _touched: set[Place] = field(default_factory=set)
    _changed: set[str] = field(default_factory=set)

    @classmethod
    def restored(cls, blocks: Iterable[Block]) -> "CrossState":
        """The state that wrote these blocks; raises `StaleBlock` for one of another form."""
        state = cls()
        for block in blocks:
            value = block.value or b""
            if not value.startswith(_FORM):
                raise StaleBlock(f"block {block.key} is not of the form {_FORM.decode()}")
            raw = value[len(_FORM) :]
            try:
                member = wire.decode_member(raw)
                state._enter(member.key, tuple(places_of(member.series, member.baseline)), member.version, raw)
            except Malformed as error:
                raise StaleBlock(f"block {block.key}: {error}") from error
        state._unread = set(state._at)
        return state

    def take(self, member: Member, raw: bytes) -> bool:
        """Puts a member, of these bytes, in the place of the one before; False where it is that one, or an older one.

        Of one version two may differ, by how a source is named: the one that comes last is kept.
        """
        key = member.key
        before = self._members.get(key)
        if before is not None and (member.version < before.version or raw == before.value):
            return False
        places = tuple(places_of(member.series, member.baseline)) if before is None else before.places
        if self._unread:
            self._read([place for place in places if place in self._unread])
        self._enter(key, places, member.version, raw)
        self._touched.update(places)
        self._changed.add(key)
        return True

    def changed_blocks(self) -> list[Block]:
        """The members that changed since the last call; the caller keeps them until they are committed."""
        blocks = [Block(key, _FORM + self._members[key].value) for key in sorted(self._changed)]
        self._changed.clear()
        return blocks

    def pass_over(self) -> None:
        """Forgets what changed: where nothing is stored, nobody asks."""
        self._changed.clear()

    @property
    def row_count(self) -> int:
        """How many blocks stand when all changed ones are stored."""
        return len(self._members)

    @property
    def held(self) -> int:
        """How many members are held."""
        return len(self._members)

    def evaluate(self) -> Evaluated:
        """What is said of the places touched since the last call, once, in their order."""
        return self._evaluated(sorted(self._touched), possible=False)

    def evaluate_caught_up(self) -> Evaluated:
        """As `evaluate`, where a former owner may have published more than this state tells.

        It may have told of a section between two records of which the second dissolved it, and died: every key that a
        touched place can have had and has no more is withdrawn.
        """
        return self._evaluated(sorted(self._touched), possible=True)

    def evaluate_all(self) -> Evaluated:
        """What is said of every place, and every key withdrawn that one can have had; called where nobody has told."""
        return self._evaluated(sorted(self._at), possible=True)

    def _enter(self, key: str, places: tuple[Place, ...], version: int, raw: bytes) -> None:
        if key not in self._members:
            for place in places:
                self._at.setdefault(place, []).append(key)
        self._members[key] = _Held(version, raw, places)

    def _read(self, places: Sequence[Place]) -> None:
        """Learns what restored places show, before anything changes them."""
        for place, told in self._told(places):
            self._shown[place] = frozenset(reading.key for reading in told)
            self._unread.discard(place)

    def _evaluated(self, places: Sequence[Place], *, possible: bool) -> Evaluated:
        readings, withdrawn = list[Reading](), set[str]()
        for place, told in self._told(places):
            now = frozenset(reading.key for reading in told)
            before = self._shown.get(place, frozenset())
            if possible and self._may_have_members(place):
                before |= frozenset(possible_keys(place, (each.series for each in self._members_at(place))))
            withdrawn |= before - now
            readings += told
            self._shown[place] = now
            self._unread.discard(place)
        self._touched.difference_update(places)
        return Evaluated(readings, sorted(withdrawn))

    def _told(self, places: Sequence[Place]) -> Iterator[tuple[Place, list[Reading]]]:
        """Each place with its readings; none where it has no section."""
        for start in range(0, len(places), _PLACES_AT_ONCE):
            some = places[start : start + _PLACES_AT_ONCE]
            sections = [section for place in some if (section := self._section_at(place)) is not None]
            told = {section.place: readings for section, readings in readings_of(sections)}
            yield from ((place, told.get(place, [])) for place in some)

    def _section_at(self, place: Place) -> Section | None:
        return section_at(place, self._members_at(place)) if self._may_have_members(place) else None

    def _may_have_members(self, place: Place) -> bool:
        """Whether there was ever a section: most places, such as a district over markets, have one series for good."""
        return len(self._at[place]) >= FEWEST_MEMBERS

    def _members_at(self, place: Place) -> Iterator[Member]:
        return (wire.decode_member(self._members[key].value) for key in self._at[place])
