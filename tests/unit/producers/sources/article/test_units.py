"""Forms of figures: a table of several hundred, each with what it says."""

import csv
from pathlib import Path

import pytest

from paysignal.sources.article.bounds import bound_of
from tests.tools.scenes import scene

TABLE = Path(__file__).with_name("units.tsv")


def cases() -> list[dict[str, str]]:
    """The table: text, value, form, currency, bound."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_table_is_as_large_as_it_should_be() -> None:
    """At least 400 forms, no text twice."""
    assert len({case["text"] for case in cases()}) == len(cases()) >= 400


@pytest.mark.parametrize("part", range(8))
def test_every_form_is_read(part: int) -> None:
    """Value, form, currency and bound of each: none wrong, none missed, none besides."""
    wrong = []
    for case in cases()[part::8]:
        seen = scene(case["text"])
        found = [
            (f"{one.value:.12g}", one.form.value, one.currency, bound_of(seen, one)[0].value) for one in seen.figures
        ]
        if found != [(f"{float(case['value']):.12g}", case["form"], case["currency"], case["bound"])]:
            wrong.append((case, found))

    assert wrong == []


def test_every_span_says_what_was_read() -> None:
    """The span of a figure, read by itself, is the same figure: nothing of it stands outside, nothing else inside."""
    wrong = []
    for case in cases():
        seen = scene(case["text"])
        for one in seen.figures:
            again = scene(seen.tokens.between(one.start, one.end)).figures
            if [(each.value, each.form, each.currency) for each in again] != [(one.value, one.form, one.currency)]:
                wrong.append((case["text"], seen.tokens.between(one.start, one.end)))

    assert wrong == []
