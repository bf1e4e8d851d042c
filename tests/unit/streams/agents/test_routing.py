"""The partitions of many keys at once."""

from hypothesis import given
from hypothesis import strategies as st

from paysignal.agents import routing
from paysignal.agents.routing import partitions_of
from paysignal.facts.partitioning import murmur2, partition_of


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=200))
def test_many_keys_are_hashed_as_each_alone(keys: list[bytes]) -> None:
    """Of any lengths and bytes, zeros at the end included."""
    assert [murmur2(key) for key in keys] == routing._murmur2(keys).tolist()


@given(st.lists(st.binary(max_size=9), max_size=100), st.integers(1, 2**31 - 1), st.booleans())
def test_many_keys_have_the_partitions_each_has_alone(keys: list[bytes], partitions: int, long: bool) -> None:  # noqa: FBT001 - drawn
    """Few or many, one too long for its neighbours among them, or none."""
    keys = [*keys, b"k" * 100_000] if long else keys

    assert [partition_of(key, partitions) for key in keys] == partitions_of(keys, partitions)
