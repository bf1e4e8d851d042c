"""What `paysignal up` decides before it starts anything, and how it is interrupted."""

import os
import signal
from pathlib import Path

import click
import pytest

from paysignal.command.processes import Articles, producer, stream, worker
from paysignal.command.reaching import NoBrokerError
from paysignal.command.settings import Settings, resolved
from paysignal.command.up import Interrupted, _interruptible, _planned
from paysignal.local.ports import PortError
from tests.tools.brokers import free_ports


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A current folder without a settings file, no variables of ours, and HTTP ports that are free."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PAYSIGNAL_{name.upper()}", raising=False)
    for name, port in zip(("WORKER", "EXPORTER", "PRODUCER"), free_ports(3), strict=True):
        monkeypatch.setenv(f"PAYSIGNAL_{name}_PORT", str(port))


def test_without_a_broker_there_is_an_embedded_one_with_what_it_needs() -> None:
    """Short sessions, for a join takes half of one there, and plain outputs, for idempotent ones fail there."""
    (port,) = free_ports(1)
    plan = _planned(resolved({}), port)

    assert (port, f"127.0.0.1:{port}") == (plan.embedded_port, plan.settings.broker)
    assert (6.0, True) == (plan.settings.session_seconds, plan.settings.plain_outputs)


def test_a_session_that_was_asked_for_stays() -> None:
    """Only a default is changed."""
    assert 10.0 == _planned(resolved({"session_seconds": 10}), None).settings.session_seconds


def test_a_broker_of_any_setting_takes_the_place_of_the_embedded_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable counts as a flag does; where nobody answers, that is told and nothing else is started."""
    (nobody,) = free_ports(1)
    monkeypatch.setenv("PAYSIGNAL_BROKER", f"127.0.0.1:{nobody}")

    with pytest.raises(NoBrokerError, match=f"127.0.0.1:{nobody}"):
        _planned(resolved({}), None)


def test_the_embedded_brokers_port_means_nothing_for_another() -> None:
    """Bad usage, rather than a flag that does nothing."""
    with pytest.raises(click.UsageError, match="drop one"):
        _planned(resolved({"broker": "h:1"}), 9092)


def test_two_processes_can_not_share_a_port() -> None:
    """Told before either starts."""
    (port,) = free_ports(1)

    with pytest.raises(PortError, match="both worker and exporter"):
        _planned(resolved({"worker_port": port, "exporter_port": port}), None)


def test_settings_reach_children_by_variables_and_never_by_flags() -> None:
    """`ps` shows flags to everyone on the machine."""
    settings = resolved({"broker": "h:1", "group": "mine"})
    child = worker(settings)

    assert "worker" == child.command[-1]
    assert ("h:1", "mine") == (child.environment["PAYSIGNAL_BROKER"], child.environment["PAYSIGNAL_GROUP"])


def test_articles_are_read_beside_the_samples() -> None:
    """With what was said about them; a file that is called like a flag is a file."""
    child = producer(resolved({}), Articles(("-a.txt",), "2018-09-18", "the-gazette"))

    assert child.ends
    assert ("produce", "--published-at", "2018-09-18", "--publisher", "the-gazette", "--json", "--") == child.command[
        4:11
    ]
    assert ("sample:facts", "sample:press-note", "sample:increments", "-a.txt") == child.command[11:]


def test_the_stream_goes_on() -> None:
    """It is missed when it ends."""
    child = stream(resolved({}))

    assert not child.ends
    assert "--follow" in child.command


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_to_stop_interrupts_and_is_undone(number: signal.Signals) -> None:
    """Ctrl-C, `kill`, and a terminal that is closed."""
    before = signal.signal(number, signal.SIG_DFL)  # whoever runs the tests may have it ignored, as nohup does
    try:
        with pytest.raises(Interrupted), _interruptible():
            os.kill(os.getpid(), number)

        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, before)


def test_nohup_is_respected() -> None:
    """Whoever has the hang-up ignored wants it to go on."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with _interruptible():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.SIG_IGN == signal.getsignal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
