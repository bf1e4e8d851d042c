"""`paysignal produce`: what it prints dry, what it sends, and how it fails."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from prometheus_client import CollectorRegistry

from paysignal.command import main
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.identity import identified
from paysignal.facts.wire import decode_fact, encode
from paysignal.sending.outbox import record_of
from paysignal.sending.spool.sender import SpoolLimits, SpoolSender
from paysignal.sending.topics import create_topics
from tests.tools.brokers import free_ports
from tests.tools.pages import Answer, page, site

MAPPING = """
fact = "claim"
columns = {provider="who", value="figure", "period.as_of"="day"}
[constants]
market = "IN"
measure = "active_users"
kind = "level"
known_at = "2023-01-02"
"source.publisher" = "me"
"source.tier" = "other"
"""


def run(*arguments: str) -> Result:
    """The command, called."""
    return CliRunner().invoke(main, ["produce", *arguments])


@pytest.fixture
def table(tmp_path: Path) -> tuple[str, str]:
    """A table of one good row and one bad one, and its mapping."""
    (tmp_path / "t.csv").write_text("who,figure,day\nphonepe,5000000,2022-12-31\nphonepe,many,2022-12-31\n")
    (tmp_path / "t.toml").write_text(MAPPING)
    return str(tmp_path / "t.csv"), str(tmp_path / "t.toml")


def test_a_dry_run_prints_facts_that_replay_reads() -> None:
    """Every sample, each line a fact in its wire form, and nothing is sent."""
    result = run("sample:facts", "sample:press-note", "sample:increments", "--count", "30", "--dry-run")

    assert result.exit_code == 0
    assert len([decode_fact(line.encode()) for line in result.stdout.splitlines()]) == 1_794 + 8 + 30


def test_what_a_dry_run_prints_can_be_produced(tmp_path: Path, table: tuple[str, str]) -> None:
    """Facts as JSON lines are a source themselves; the bad row is told with its line."""
    dry = run(table[0], "--mapping", table[1], "--dry-run")
    (tmp_path / "facts.jsonl").write_text(dry.stdout)
    again = run(str(tmp_path / "facts.jsonl"), "--dry-run")

    assert "t.csv:3: bad_row" in dry.stderr
    assert (again.exit_code, again.stdout) == (0, dry.stdout)
    assert json.loads(dry.stdout)["period"] == {"start": None, "end": "2023-01-01"}


def test_facts_and_rejections_are_sent(embedded_broker: str, table: tuple[str, str]) -> None:
    """The good row to its topic, the bad one to the rejected topic; one line of JSON sums it up; exit code 0."""
    create_topics(embedded_broker, 8, 1)
    result = run(table[0], "--mapping", table[1], "--json", "--broker", embedded_broker)

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "sent": 2, "failed": 0, "refused": 0, "sources": {table[0]: {"read": 2, "rejected": 1}}
    }  # fmt: skip


def test_a_broker_without_our_topics_is_refused(embedded_broker: str) -> None:
    """Topics are not made by being written to: the error names the command that makes them."""
    result = run("sample:press-note", "--broker", embedded_broker)

    assert result.exit_code == 1
    assert "paysignal topics create" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sample:nothing"], "sample:press-note"),
        (["figures.csv"], "--mapping"),
        (["figures.xls"], "sources are"),
        (["sample:facts", "--follow"], "sample:increments"),
        (["none.jsonl", "--dry-run"], "none.jsonl"),
        (["sample:increments", "--rate", "0"], "--rate"),
    ],
)
def test_bad_usage_is_exit_code_two(arguments: list[str], told: str) -> None:
    """With what would be right."""
    result = run(*arguments)

    assert result.exit_code == 2
    assert told in result.stderr


def test_an_article_without_a_date_is_not_sent(tmp_path: Path) -> None:
    """Facts that are sent have a known time."""
    (tmp_path / "a.txt").write_text("UPI transactions grew 5%.")
    result = run(str(tmp_path / "a.txt"), "--dry-run")

    assert result.exit_code == 2
    assert "--published-at" in result.stderr


def test_a_wrong_mapping_is_exit_code_one(tmp_path: Path, table: tuple[str, str]) -> None:
    """Told by file and line."""
    Path(table[1]).write_text(MAPPING.replace("figure", "figures"))
    result = run(table[0], "--mapping", table[1], "--dry-run")

    assert result.exit_code == 1
    assert "t.csv:1" in result.stderr


def test_a_retraction_goes_with_its_claim(embedded_broker: str, tmp_path: Path) -> None:
    """Below its claim it is sent by that claim's key; alone it is rejected, for it has none."""
    create_topics(embedded_broker, 8, 1)
    claim = decode_fact(run("sample:press-note", "--dry-run").stdout.splitlines()[0].encode())
    assert isinstance(claim, Claim)
    assert claim.id is not None
    retraction = encode(identified(Retraction(retracts=claim.id, source=claim.source, known_at="2018-10-01")))
    file = tmp_path / "facts.jsonl"
    sums = []
    for content in (encode(claim) + b"\n" + retraction, retraction):
        file.write_bytes(content + b"\n")
        sums.append(json.loads(run(str(file), "--json", "--broker", embedded_broker).stdout)["sources"][str(file)])

    assert sums == [{"read": 2, "rejected": 0}, {"read": 1, "rejected": 1}]


