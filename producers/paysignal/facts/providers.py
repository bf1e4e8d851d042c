"""Providers: who the figures are about.

`providers.json` is the alias file. A provider it does not know is still a provider (a slug), with no type and hence in
no cross-section, until a line is added.
"""

from enum import StrEnum
from functools import lru_cache
from importlib import resources

import msgspec

from paysignal.facts.markets import checked_market
from paysignal.facts.slugs import Slug, checked_slug

ALL = "all"  #: a country's total


class ProviderType(StrEnum):
    """What a provider is; cross-sections stay within one type."""

    FIRM = "firm"
    APP = "app"
    RAIL = "rail"
    NATIONAL = "national"


class Provider(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One entry of the alias file; `home` is its market, `parent` the slug of the provider that it is part of.

    `abroad` says that it works in several markets, so that its whole is the world; `mixed` that payments are only a
    part of its business (a bank, a telecom, a shop), so that its bare revenue or customers are no payment facts.

    Raises `Refused` when one of these is not what it should be.
    """

    slug: Slug
    name: str
    type: ProviderType
    home: str
    aliases: tuple[str, ...] = ()
    parent: Slug | None = None
    abroad: bool = False
    mixed: bool = False

    def __post_init__(self) -> None:
        checked_slug("slug", self.slug)
        checked_market(self.home)
        if self.parent is not None:
            checked_slug("parent", self.parent)


@lru_cache(maxsize=1)
def providers() -> dict[str, Provider]:
    """Every provider of the alias file by slug, read once; raises `ValueError` when two entries share a slug."""
    raw = resources.files("paysignal.facts").joinpath("providers.json").read_bytes()
    entries = msgspec.json.decode(raw, type=list[Provider])
    by_slug = {entry.slug: entry for entry in entries}
    if len(by_slug) != len(entries):
        raise ValueError("providers.json names a slug twice; merge the entries")
    return by_slug


def provider_name(slug: str) -> str:
    """The name people know the provider by; the slug itself when the alias file does not know it."""
    known = providers().get(slug)
    return known.name if known else slug
