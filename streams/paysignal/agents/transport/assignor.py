"""Assignor: partitions of one number, whatever their topic, go to one worker, and stay where they are if they can."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from aiokafka.cluster import ClusterMetadata
from aiokafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata

log = logging.getLogger(__name__)

_VERSION: Final = 0

#: No topic has more partitions; bounds what a foreign member can make us read.
_MOST_OWNED: Final = 10_000


class ByNumberAssignor(AbstractPartitionAssignor):  # type: ignore[misc]
    """Deals out numbers, not partitions: a series' claims and increments have the same key, and so the same number.

    Each member says what it owns when it joins, and keeps it up to its share: what moves has to be restored elsewhere.
    One for each consumer; aiokafka calls it.
    """

    name = "paysignal-by-number"

    def __init__(self) -> None:
        self._owned: tuple[int, ...] = ()

    def assign(
        self, cluster: ClusterMetadata, members: Mapping[str, ConsumerProtocolMemberMetadata]
    ) -> dict[str, ConsumerProtocolMemberAssignment]:
        """The assignment of every member; called on the member that leads the group."""
        counts = {
            topic: cluster.partitions_for_topic(topic) or frozenset()
            for topic in sorted({topic for member in members.values() for topic in member.subscription})
        }
        readers = {topic: tuple(sorted(_readers(topic, members))) for topic in counts}
        numbers = sorted({number for partitions in counts.values() for number in partitions})
        owned = {member: _owned(metadata.user_data) for member, metadata in members.items()}
        dealt = {those: deal(numbers, {member: owned[member] for member in those}) for those in {*readers.values()}}
        return {
            member: ConsumerProtocolMemberAssignment(
                _VERSION,
                [
                    (topic, theirs)
                    for topic, partitions in counts.items()
                    if member in readers[topic]
                    and (theirs := [number for number in dealt[readers[topic]][member] if number in partitions])
                ],
                b"",
            )
            for member in members
        }

    def metadata(self, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
        """What the member says of itself when it joins."""
        return ConsumerProtocolMemberMetadata(_VERSION, list(topics), ",".join(map(str, self._owned)).encode())

    def on_assignment(self, assignment: ConsumerProtocolMemberAssignment) -> None:
        """Notes what the member owns from now on."""
        self._owned = tuple(sorted({number for _, numbers in assignment.assignment for number in numbers}))


def _readers(topic: str, members: Mapping[str, ConsumerProtocolMemberMetadata]) -> list[str]:
    """Who reads a topic: its partitions are dealt out among them, and not all need to run the same stages."""
    return [member for member, metadata in members.items() if topic in metadata.subscription]


def deal(numbers: Sequence[int], owned: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """Shares out the numbers so that shares differ by one at most, and each member keeps as many of its own as it may.

    `owned` has every member; where two claim a number the one whose name sorts first has it.
    """
    least, more = divmod(len(numbers), len(owned))
    left, dealt = set(numbers), dict[str, list[int]]()
    for member in sorted(owned):
        claimed = [number for number in dict.fromkeys(owned[member]) if number in left]
        share = least + (1 if more and len(claimed) > least else 0)
        dealt[member] = claimed[:share]
        more -= share - least
        left.difference_update(dealt[member])
    for number in sorted(left):
        dealt[min(dealt, key=lambda member: (len(dealt[member]), member))].append(number)
    return {member: sorted(share) for member, share in dealt.items()}


def _owned(said: bytes | None) -> list[int]:
    """What a member says it owns; nothing, where that is not to be read."""
    try:
        numbers = [int(number) for number in (said or b"").split(b",", _MOST_OWNED) if number]
    except ValueError:
        log.warning("a member of the group does not tell what it owns: %.40r", said)
        return []
    return numbers
