"""`paysignal explain` and `paysignal history`: from an exporter and from a file, drawn and as JSON."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from prometheus_client import CollectorRegistry

from paysignal.command import main
from paysignal.command.rates import published_rates
from paysignal.exposition.server import Server
from paysignal.facts import wire
from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Comparison, Tier
from paysignal.facts.periods import Period
from paysignal.history.answers import Answers
from paysignal.history.rows import ExplanationRow, FindingsRow, HistoryRow
from paysignal.history.store import History
from tests.tools.brokers import free_ports
from tests.tools.examples import PRESS, claim, growth, increment
from tests.tools.querying import api_routes
from tests.tools.samples import sample_claims

SERIES = "upi|IN|transactions||month||current"
GROWTH = f"{SERIES}|previous_period_growth||previous"
ODD = Source("gossip", "[red]Gossip[/red]\u202e", Tier.OTHER, "https://example.com/[link]")
FEBRUARY = identified(claim(period=Period("2023-02-01", "2023-03-01"), value=7.5e9, known_at="2023-03-02"))
FACTS: list[Claim | Retraction] = [
    FEBRUARY,
    identified(claim()),
    identified(claim(value=8.5e9, known_at="2023-04-01")),
    identified(claim(value=3.1e9, source=ODD)),
    identified(claim(provider="pix", market="BR")),
    identified(Retraction(retracts=str(FEBRUARY.id), source=PRESS, known_at="2023-05-01")),
]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The facts as JSON lines, with an increment and two lines that are no facts among them."""
    lines = [wire.encode(fact) for fact in (*FACTS, increment())]
    path = tmp_path / "facts.jsonl"
    path.write_bytes(b"\n".join([*lines[:2], b"{", b"", b"\xff" * 300_000, *lines[2:]]) + b"\n")
    return str(path)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """An exporter's API over the same facts."""
    history = History(100)
    history.remember(FACTS)
    server = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict,
                    api_routes(Answers(history, published_rates(None))))  # fmt: skip
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def run(*arguments: str) -> Result:
    """The command, in a terminal of no certain width."""
    return CliRunner().invoke(main, arguments)


AS_OF = ("--as-of", "2023-04-30")


def test_the_file_and_the_exporter_give_the_same_bytes(file: str, url: str) -> None:
    """Explained and told period by period, now and then: one line of JSON, the API's own."""
    for command, asked, row in (("explain", GROWTH, ExplanationRow), ("history", SERIES, HistoryRow)):
        local = run(command, asked, "--facts", file, "--json", *AS_OF)
        assert local.exit_code == 0
        assert local.stdout == run(command, asked, "--url", url, "--json", *AS_OF).stdout
        assert local.stdout.count("\n") == 1
        msgspec.json.decode(local.stdout, type=row)
    assert [line.split(":")[0] for line in local.stderr.splitlines()] == ["line 3", "line 5", "line 6", "line 7"]


def test_an_explanation_is_drawn_whole(url: str) -> None:
    """Reading, formula, each fact with its source, what was left out and why; as of a day."""
    result = run("explain", GROWTH, "--url", url, *AS_OF)
    assert result.exit_code == 0
    for expected in (
        "UPI, transactions, India: previous period growth",
        "+16 %",
        "Mar 2023; the latest of its facts known 2023-04-02; as known on 2023-04-30",
        "(8700000000.0 - 7500000000.0) / 7500000000.0 = 0.16",
        "Business Standard (business-standard, press) https://example.com/upi",
        "its publisher told it anew later",
        "it contradicts the figure shown",
        "[red]Gossip[/red]",
    ):
        assert expected in result.stdout
    assert "\u202e" not in result.stdout


def test_a_history_is_drawn_with_its_levels_as_blocks(url: str) -> None:
    """The oldest period first, each with its block, revisions and conflicts told."""
    result = run("history", GROWTH, "--url", url, *AS_OF)
    lines = result.stdout.splitlines()
    assert lines[:2] == ["UPI, transactions, India, as known on 2023-04-30", "level 7.5 billion ▁█ 8.7 billion"]
    february, march = (next(line for line in lines if month in line) for month in ("Feb 2023", "Mar 2023"))
    assert lines.index(february) < lines.index(march)
    assert ("▁" in february, "█" in march) == (True, True)
    assert "contradicted by 1 statement of others; 1 statement replaced by later ones" in march


