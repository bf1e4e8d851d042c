"""Errors: value, rule, fix; never longer than a line."""

import pytest

from paysignal.facts.errors import QUOTED_CHARACTERS, Malformed, PaySignalError, Refused, quoted


def test_a_refusal_says_field_value_rule_and_fix() -> None:
    """In its text and as attributes; it is a ValueError, so that msgspec adds the place."""
    error = Refused("market", "in", "an ISO code", "write IN")
    assert str(error) == "market 'in': an ISO code; write IN"
    assert (error.field, error.value, error.rule, error.fix) == ("market", "in", "an ISO code", "write IN")
    assert isinstance(error, ValueError)
    assert isinstance(error, PaySignalError)


def test_malformed_says_reason_and_detail() -> None:
    """Both are attributes for the rejected topic."""
    error = Malformed("bad_json", "cut")
    assert str(error) == "bad_json: cut"
    assert (error.reason, error.detail) == ("bad_json", "cut")
    assert isinstance(error, PaySignalError)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x" * 10**6, id="text"),
        pytest.param(b"\xff" * 10**6, id="bytes"),
        pytest.param(list(range(10**5)), id="list"),
        pytest.param("\x00\ud800" * 10**5, id="unprintable"),
    ],
)
def test_a_large_value_is_cut(value: object) -> None:
    """A megabyte of hostile input makes no megabyte of log."""
    assert len(quoted(value)) == QUOTED_CHARACTERS + 1
    assert quoted(value).isprintable()


def test_a_value_that_python_will_not_write_is_named() -> None:
    """An integer of over 4,300 digits has no repr, a list in itself a short one."""
    assert quoted(10**5_000) == "<int too large to show>"
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert quoted(deep) == "<list too large to show>"
    while deep:  # taken apart by hand: freeing it in one go is deep as well
        deep = deep.pop()  # type: ignore[assignment]


def test_a_small_value_is_quoted_whole() -> None:
    """As Python writes it."""
    assert quoted("in") == "'in'"
    assert quoted(None) == "None"
    assert quoted("x" * (QUOTED_CHARACTERS - 2)) == "'" + "x" * (QUOTED_CHARACTERS - 2) + "'"
