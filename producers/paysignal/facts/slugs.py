"""Slugs: the names of providers, publishers and segments, safe in keys, labels and file names."""

import re
from typing import Annotated

import msgspec

from paysignal.facts.errors import Refused

#: No `|` (it joins keys), no `"` or newline (they need escaping in labels); 64 characters bound keys and labels.
SLUG_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z"
SLUG_LENGTH = 64

_SLUG = re.compile(SLUG_PATTERN)

Slug = Annotated[str, msgspec.Meta(pattern=SLUG_PATTERN, max_length=SLUG_LENGTH)]
SlugOrEmpty = Annotated[str, msgspec.Meta(pattern=rf"{SLUG_PATTERN}|^\Z", max_length=SLUG_LENGTH)]


def checked_slug(field: str, value: str, *, empty: bool = False) -> str:
    """`value` when it is a slug (or empty, where `empty` allows that); raises `Refused` otherwise."""
    if (empty and value == "") or (len(value) <= SLUG_LENGTH and _SLUG.match(value)):
        return value
    raise Refused(
        field,
        value,
        f"a slug is lower-case letters, digits and single hyphens, at most {SLUG_LENGTH}",
        "write it like 'google-pay'",
    )


def slug_of(name: str) -> str:
    """The slug made of any name: lower case, runs of anything else become one hyphen; raises `Refused` when empty."""
    slug = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:SLUG_LENGTH].strip("-")
    return checked_slug("name", slug)
