"""`paysignal export`: of a file, what was asked for, and what is left out is told."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from paysignal.command import main
from paysignal.command.exporting.sheaf import Sheaf
from paysignal.exposition.openmetrics import Sample
from paysignal.facts import wire
from paysignal.facts.moments import event_us
from tests.tools.openmetrics import parse, seconds_of
from tests.tools.samples import sample_claims

LEVELS = "paysignal_level"
PROVIDERS = {"alipay", "paypal", "venmo", "upi"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of the figures that ship, as JSON lines, and one line that is no fact."""
    path = tmp_path_factory.mktemp("facts") / "facts.jsonl"
    path.write_bytes(
        b"{\n" + b"".join(wire.encode(claim) + b"\n" for claim in sample_claims() if claim.provider in PROVIDERS)
    )
    return path


def _exported(file: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, ["export", "--openmetrics", "--facts", str(file), *arguments])
    assert 0 == result.exit_code, result.output
    return result


def _times(result: Result, name: str = LEVELS) -> list[float]:
    (family,) = (each for each in parse(result.stdout) if each.name == name)
    return [seconds_of(sample) for sample in family.samples]


def test_the_file_is_openmetrics_with_each_series_in_one_piece_oldest_first(file: Path) -> None:
    """As the format and Prometheus ask for; the interval's ends are there, and the line that is no fact is told."""
    result = _exported(file)
    families = {family.name: family for family in parse(result.stdout)}
    seen = dict[tuple[str, frozenset[tuple[str, str]]], float]()
    for family in families.values():
        last = None
        for sample in family.samples:
            series = (sample.name, frozenset(sample.labels.items()))
            assert series == last or series not in seen
            assert seconds_of(sample) > seen.get(series, float("-inf"))
            seen[series], last = seconds_of(sample), series

    assert {LEVELS, f"{LEVELS}_low", "paysignal_growth_ratio", "paysignal_level_usd"} <= families.keys()
    assert result.stdout.endswith("# EOF\n")
    assert "line 1: bad_json" in result.stderr
    assert f"{sum(len(family.samples) for family in families.values()):,} samples written" in result.stderr


def test_only_the_event_times_asked_for_are_there_and_growth_still_knows_what_was_before(file: Path) -> None:
    """Both ends are among them; a growth on the year needs the year before, which is not written."""
    span = ("--since", "2018-01-01", "--until", "2018-09-18")
    ends = [event_us(each) / 1e6 for each in ("2018-01-01", "2018-09-18")]
    result = _exported(file, *span)

    assert ends == [min(_times(result)), max(_times(result))]
    assert _times(result, "paysignal_growth_ratio")


def test_as_of_leaves_out_what_was_not_known(file: Path) -> None:
    """Nothing known later is there."""
    assert max(_times(_exported(file, "--as-of", "2018-09-18"))) <= event_us("2018-09-19") / 1e6


def test_claims_that_have_no_room_are_told_with_the_flag_that_gives_more(file: Path) -> None:
    """An export that is not complete says so."""
    assert "hold more with --max-claims" in _exported(file, "--max-claims", "50").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((), "which form: add --openmetrics"), (("--openmetrics", "--since", "last year"), "'--since'")],
)
def test_a_form_and_moments_are_asked_for_as_bad_usage(arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2, with what to write."""
    result = CliRunner().invoke(main, ["export", *arguments])

    assert 2 == result.exit_code
    assert said in result.output


def test_a_final_that_was_corrected_takes_the_earlier_ones_place_in_whatever_order_they_come() -> None:
    """The highest version holds, of equal ones the last; names, labels and moments are put in order."""
    with Sheaf() as sheaf:
        sheaf.put([(Sample("b", "{}", 2, 1.0), 7), (Sample("b", "{}", 2, 9.0), 3), (Sample("b", "{}", 1, 4.0), 1)])
        sheaf.put([(Sample("a", "{}", 5, 1.0), 0), (Sample("a", "{}", 5, 2.0), 0)])
        held = [(name, [(each.at_us, each.value) for each in samples]) for name, samples in sheaf.by_name()]

    assert held == [("a", [(5, 2.0)]), ("b", [(1, 4.0), (2, 1.0)])]