def test_metrics_are_served_while_it_lasts(embedded_broker: str) -> None:
    """A paced run serves its metrics; a taken port is named with the flag that moves it."""
    create_topics(embedded_broker, 8, 1)
    (port,) = free_ports(1)
    arguments = ("sample:press-note", "--rate", "1000", "--broker", embedded_broker, "--producer-port", str(port))

    assert run(*arguments, "--json").exit_code == 0


def test_a_run_that_was_cut_off_goes_on(embedded_broker: str, tmp_path: Path, table: tuple[str, str]) -> None:
    """What an earlier run brought through is passed over; the rest is sent; a source that changed is told."""
    create_topics(embedded_broker, 8, 1)
    position = tmp_path / "position.json"
    arguments = (table[0], "--mapping", table[1], "--broker", embedded_broker, "--resume", str(position), "--json")
    sent = [json.loads(run(*arguments).stdout)["sent"] for _ in range(2)]
    held = json.loads(position.read_text())
    held[table[0]]["outcomes"] = 1
    position.write_text(json.dumps(held))
    sent.append(json.loads(run(*arguments).stdout)["sent"])
    with Path(table[0]).open("a") as rows:
        rows.write("gpay,6000000,2022-12-31\n")
    changed = run(*arguments)

    assert [2, 0, 1] == sent
    assert changed.exit_code == 1
    assert "has changed" in changed.stderr


def test_a_shipped_mapping_goes_by_its_name(tmp_path: Path) -> None:
    """No path is needed for tables that we know."""
    (tmp_path / "upi.csv").write_text("month,volume_million,value_inr_crore\n2024-06,13885.14,2007081.2\n")
    result = run(str(tmp_path / "upi.csv"), "--mapping", "npci-upi-monthly", "--dry-run")

    assert [13_885_140_000, 20_070_812_000_000] == [json.loads(line)["value"] for line in result.stdout.splitlines()]


def test_a_folder_without_pulse_is_bad_usage(tmp_path: Path) -> None:
    """It says what to name instead."""
    result = run(f"pulse:{tmp_path}", "--dry-run")

    assert result.exit_code == 2
    assert "no file of PhonePe Pulse" in result.stderr


def test_pages_feeds_and_folders_are_sources(embedded_broker: str, tmp_path: Path) -> None:
    """Read by a spool once over two runs; what can not be read is a rejected record; each source is counted."""
    create_topics(embedded_broker, 8, 1)
    folder = tmp_path / "releases"
    folder.mkdir()
    (folder / "a.html").write_bytes(page())
    (folder / "b.pdf").write_bytes(b"%PDF-1.4 broken")
    with site({"/page": Answer(page())}) as host:
        sources = (str(folder), host.address + "/page", host.address + "/none")
        arguments = (*sources, "--allow-private", "--spool", str(tmp_path / "spool.db"), "--broker", embedded_broker)
        first, second = (json.loads(run(*arguments, "--json").stdout) for _ in range(2))
        refused = run(sources[1], "--dry-run")
        dry = run(sources[1], "--dry-run", "--allow-private")

    assert [1, 0, 1] == [first["sources"][source]["rejected"] for source in sources]
    assert first["sources"][sources[1]]["read"] >= 1
    assert 0 == second["sent"]
    assert first["sent"] == sum(each["read"] for each in first["sources"].values())
    assert "--allow-private" in refused.stderr
    assert [0.45] == [json.loads(line)["value"] for line in dry.stdout.splitlines()]


@pytest.mark.parametrize("arguments", [["--resume", "a", "--spool", "b"], ["--follow"]])
def test_what_does_not_go_together_is_told(arguments: list[str], tmp_path: Path) -> None:
    """A spool has its own positions; a text file does not change."""
    (tmp_path / "a.txt").write_text("x")
    assert 2 == run(str(tmp_path / "a.txt"), "--published-at", "2024-01-01", *arguments).exit_code


def test_a_spool_keeps_what_no_broker_takes(embedded_broker: str, tmp_path: Path) -> None:
    """What waits is sent by the next run that finds a broker, with its own records, and nothing is read twice."""
    create_topics(embedded_broker, 8, 1)
    spool = str(tmp_path / "spool.db")
    (port,) = free_ports(1)
    facts = tmp_path / "facts.jsonl"
    facts.write_text(run("sample:press-note", "--dry-run").stdout)
    claim = decode_fact(facts.read_bytes().splitlines()[0])
    assert isinstance(claim, Claim)
    with SpoolSender(f"127.0.0.1:{port}", CollectorRegistry(), Path(spool), SpoolLimits(stalled_seconds=0.2)) as away:
        away.send(record_of(claim))
    sent = json.loads(run(str(facts), "--spool", spool, "--broker", embedded_broker, "--json").stdout)["sent"]
    again = json.loads(run(str(facts), "--spool", spool, "--broker", embedded_broker, "--json").stdout)["sent"]

    assert (1 + 8, 0) == (sent, again)


def test_a_story_told_again_is_marked(tmp_path: Path) -> None:
    """Articles of one run, in files or in a folder, are one story when they tell one; that is on the wire."""
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / "b.txt").write_text("In May 2023, UPI handled 9 billion payments, it was said.")
    (tmp_path / "a.txt").write_text("UPI handled 9 billion payments in May 2023.")
    (tmp_path / "c.txt").write_text("Bizum had 25 million users at the end of May 2023.")
    names = [str(tmp_path / name) for name in ("a.txt", "c.txt", "wire")]
    sent = run(*names, "--published-at", "2023-06-02", "--dry-run").stdout.splitlines()
    upi, bizum, again = (json.loads(line)["source"]["ref"].partition("; ")[2] for line in sent)

    assert upi == again
    assert upi != bizum
