"""The ledger: what stands, counted and summed."""

from hypothesis import given
from hypothesis import strategies as st

from paysignal.agents.checkpoint.ledger import Ledger, hash_of

_ROWS = st.lists(st.tuples(st.sampled_from("abcde"), st.none() | st.binary(max_size=3)), max_size=30)


@given(_ROWS, st.integers(0, 30))
def test_it_counts_what_stands_whatever_was_written_before(rows: list[tuple[str, bytes | None]], cut: int) -> None:
    """Entered in any pieces, it equals a ledger of the last value of each key alone."""
    ledger, plain = Ledger(), Ledger()
    ledger.enter(rows[:cut])
    ledger.enter(rows[cut:])
    plain.enter({key: value for key, value in dict(rows).items() if value is not None}.items())

    assert (plain.rows, plain.row_sum) == (ledger.rows, ledger.row_sum)
    assert len({key for key, value in dict(rows).items() if value is not None}) == ledger.rows


@given(st.dictionaries(st.text(max_size=4), st.binary(max_size=4), min_size=1, max_size=8), st.data())
def test_a_row_lost_changed_or_renamed_shows_in_the_sum(rows: dict[str, bytes], data: st.DataObject) -> None:
    """Each of the three gives another sum."""
    key = data.draw(st.sampled_from(sorted(rows)))
    whole, lacking, changed, renamed = Ledger(), Ledger(), Ledger(), Ledger()
    whole.enter(rows.items())
    rest = {name: value for name, value in rows.items() if name != key}
    lacking.enter(rest.items())
    changed.enter({**rest, key: rows[key] + b"!"}.items())
    renamed.enter({**rest, key + "12345": rows[key]}.items())

    assert 4 == len({each.row_sum for each in (whole, lacking, changed, renamed)})


def test_key_and_value_do_not_run_together() -> None:
    """A character that moves from the one to the other is another row."""
    assert hash_of("ab", b"c") != hash_of("a", b"bc")
