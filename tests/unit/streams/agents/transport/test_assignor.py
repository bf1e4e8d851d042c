"""The assignor: one number, one worker, evenly, and moved as little as can be."""

from collections import Counter

from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata
from hypothesis import given
from hypothesis import strategies as st

from paysignal.agents.transport.assignor import ByNumberAssignor, deal

TOPICS = {"facts": frozenset(range(8)), "increments": frozenset(range(8)), "wide": frozenset(range(12))}


class Cluster:
    """What an assignor asks of aiokafka's metadata."""

    def partitions_for_topic(self, topic: str) -> frozenset[int] | None:
        """None where the topic is unknown."""
        return TOPICS.get(topic)


def dealt(**members: ConsumerProtocolMemberMetadata) -> dict[str, set[tuple[str, int]]]:
    """Each member's partitions."""
    answer = ByNumberAssignor().assign(Cluster(), members)
    return {
        name: {(topic, number) for topic, numbers in one.assignment for number in numbers}
        for name, one in answer.items()
    }


def member(*topics: str, owns: bytes | None = b"") -> ConsumerProtocolMemberMetadata:
    """What a member says when it joins."""
    return ConsumerProtocolMemberMetadata(0, list(topics), owns)


_MEMBERS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3), st.lists(st.integers(-1, 20)), min_size=1, max_size=12
)


@given(st.integers(0, 20), _MEMBERS)
def test_every_number_has_one_owner_and_shares_differ_by_one_at_most(count: int, owned: dict[str, list[int]]) -> None:
    """Whatever members claim to own; more members than numbers leave some with none."""
    shares = deal(range(count), owned)

    assert owned.keys() == shares.keys()
    assert list(range(count)) == sorted(number for share in shares.values() for number in share)
    sizes = [len(share) for share in shares.values()]
    assert max(sizes) - min(sizes) <= 1


@given(st.integers(1, 20), st.integers(1, 8))
def test_who_joins_takes_its_share_and_nothing_else_moves(count: int, members: int) -> None:
    """The others keep what they had but for the share of the new one; when it goes, it all comes back to them."""
    before = deal(range(count), {f"m{number}": [] for number in range(members)})
    joined = deal(range(count), {**before, "new": []})
    left = deal(range(count), {name: share for name, share in joined.items() if name != "new"})

    assert all(set(joined[name]) <= set(share) for name, share in before.items())
    assert all(set(joined[name]) <= set(left[name]) for name in left)
    assert len(joined["new"]) <= count // (members + 1) + 1


def test_partitions_of_one_number_go_to_one_member_whatever_their_topic() -> None:
    """A series' claims and increments have the same key: one worker has both."""
    shares = dealt(a=member("facts", "increments"), b=member("facts", "increments"))
    numbers = {
        name: {topic: {n for t, n in share if t == topic} for topic in ("facts", "increments")}
        for name, share in shares.items()
    }

    for each in numbers.values():
        assert each["facts"] == each["increments"]
        assert 4 == len(each["facts"])


def test_a_topic_with_more_partitions_or_none_is_no_obstacle() -> None:
    """Each partition that is there has one owner; a topic that is unknown yet has none."""
    shares = dealt(a=member("facts", "wide", "unknown"), b=member("facts", "wide"))
    owners = Counter(partition for share in shares.values() for partition in share)

    assert Counter({(topic, number): 1 for topic in ("facts", "wide") for number in TOPICS[topic]}) == owners


def test_a_topic_that_some_members_read_is_dealt_out_among_them() -> None:
    """While workers of two versions run, or not all run every stage, no partition is left to one that reads it not."""
    shares = dealt(a=member("facts"), b=member("facts", "wide"), c=member("facts", "wide"))
    owners = Counter(partition for share in shares.values() for partition in share)

    assert Counter({(topic, number): 1 for topic in ("facts", "wide") for number in TOPICS[topic]}) == owners
    assert [{"facts"}, {"facts", "wide"}, {"facts", "wide"}] == [
        {topic for topic, _ in shares[name]} for name in ("a", "b", "c")
    ]


def test_members_say_what_they_own_and_keep_it() -> None:
    """What was assigned is told at the next join, and stays."""
    first = ByNumberAssignor()
    assert b"" == first.metadata(["facts"]).user_data
    first.on_assignment(ByNumberAssignor().assign(Cluster(), {"z": member("facts"), "a": member("facts")})["z"])
    says = first.metadata(["facts"])

    assert b"1,3,5,7" == says.user_data
    assert {("facts", number) for number in (1, 3, 5, 7)} == dealt(a=member("facts"), b=says)["b"]


def test_what_a_foreign_member_says_stops_nothing() -> None:
    """No bytes, other bytes, too many: it is taken to own nothing."""
    for said in (None, b"\xff\x00{", b"1,x", b"9999999999", b"1," * 100_000):
        shares = dealt(a=member("facts", owns=said), b=member("facts"))

        assert {4} == {len(share) for share in shares.values()}
