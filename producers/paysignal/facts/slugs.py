"""Slugs: the names of providers, publishers and segments, safe in keys, labels and file names."""

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

from paysignal.facts.errors import Refused
from paysignal.facts.texts import form

#: No `|` (it joins keys), no `"` or newline (they need escaping in labels); 64 characters bound keys and labels.
SLUG_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z"
SLUG_LENGTH = 64

_SLUG = re.compile(SLUG_PATTERN)

_DESCRIPTION = "Lower-case letters and digits, joined by single hyphens."

Slug = Annotated[str, form(_DESCRIPTION, pattern=SLUG_PATTERN, maxLength=SLUG_LENGTH)]
SlugOrEmpty = Annotated[str, form(_DESCRIPTION, pattern=rf"{SLUG_PATTERN}|^\Z", maxLength=SLUG_LENGTH)]


def checked_slug(field: str, value: str, *, empty: bool = False) -> str:
    """`value` when it is a slug (or empty, where `empty` allows that); raises `Refused` otherwise."""
    if (empty and value == "") or (len(value) <= SLUG_LENGTH and _is_slug(value)):
        return value
    raise Refused(
        field,
        value,
        f"a slug is lower-case letters, digits and single hyphens, at most {SLUG_LENGTH}",
        "write it like 'google-pay'",
    )


@lru_cache(maxsize=65_536)
def _is_slug(value: str) -> bool:
    return _SLUG.match(value) is not None


def slug_of(name: str) -> str:
    """The slug made of any name; raises `Refused` when no letter or digit of ASCII is left.

    Lower case, accents dropped ("Perú" is peru), runs of anything else become one hyphen.
    """
    plain = "".join(each for each in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(each))
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:SLUG_LENGTH].strip("-")
    return checked_slug("name", slug)