def test_what_was_taken_back_is_gone_from_then_on(url: str) -> None:
    """After the retraction March has nothing to be compared with, and the error says what there is."""
    result = run("explain", GROWTH, "--url", url, "--as-of", "2023-05-01")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"paysignal: key {GROWTH}: no claim known then gives this reading")
    assert f"did you mean '{SERIES}|level||'?" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["explain", "upi"], 2, "has 1 of 10 parts"),
        (["history", "x" * 50_000], 2, "has 50000 characters, at most 600"),
        (["history", SERIES, "--as-of", "yesterday"], 2, "write 2018-09-18"),
        (["history", SERIES.replace("upi", "ipu")], 1, f"did you mean '{SERIES}'?"),
        (["explain", f"{SERIES}|levels||"], 1, f"did you mean '{SERIES}|level||'?"),
        (["explain", "\x00\ud800|" * 9], 2, "printable ASCII"),
    ],
)
def test_errors_are_the_same_from_both(file: str, url: str, arguments: list[str], code: int, told: str) -> None:
    """Value, rule, fix and what may have been meant; bad usage is 2, no answer 1, and nothing stands on stdout."""
    answers = [run(*arguments, *source) for source in (("--url", url), ("--facts", file))]
    for result in answers:
        assert (result.exit_code, result.stdout) == (code, "")
        assert told in result.stderr
        assert "Traceback" not in result.stderr


def test_nobody_to_ask_is_told_with_the_ways_out(tmp_path: Path) -> None:
    """No exporter, another server, no web address, no file, and two places at once."""
    (port,) = free_ports(1)
    other = Server("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None, dict)
    other.start()
    try:
        stranger = run("explain", GROWTH, "--url", f"http://127.0.0.1:{other.port}/")
    finally:
        other.stop()
    assert (stranger.exit_code, "which is no exporter's; name one with --url" in stranger.stderr) == (1, True)
    nobody = run("explain", GROWTH, "--exporter-port", str(port))
    assert nobody.exit_code == 1
    assert f"http://127.0.0.1:{port}: no exporter answers" in nobody.stderr
    assert all(way in nobody.stderr for way in ("paysignal exporter", "--url", "--facts"))
    for arguments in (("--url", "ftp://x"), ("--facts", str(tmp_path / "none")), ("--url", "http://x", "--facts", "-")):
        refused = run("history", SERIES, *arguments)
        assert (refused.exit_code, "Error: " in refused.stderr) == (2, True)


def test_a_history_that_is_full_says_so(file: str) -> None:
    """With room for one claim only the latest period is left, and the answer says that others may be missing."""
    result = run("history", SERIES, "--facts", file, "--max-claims", "1")
    assert "of periods that ended by 2023-" in " ".join(result.stdout.split())
    told = json.loads(run("history", SERIES, "--facts", file, "--max-claims", "1", "--json").stdout)
    assert (len(told["points"]), told["missing_until"] is None) == (1, False)


def test_findings_are_told_alike_from_file_and_exporter(file: str, url: str) -> None:
    """Of all and of one provider, as bytes of JSON and for people; nothing found is said as well."""
    alike = [run("findings", "upi", *where, "--json", *AS_OF).stdout for where in (("--url", url), ("--facts", file))]
    contradicted = identified(growth(value=0.3, baseline=Comparison.PREVIOUS))
    told = Path(file)
    taken_back = wire.encode(FACTS[-1])
    told.write_bytes(
        b"\n".join(
            [line for line in told.read_bytes().splitlines() if line != taken_back] + [wire.encode(contradicted)]
        )
    )
    row = msgspec.json.decode(run("findings", "--facts", file, "--json").stdout, type=FindingsRow)
    [found] = row.findings
    drawn = run("findings", "upi", "--facts", file).stdout

    assert (contradicted.id,) == found.finding.claims
    assert "growth contradicts levels" in drawn
    assert "growth 0.3 is stated, 0.16" in drawn
    assert "Nothing speaks against" in run("findings", "--url", url).stdout
    assert alike[0] == alike[1]
    assert '"as_of":"2023-04-30"' in alike[0]
    refused = run("findings", "--url", url, *AS_OF)
    assert 2 == refused.exit_code
    assert "as_of: takes a provider" in refused.stderr


def test_suspected_breaks_are_told(tmp_path: Path) -> None:
    """Ghana's agents fell by 11 %."""
    path = tmp_path / "facts.jsonl"
    path.write_bytes(b"\n".join(wire.encode(claim) for claim in sample_claims() if claim.market == "GH"))

    assert (
        "never fell in 4 observations up to 2024-10-01, then fell by 11.4%"
        in run("findings", "--facts", str(path)).stdout
    )
