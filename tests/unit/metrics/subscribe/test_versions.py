"""The version rule of subscribers."""

from collections.abc import Callable
from random import Random

import pytest

from paysignal.subscribe.versions import Versions


def test_only_what_is_newer_stands() -> None:
    """The same again, and what is older, is left out; each key has a version of its own."""
    versions = Versions()
    seen = [("a", 1), ("a", 1), ("b", 1), ("a", 3), ("a", 2), ("b", 2)]
    assert [versions.newer(key, version, b"") for key, version in seen] == [True, False, True, True, False, True]


def test_of_alerts_the_same_version_may_say_something_else() -> None:
    """One that is resolved by time has the version of the reading that made it fire; sent again it is left out."""
    versions = Versions(same_again=True)
    seen = [(2, b"firing"), (2, b"firing"), (2, b"resolved"), (1, b"firing"), (2, b"resolved"), (3, b"resolved")]
    assert [versions.newer("a", version, raw) for version, raw in seen] == [True, False, True, False, False, True]


def test_memory_is_bounded_and_what_is_forgotten_is_counted() -> None:
    """The key seen longest ago goes."""
    versions = Versions(2)
    assert [versions.newer(key, 1, b"") for key in "abcab"] == [True, True, True, True, True]
    assert (len(versions), versions.forgotten) == (2, 3)


@pytest.mark.parametrize("again", [lambda _: 0, lambda random: random.randint(1, 5)], ids=["once", "repeated"])
def test_whatever_is_sent_again_the_last_one_is_the_newest(again: Callable[[Random], int]) -> None:
    """Any prefix may be repeated from anywhere: versions only rise, and the newest is delivered once."""
    for seed in range(50):
        random, versions = Random(seed), Versions()
        sent = [version for version in range(20) for _ in range(1 + again(random))]
        for _ in range(again(random)):
            sent[random.randrange(20) :] = [*range(random.randrange(20), 20)]
        delivered = [version for version in sent if versions.newer("a", version, b"")]
        assert delivered == sorted(set(delivered))
        assert delivered[-1] == max(sent)
