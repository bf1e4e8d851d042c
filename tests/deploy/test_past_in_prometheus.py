"""The past, exported, made into blocks by promtool, and asked of a real Prometheus."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from paysignal.command import main
from paysignal.facts import wire
from tests.tools.need import require
from tests.tools.prometheus import Prometheus
from tests.tools.samples import sample_claims

pytestmark = pytest.mark.prometheus

PROVIDERS = {"alipay", "upi"}


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that scrapes nothing, on the blocks of what two providers published."""
    folder = tmp_path_factory.mktemp("past")
    facts = folder / "facts.jsonl"
    facts.write_bytes(b"".join(wire.encode(each) + b"\n" for each in sample_claims() if each.provider in PROVIDERS))
    exported = CliRunner().invoke(main, ["export", "--openmetrics", "--facts", str(facts)])
    assert 0 == exported.exit_code, exported.output
    (folder / "past.om").write_text(exported.stdout)
    past = Prometheus(folder, {})
    past.data.mkdir()
    _make_blocks(folder / "past.om", past.data)
    with past:
        yield past


def _make_blocks(file: Path, into: Path) -> None:
    command = [require("promtool"), "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=8760h"]
    made = subprocess.run([*command, str(file), str(into)], capture_output=True, text=True, check=False, timeout=60)
    assert 0 == made.returncode, made.stderr


def test_a_question_at_an_old_date_is_answered(prometheus: Prometheus) -> None:
    """On the first of March 2024 UPI's latest month was February's, and grew as its two levels say."""
    of_upi = '{provider="upi",market="IN",measure="transactions",segment="",grain="month"}'
    (level,) = prometheus.query(f"last_over_time(paysignal_level{of_upi}[31d])", "2024-03-02T00:00:00Z")
    (before,) = prometheus.query(f"last_over_time(paysignal_level{of_upi}[31d])", "2023-03-02T00:00:00Z")
    growth = of_upi.replace("}", ',origin="derived",baseline="year_ago"}')
    (found,) = prometheus.query(f"last_over_time(paysignal_growth_ratio{growth}[31d])", "2024-03-02T00:00:00Z")

    figures = [float(each["value"][1]) for each in (level, before, found)]
    assert figures[0] > figures[1] > 1e9
    assert figures[2] == pytest.approx(figures[0] / figures[1] - 1, abs=1e-12)


def test_a_moment_has_its_own_figure_and_the_present_none(prometheus: Prometheus) -> None:
    """A sample stands at its event time, not at the time of the import."""
    growth = 'paysignal_growth_ratio{provider="alipay",market="RU",measure="transactions"}'

    (found,) = prometheus.query(growth, "2018-09-01T00:00:00Z")
    assert "50" == found["value"][1]
    assert [] == prometheus.query(growth)
