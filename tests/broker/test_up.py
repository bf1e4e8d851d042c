"""`paysignal up` as its user runs it: the tables, the addresses, and that it leaves nothing behind."""

import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from paysignal.local.broker import NOTICE
from paysignal.local.probe import fetch
from tests.tools.brokers import RealKafka, free_ports
from tests.tools.ups import PATIENCE_SECONDS, Up, processes, running
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.timeout(240)]

LOOPBACK = "127.0.0.1"
NOTE = "paysignal-press-note"

#: Promised from the last line of the tables to nothing left.
STOP_SECONDS = 10.0

# Provider, market, measure, segment, statement, and what is computed beside it: the press note's facts and no others.
PRESS_NOTE = {
    ("alipay", "RU", "transactions", "", "> +5,000 %", ""),
    ("alipay", "CN", "active_users", "", "gained > 200 million", ""),
    ("alipay", "world", "average_spend", "abroad", "CNY 2,955 (US$433)", "+42.5 %"),
    ("alipay", "world", "average_spend", "abroad", "CNY 2,073", ""),
    ("alipay", "world", "average_spend", "abroad", "+43 %", "+42.5 %"),
    ("ant-group", "world", "funding", "series-c", "US$14 billion", ""),
    ("ant-group", "world", "valuation", "", "US$150 billion", ""),
}


def gone(pids: Sequence[int]) -> None:
    """Return when none of the processes is left; soon, or fail."""
    eventually(lambda: not {pid for pid, _, _ in processes()} & set(pids), "every process to end", seconds=3)


def rows_of(out: str, table: str) -> list[dict[str, Any]]:
    """The rows of one table among JSON lines."""
    return [row for row in map(json.loads, out.splitlines()) if row["table"] == table]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Up:
    """A run on the embedded broker that ended by itself."""
    with running(tmp_path_factory.mktemp("done"), "--exit-when-done", "--json") as up:
        assert up.wait(PATIENCE_SECONDS) == 0, up.err
        return up


def test_just_read_has_exactly_the_facts_of_the_press_note(done: Up) -> None:
    """Each of its statements is a line, with what is computed beside it, and nothing else is."""
    rows = rows_of(done.out, "just_read")

    assert {
        (row["provider"], row["market"], row["measure"], row["segment"], row["statement"], row["derived"])
        for row in rows
    } == PRESS_NOTE
    assert len(rows) == len(PRESS_NOTE)
    assert all(NOTE in row["sources"] and row["age"] for row in rows)


def test_strongest_has_a_line_for_each_of_many_providers(done: Up) -> None:
    """At least forty, each once, best lower bound first, each with its age and source."""
    rows = rows_of(done.out, "strongest")
    providers = [row["provider"] for row in rows]

    assert len(rows) >= 40
    assert len(set(providers)) == len(providers)
    assert [row["low"] for row in rows] == sorted((row["low"] for row in rows), reverse=True)
    assert all(row["age"] and row["source"] and row["growth"] for row in rows)


def test_no_misprint_is_among_the_strongest(done: Up) -> None:
    """IMPS at +11,293 % is contradicted by others, and a conflict is left out."""
    assert not [row for row in rows_of(done.out, "strongest") if row["value"] > 100]


def test_with_json_stdout_has_json_lines_only_and_stderr_the_rest(done: Up) -> None:
    """The progress, and once that the embedded broker keeps nothing."""
    assert all(json.loads(line)["table"] in {"just_read", "strongest"} for line in done.out.splitlines())
    assert done.err.count(NOTICE) == 1
    assert re.search(r"worker +has read [\d,]+ records", done.err)
    assert re.search(r"exporter +has read [\d,]+ records", done.err)


@pytest.mark.kafka
def test_on_real_kafka_both_tables_are_drawn(tmp_path: Path) -> None:
    """`--broker` takes the place of the embedded one; in a file the tables stay whole lines."""
    (tmp_path / "kafka").mkdir()
    with (
        RealKafka(tmp_path / "kafka") as kafka,
        running(tmp_path, "--exit-when-done", "--broker", kafka.address, embedded=False) as up,
    ):
        assert up.wait(PATIENCE_SECONDS) == 0, up.err
        out, err = up.out, up.err

    assert NOTICE not in err
    for statement in ("> +5,000 %", "gained > 200 million", "CNY 2,955", "CNY 2,073", "+43 %", "US$14 billion"):
        assert statement in out
    line = next(line for line in out.splitlines() if "> +5,000 %" in line)
    assert all(word in line for word in ("Alipay", "RU", "transactions", "year before", NOTE))
    assert max(int(number) for number in re.findall(r"^ +(\d+)  \S", out, re.MULTILINE)) >= 40


