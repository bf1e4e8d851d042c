"""`paysignal export --csv`, and the example that draws a series of it."""

import csv
import io
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from paysignal.command import main
from paysignal.command.exporting.pile import Pile
from paysignal.engine.asof import state_of
from paysignal.facts import wire
from paysignal.facts.claims import Retraction
from paysignal.facts.identity import identified
from paysignal.facts.moments import event_us, known_us
from tests.tools.figures import level
from tests.tools.need import CHECKOUT
from tests.tools.samples import sample_claims

CLAIMS = [each for each in sample_claims() if each.provider in {"upi", "alipay", "venmo"}]
TAKEN = identified(Retraction(retracts=str(CLAIMS[0].id), source=CLAIMS[0].source, known_at="2026-01-01T00:00:00Z"))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of the figures that ship, one of them taken back."""
    path = tmp_path_factory.mktemp("facts") / "facts.jsonl"
    path.write_bytes(b"".join(wire.encode(each) + b"\n" for each in (*CLAIMS, TAKEN)))
    return path


def exported(file: Path, *arguments: str) -> list[dict[str, str]]:
    """The rows that are written."""
    result = run("--csv", *arguments, "--facts", str(file))
    rows = rows_of(result.stdout)
    assert f"{len(rows):,} rows written" in result.stderr
    return rows


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a table, by the names of its columns."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def past(file: Path) -> str:
    """The table of all readings."""
    result = run("--csv", "readings", "--facts", str(file))
    assert result.exit_code == 0, result.output
    return result.stdout


def run(*arguments: str) -> Result:
    """The command to its end."""
    return CliRunner().invoke(main, ["export", *arguments])


def test_facts_are_all_there_with_what_was_taken_back(file: Path) -> None:
    """Each claim by its id, with its value to the last digit and its interval."""
    rows = {row["id"]: row for row in exported(file, "facts")}
    assert rows.keys() == {each.id for each in CLAIMS}
    for claim in CLAIMS:
        row = rows[str(claim.id)]
        assert (float(row["value"]), row["source_publisher"]) == (claim.value, claim.source.publisher)
        assert row["low"] == ("" if claim.interval.low is None else repr(claim.interval.low))
    assert {key for key, row in rows.items() if row["retracted_at"]} == {CLAIMS[0].id}


def test_a_span_has_both_its_ends_and_as_of_nothing_known_later(file: Path) -> None:
    """By event time; known times are another matter."""
    span = exported(file, "facts", "--since", "2018-01-01", "--until", "2018-09-18")
    expected = [one for one in CLAIMS if event_us("2018-01-01") <= one.dated.event_us <= event_us("2018-09-18")]
    assert {row["id"] for row in span} == {each.id for each in expected}
    then = exported(file, "facts", "--as-of", "2018-09-18")
    assert {row["id"] for row in then} == {one.id for one in CLAIMS if one.known_us <= known_us("2018-09-18")}
    assert not any(row["retracted_at"] for row in then)


def test_the_last_of_the_past_readings_is_what_stands(past: str) -> None:
    """Of each key every event time once, in order; the latest is the engine's."""
    rows = rows_of(past)
    places = [(row["key"], event_us(row["event_time"])) for row in rows]
    assert places == sorted(set(places))
    latest = {row["key"]: row for row in rows}
    for key, reading in state_of((*CLAIMS, TAKEN)).readings.items():
        assert (float(latest[key]["value"]), latest[key]["event_time"]) == (reading.value, reading.event_time)


def test_one_form_is_asked_for() -> None:
    """None, two, or a table there is not: bad usage."""
    for wrong in ([], ["--csv", "facts", "--openmetrics"], ["--csv", "alerts"]):
        assert run(*wrong).exit_code == 2
    assert "--csv facts, readings or finals" in run().stderr


def test_of_a_window_the_corrected_final_stays() -> None:
    """Whatever the order, and however often one came."""
    first, corrected, other = (
        level(version=1),
        level(version=2, value=3000.0, high=None),
        level(event_time="2019-01-01"),
    )
    with Pile() as pile:
        pile.put([corrected, first, other, corrected])
        assert list(pile) == [corrected, other]
        assert len(pile) == 2


def test_the_example_draws_what_was_exported(past: str, tmp_path: Path) -> None:
    """Growth computed from the levels is the growth told, and the picture has every month."""
    (tmp_path / "readings.csv").write_bytes(past.encode())
    script = CHECKOUT / "docs" / "examples" / "one_series.py"
    done = subprocess.run(
        [sys.executable, str(script), "readings.csv", "upi.svg"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    picture = ET.parse(tmp_path / "upi.svg").getroot()
    line = next(each for each in picture if each.tag.endswith("polyline")).attrib["points"].split()
    own = [row for row in rows_of(past) if row["key"].startswith("upi|IN|transactions||month|")]
    months = {row["event_time"] for row in own if row["indicator"] == "level"}
    assert len(line) == len(months) > 20
    growths = [tuple(map(float, parts[1:3])) for text in done.stdout.splitlines()
               if (parts := [one.strip() for one in text.strip("│").split("┆")]) and len(parts) == 3
               and parts[0][:2] == "20"]  # fmt: skip
    assert len(growths) > 3
    assert all(computed == told for computed, told in growths)
