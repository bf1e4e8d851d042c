"""Providers: the alias file holds together."""

from collections import Counter

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.providers import ALL, Provider, ProviderType, provider_name, providers


def test_every_parent_is_a_provider() -> None:
    """And nobody is their own ancestor."""
    for entry in providers().values():
        seen = {entry.slug}
        parent = entry.parent
        while parent is not None:
            assert parent in providers(), f"{entry.slug} has the unknown parent {parent}"
            assert parent not in seen, f"{entry.slug} is its own ancestor"
            seen.add(parent)
            parent = providers()[parent].parent


def test_a_name_or_alias_means_one_provider() -> None:
    """Whatever its case; otherwise a text that says it could be about either."""
    said = Counter(
        text for entry in providers().values() for text in {each.casefold() for each in (entry.name, *entry.aliases)}
    )
    assert [text for text, count in said.items() if count > 1] == []


def test_a_provider_is_known_by_its_name() -> None:
    """A slug that the file does not know is its own name, and still a provider."""
    assert provider_name("alipay") == "Alipay"
    assert provider_name("never-heard-of") == "never-heard-of"


@pytest.mark.parametrize(
    ("slug", "home", "parent"), [("Ali Pay", "CN", None), ("alipay", "china", None), ("alipay", "CN", "Ant Financial")]
)
def test_an_entry_that_can_not_be_is_refused(slug: str, home: str, parent: str | None) -> None:
    """A slug, a market, a slug."""
    with pytest.raises(Refused):
        Provider(slug, "Alipay", ProviderType.APP, home, parent=parent)


def test_all_is_a_countrys_total() -> None:
    """A word of the vocabulary, the same as in the data."""
    assert ALL == "all"