def test_it_goes_on_and_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    """After the tables come the addresses, which answer; the windows go on moving; then nothing is left."""
    with running(tmp_path) as up:
        up.until("Ctrl-C stops everything.")
        addresses = re.findall(r"^(page|broker) +(\S+)", up.out, re.MULTILINE)
        page = fetch(LOOPBACK, up.ports.exporter, "/")
        metrics = fetch(LOOPBACK, up.ports.exporter, "/metrics").body.decode()
        eventually(lambda: fetch(LOOPBACK, up.ports.producer, "/ready").ok, "the live stream")
        children = up.children()
        began = time.monotonic()
        up.process.send_signal(signal.SIGINT)
        code = up.wait(STOP_SECONDS)
        took = time.monotonic() - began
        gone(list(children))

    assert addresses == [
        ("page", f"http://{LOOPBACK}:{up.ports.exporter}/"),
        ("broker", f"{LOOPBACK}:{up.ports.broker}"),
    ]
    assert page.ok
    assert re.search(r'paysignal_growth_ratio{provider="alipay",market="RU"[^}]*} 50\.0', metrics)
    assert len(children) == 4, children
    assert code == 0
    assert took < STOP_SECONDS


def test_sigterm_in_the_middle_of_the_start_ends_all_of_it(tmp_path: Path) -> None:
    """It need not be up to be stopped."""
    with running(tmp_path) as up:
        up.until("topics")
        children = eventually(lambda: children if len(children := up.children()) >= 4 else None, "the children")
        up.process.send_signal(signal.SIGTERM)
        code = up.wait(STOP_SECONDS)
        gone(list(children))

    assert code == 0


def test_stopped_before_it_was_done_is_a_failure_of_exit_when_done(tmp_path: Path) -> None:
    """A script that waits for the tables must not take a stop for success."""
    with running(tmp_path, "--exit-when-done") as up:
        up.until("topics")
        up.process.send_signal(signal.SIGTERM)
        code = up.wait(STOP_SECONDS)

    assert code == 1
    assert "stopped before it was done" in up.err


def test_killed_itself_it_takes_its_children_along(tmp_path: Path) -> None:
    """SIGKILL leaves it no time, and no orphans all the same."""
    with running(tmp_path) as up:
        up.until("topics")
        children = eventually(lambda: children if len(children := up.children()) >= 4 else None, "the children")
        up.process.kill()
        gone(list(children))


def test_a_killed_worker_takes_all_down_with_its_last_lines(tmp_path: Path) -> None:
    """Whoever sits before it learns which process died, how, and what it said last."""
    with running(tmp_path) as up:
        up.until("worker    ready")
        children = up.children()
        (worker,) = [pid for pid, arguments in children.items() if arguments.endswith("paysignal.command worker")]
        os.kill(worker, signal.SIGKILL)
        code = up.wait(STOP_SECONDS)
        gone(list(children))

    assert code == 1
    assert "paysignal: the worker was killed by SIGKILL, so everything was stopped; it wrote last:\n  | " in up.err
    assert re.search(r"^  \| .* INFO paysignal\.agents", up.err, re.MULTILINE)


def test_a_time_out_says_what_was_still_awaited(tmp_path: Path) -> None:
    """Exit code 1 with the reason, and nothing left."""
    with running(tmp_path, "--exit-when-done", "--timeout", "0.5") as up:
        code = up.wait(PATIENCE_SECONDS)

    assert code == 1
    assert re.search(r"not done within 0\.5 s \(--timeout SECONDS gives it more\): worker: ", up.err)


@pytest.mark.parametrize("flag", ["--worker-port", "--exporter-port", "--producer-port", "--broker-port"])
def test_a_taken_port_is_named_with_the_flag_that_moves_it(tmp_path: Path, stranger: int, flag: str) -> None:
    """Before anything is started."""
    with running(tmp_path, flag, str(stranger)) as up:
        code = up.wait(PATIENCE_SECONDS)

    assert code == 1
    assert f"port {stranger} on {LOOPBACK} is taken by another process" in up.err
    assert f"with {flag} PORT" in up.err


def test_no_broker_at_the_address_given_is_told_at_once(tmp_path: Path) -> None:
    """And the embedded one is not started in its place."""
    (nobody,) = free_ports(1)
    with running(tmp_path, "--broker", f"{LOOPBACK}:{nobody}", embedded=False) as up:
        code = up.wait(PATIENCE_SECONDS)

    assert code == 1
    assert f"no Kafka broker answers at {LOOPBACK}:{nobody}" in up.err


def test_an_article_of_ones_own_is_read_beside_the_note(tmp_path: Path) -> None:
    """Its facts are among those just read, with their source."""
    (tmp_path / "article.txt").write_text("In 2025, the number of PromptPay transactions in Thailand grew by 61 %.\n")
    arguments = (
        "article.txt",
        "--published-at",
        "2026-02-03",
        "--publisher",
        "the-gazette",
        "--exit-when-done",
        "--json",
    )
    with running(tmp_path, *arguments) as up:
        assert up.wait(PATIENCE_SECONDS) == 0, up.err

    rows = rows_of(up.out, "just_read")
    assert len(rows) == len(PRESS_NOTE) + 1
    (row,) = [row for row in rows if row["provider"] == "promptpay"]
    assert (row["market"], row["statement"], "the-gazette" in row["sources"]) == ("TH", "+61 %", True)


@pytest.fixture
def stranger() -> Iterator[int]:
    """A loopback port that another process of this machine listens on."""
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()
        yield listening.getsockname()[1]
