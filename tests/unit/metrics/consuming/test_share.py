"""Shares of partitions."""

import pytest

from paysignal.consuming.share import WHOLE, Share, share_of


@pytest.mark.parametrize("of", [1, 2, 3, 7, 16])
def test_every_partition_is_in_one_share(of: int) -> None:
    """Whatever the numbers of partitions and shares are."""
    shares = [share_of(f"{number}/{of}") for number in range(1, of + 1)]

    for partition in range(20):
        assert [partition % of + 1] == [share.number for share in shares if share.has(partition)]


def test_one_alone_has_all() -> None:
    """As it is unless told otherwise."""
    assert WHOLE == share_of("1/1") == Share()
    assert all(WHOLE.has(partition) for partition in range(100))


@pytest.mark.parametrize("text", ["", "0/1", "2/1", "1", "1/0", "-1/2", "1/2/3", "a/b", "1 / 2", "01/2", "1/99999"])
def test_anything_else_is_refused_with_the_rule(text: str) -> None:
    """And how it is written."""
    with pytest.raises(ValueError, match="2/3"):
        share_of(text)
