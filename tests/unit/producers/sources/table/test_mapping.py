"""Mapping files: what they may say, and that a wrong one is told by line, field, rule and fix."""

import pytest

from paysignal.sources.errors import MappingError
from paysignal.sources.table.mapping import mapping_from

GOOD = """
fact = "claim"
[columns]
provider = "who"
market = "where"
measure = "what"
kind = "how"
value = "figure"
known_at = "when"
"period.end" = "until"
[constants]
"source.publisher" = "office"
"source.tier" = "official"
"""


def refusal(text: str) -> MappingError:
    """What the mapping is refused with."""
    with pytest.raises(MappingError) as caught:
        mapping_from(text, "m.toml")
    return caught.value


def test_a_good_mapping_is_read() -> None:
    """Columns and constants by field; what is not said is at its default."""
    mapping = mapping_from(GOOD, "m.toml")

    assert mapping.columns["value"] == "figure"
    assert mapping.constants["source.tier"] == "official"
    assert (mapping.format, mapping.delimiter, mapping.numbers.scale, mapping.dates.format) == ("csv", ",", "1", "iso")


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (GOOD.replace('value = "figure"', 'valeu = "figure"'), "m.toml:8", "valeu"),
        (GOOD.replace("[constants]", "[constant]"), "m.toml:11", "constant"),
        (GOOD.replace('fact = "claim"', 'fact = "clam"'), "m.toml:2", "clam"),
        (GOOD.replace('known_at = "when"\n', ""), "m.toml", "a claim needs known_at"),
        (GOOD.replace('"period.end" = "until"\n', ""), "m.toml", "period.end"),
        (
            GOOD.replace('"source.tier"', 'provider = "x"\n"source.tier"'),
            "m.toml:4",
            "comes from a column or is a constant",
        ),
        (GOOD + '[numbers]\nscale = "1e6"\n', "m.toml:15", "positive plain decimal"),
        (GOOD + '[numbers]\nscale = "0"\n', "m.toml:15", "positive plain decimal"),
        (GOOD + '[numbers]\ndecimal = ","\ngrouping = ","\n', "m.toml:16", "grouping"),
        ("delimiter = ';;'" + GOOD, "m.toml:1", "one character"),
        ("columns = 3", "m.toml:1", "object"),
        ("fact = ", "m.toml", "TOML"),
    ],
)
def test_a_wrong_mapping_is_told(text: str, place: str, told: str) -> None:
    """The error names the file, the line where one line is to blame, and the rule."""
    error = refusal(text)

    assert error.place == place
    assert told in str(error)


def test_increments_have_fields_of_their_own() -> None:
    """`at` and `event` belong to increments, `kind` to claims."""
    text = """
fact = "increment"
format = "jsonl"
columns = {event="e", provider="p", market="m", measure="w", value="v", at="t", publisher="s"}
"""
    assert mapping_from(text, "m.toml").fact == "increment"
    assert "kind" in str(refusal(text.replace('event="e"', 'event="e", kind="k"')))
