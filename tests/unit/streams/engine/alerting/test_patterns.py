"""Patterns: what they match, and that none takes for ever."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paysignal.engine.alerting.patterns import pattern_of
from paysignal.facts.errors import Refused

LONGEST = "a" * 72


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("alipay", "alipay", True),
        ("alipay", "alipay-hk", False),
        ("alipay*", "alipay-hk", True),
        ("IN-??", "IN-KA", True),
        ("IN-??", "IN-KAR", False),
        ("a.b", "aXb", False),
        ("", "", True),
        ("", "x", False),
        ("~IN(-[A-Z]{2})?", "IN", True),
        ("~IN(-[A-Z]{2})?", "IN-KA", True),
        ("~IN|BR|RU", "BR", True),
        ("~IN|BR|RU", "BRA", False),
        ("~(?:google|apple)-pay", "apple-pay", True),
        ("~[^a]x+", "bxx", True),
        (r"~a\.b", "a.b", True),
        ("~", "", True),
    ],
)
def test_a_pattern_matches_the_whole_value(text: str, value: str, *, expected: bool) -> None:
    """Globs as in a shell, regular expressions behind a tilde; both from end to end."""
    assert expected is pattern_of(text).matches(value)


@pytest.mark.parametrize(
    "text",
    [
        "~(a+)+b",
        "~(a|a)*",
        "~(a{1,9}){2}",
        "~a*a*a*a*b",
        "~" + "(a|a)" * 30,
        "~" + "a?" * 30 + "a" * 30,
        "~" + "(" * 60 + ")" * 60,
        "*a*a*a*a*",
        "~a*+",
        "~a**",
        r"~(a)\1",
        "~(?=a)",
        "~(?P<x>a)",
        "~(?i)a",
        "~^a$",
        "~a{3,1}",
        "~(a",
        "~a)",
        "~[a",
        r"~\d",
        "~a{",
        "~*",
        "x" * 201,
        "~é",
    ],
)
def test_what_may_take_for_ever_or_is_not_read_alike_is_refused(text: str) -> None:
    """Nested and many repetitions, choices without end, look-ahead, references, flags, anchors, broken brackets."""
    with pytest.raises(Refused, match="match"):
        pattern_of(text)


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab-[](){}|?*+.,19^~"), max_size=40))
def test_no_pattern_that_is_taken_is_slow(text: str) -> None:
    """Whatever is accepted compiles, and answers on the worst of long values within a tenth of a second of CPU."""
    try:
        pattern = pattern_of("~" + text)
    except Refused:
        return
    began = time.process_time()
    for value in (LONGEST, LONGEST[:-1] + "!", "ab" * 36, "-" * 72):
        pattern.matches(value)
    assert time.process_time() - began < 0.4


@given(st.text(st.sampled_from("ab-.*?"), max_size=12), st.text(st.sampled_from("ab-."), max_size=8))
def test_a_glob_is_what_its_letters_say(text: str, value: str) -> None:
    """Against a plain definition: a star is any characters, a question mark one, all else itself."""
    if text.count("*") > 3:
        return
    plain = "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in text)
    assert (re.fullmatch(plain, value) is not None) is pattern_of(text).matches(value)
