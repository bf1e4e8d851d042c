"""The samples: the table parses to the last row, the stream is what it says."""

import datetime as dt
from collections import Counter

import pytest

from paysignal import samples
from paysignal.facts.claims import Claim
from paysignal.facts.providers import providers
from paysignal.facts.wire import decode_fact, encode
from paysignal.samples import synthetic
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.parse import parse_table

END = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def rows() -> list[Claim]:
    """Every outcome of the shipped table; a rejected row fails here with its reason."""
    mapping = mapping_from(samples.facts_mapping(), "facts.toml")
    outcomes = list(parse_table(samples.facts_csv().splitlines(keepends=True), mapping, "facts.csv"))
    assert [one for one in outcomes if not isinstance(one, Claim)] == []
    return [one for one in outcomes if isinstance(one, Claim)]


def test_all_rows_of_the_table_are_claims(rows: list[Claim]) -> None:
    """1,794 rows, 1,794 claims, each with the id of its row as reference."""
    assert len(rows) == 1_794
    assert [row.source.ref for row in rows[:2]] == ["F0001", "F0002"]


def test_every_claim_survives_the_wire(rows: list[Claim]) -> None:
    """What is sent is what was read."""
    assert all(decode_fact(encode(row)) == row for row in rows)


def test_steps_come_from_the_printed_digits(rows: list[Claim]) -> None:
    """417000000000 has a step of a billion, 0.673 of a thousandth, 50 of ten."""
    steps = {row.source.ref: row.step for row in rows}

    assert (steps["F0002"], steps["F0110"], steps["F0114"]) == (1e9, 0.001, 10.0)


def test_every_provider_of_the_table_is_in_the_alias_file(rows: list[Claim]) -> None:
    """So every provider has a type, and `all`, the country's total, has no entry."""
    assert {row.provider for row in rows} - providers().keys() == {"all"}


def test_the_press_note_has_a_publisher_of_its_own() -> None:
    """Nobody can take the note for its subject's release."""
    assert samples.PRESS_NOTE_PUBLISHER not in providers()
    assert "Alipay" in samples.press_note()


def test_the_stream_is_the_same_for_the_same_arguments() -> None:
    """Seed, count and end decide every field; another seed is another stream with ids of its own."""
    one, again = (list(synthetic.increments(1, 300, END)) for _ in range(2))
    other = list(synthetic.increments(2, 300, END))

    assert one == again
    assert not {each.id for each in one} & {each.id for each in other}


def test_the_stream_keeps_to_its_days() -> None:
    """3,000 increments in order of time, all in the 95 days before the end, all called synthetic."""
    stream = list(synthetic.increments(1, 3_000, END))

    assert len(stream) == 3_000
    assert all(END - dt.timedelta(days=95) <= one.at < END for one in stream)
    assert [one.at for one in stream] == sorted(one.at for one in stream)
    assert {one.publisher for one in stream} == {"paysignal-synthetic"}
    assert "synthetic" in providers()[stream[0].provider].name


def test_the_stream_has_markets_measures_rhythm_and_growth() -> None:
    """Several markets and the three measures; evenings are busier than mornings, the end than the start."""
    stream = list(synthetic.increments(1, 3_000, END))
    india = [one.at for one in stream if one.market == "IN"]
    hours = Counter(one.at.hour for one in stream)

    assert {one.measure for one in stream} == {"transactions", "transaction_value", "app_opens"}
    assert len({one.market for one in stream}) >= 3
    assert sum(hours[hour] for hour in range(16, 21)) > 1.5 * sum(hours[hour] for hour in range(4, 9))
    assert sum(at > END - dt.timedelta(days=47) for at in india) > 0.55 * len(india)


def test_the_stream_without_an_end_happens_when_it_is_told() -> None:
    """`increment_at` gives an increment at that instant, and no two with one id."""
    made = [synthetic.increment_at(1, number, END) for number in range(30)]

    assert {one.at for one in made} == {END}
    assert len({one.id for one in made}) == 30
