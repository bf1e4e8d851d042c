"""Slugs: safe names."""

import pytest

from paysignal.facts.errors import Refused
from paysignal.facts.slugs import SLUG_LENGTH, checked_slug, slug_of


@pytest.mark.parametrize("slug", ["a", "upi", "google-pay", "3", "m-pesa-2", "a" * SLUG_LENGTH])
def test_a_slug_is_itself(slug: str) -> None:
    """Lower-case letters, digits, single hyphens."""
    assert checked_slug("provider", slug) == slug


@pytest.mark.parametrize(
    "text",
    [
        "",
        "UPI",
        "-a",
        "a-",
        "a--b",
        "a b",
        "a|b",
        'a"b',
        "a\n",
        "\u00e9",
        "\u0661",
        "a_b",
        "a" * (SLUG_LENGTH + 1),
        "a\x1f",
    ],
)
def test_what_is_no_slug_is_refused(text: str) -> None:
    """Nothing that joins keys, needs escaping in a label, or is longer than a label should be."""
    with pytest.raises(Refused, match=r"^provider .*write it like 'google-pay'"):
        checked_slug("provider", text)


def test_empty_is_a_slug_only_where_that_is_asked_for() -> None:
    """A segment may be empty, a provider not."""
    assert checked_slug("segment", "", empty=True) == ""
    with pytest.raises(Refused):
        checked_slug("segment", "-", empty=True)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Google Pay", "google-pay"),
        ("M-PESA", "m-pesa"),
        ("  Business   Standard ", "business-standard"),
        ("Yape (Perú)", "yape-peru"),
        ("São João Pagamentos", "sao-joao-pagamentos"),
        ("7-Eleven!", "7-eleven"),
        ("x" * 63 + " y", "x" * 63),  # no hyphen left at the cut
    ],
)
def test_a_name_has_a_slug(name: str, slug: str) -> None:
    """Accents are dropped, all else between letters and digits is one hyphen."""
    assert slug_of(name) == slug


@pytest.mark.parametrize("name", ["", "!?", "支付宝"])
def test_a_name_without_a_letter_of_ascii_is_refused(name: str) -> None:
    """Nothing is made up for it."""
    with pytest.raises(Refused):
        slug_of(name)
