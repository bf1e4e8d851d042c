"""Each component on a Kafka that knows its users: with exactly its rights it works, without them it says so."""

import itertools
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from paysignal.facts import topics
from paysignal.security.rights import Right, rights_of
from tests.tools.brokers import free_ports
from tests.tools.reading import latest, read_topic
from tests.tools.secured import PASSWORD, Client, SecuredKafka
from tests.tools.system import COMMAND, SESSION_SECONDS, WorkerProcess, replayed, sample_claims
from tests.tools.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.kafka]

_GROUP = "secured"
_USERS = ("maker", "producer", "worker", "exporter", "bare", "unfenced", "operator")


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    """A broker whose users have exactly the rights of their component; `bare` has none."""
    with SecuredKafka(tmp_path_factory.mktemp("secured"), _USERS) as broker:
        broker.allow("maker", rights_of("administrator", _GROUP))
        done = run(broker.client("maker"), "topics", "create", "--partitions", "2")
        assert (0, "") == (done.returncode, done.stderr)
        for component in ("producer", "worker", "exporter"):
            broker.allow(component, rights_of(component, _GROUP))
        broker.allow("unfenced", (each for each in rights_of("worker", _GROUP) if each.resource != "transactional-id"))
        yield broker


def run(client: Client, *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """A command of ours as that client."""
    environment = {**os.environ, **client.environment}
    return subprocess.run(
        [COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=seconds
    )


def shown_at(serving: WorkerProcess, path: str) -> str:
    """The page at that path."""
    answer = serving.get(path)
    return "" if answer is None else answer[1].replace("<wbr>", "")


def produce(client: Client, *more: str) -> subprocess.CompletedProcess[str]:
    """The samples, sent by that client."""
    return run(client, "produce", "sample:facts", "--producer-port", "0", "--json", *more)


def test_each_component_works_with_exactly_its_rights(kafka: SecuredKafka, tmp_path: Path) -> None:
    """Producer, spool, worker and exporter, each as its own user: the readings are those of replay."""
    claims = sample_claims()
    spooled = produce(kafka.client("producer"), "--spool", str(tmp_path / "outbox.db"))
    certified = produce(kafka.certified("producer"))
    plain = produce(kafka.client("producer", mechanism="PLAIN"))
    assert [0, 0, 0] == [each.returncode for each in (spooled, certified, plain)], spooled.stderr + certified.stderr
    port, shown = free_ports(2)
    worker = [
        COMMAND,
        "worker",
        "--group",
        _GROUP,
        "--worker-port",
        str(port),
        "--session-seconds",
        str(SESSION_SECONDS),
    ]
    exporter = [COMMAND, "exporter", "--group", _GROUP, "--exporter-port", str(shown)]
    with (
        secured(worker, kafka.client("worker"), port, tmp_path) as working,
        secured(exporter, kafka.client("exporter"), shown, tmp_path) as serving,
    ):
        expected = latest_lines(replayed(claims, tmp_path))
        eventually(
            lambda: expected == set(latest(read_topic(kafka.as_admin, topics.READINGS)).values()),
            "the readings of replay", seconds=60,
        )  # fmt: skip
        eventually(lambda: working.metric("paysignal_worker_checkpoint_rows_total") > 0, "a checkpoint", seconds=20)
        serving.ready()
        eventually(lambda: serving.metric("paysignal_exporter_claims") > 1_000, "the claims", seconds=20)
        # Increments are none of its feeds: it knows them from the workers' group alone.
        eventually(lambda: topics.INCREMENTS in shown_at(serving, "/pipeline"), "how far the workers are", seconds=40)
        said = working.said() + serving.said()
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("command", "case"),
    [
        *itertools.product(("produce", "worker", "exporter"), ("password", "broker certificate", "rights")),
        ("worker", "own certificate"),
        ("tail", "rights"),
    ],
)
def test_a_refusal_is_one_clear_sentence(kafka: SecuredKafka, command: str, case: str) -> None:
    """Wrong password, expired certificate on either side, no rights: exit 1 within seconds, told what to mend."""
    user = command if command in _USERS else "bare"
    client, told = {
        "password": (kafka.client(user, password="wrong"), "the name or the password is wrong"),
        "broker certificate": (kafka.outdated(user), "certificate has expired"),
        "own certificate": (kafka.certified(user, expired=True), "PAYSIGNAL_TLS_CERTIFICATE_FILE"),
        "rights": (kafka.client("bare"), "paysignal topics acls"),
    }[case]
    arguments = {"produce": ["sample:press-note"], "tail": ["readings", "--exit-at-end"]}.get(command, [])

    done = run(client, command, *arguments, seconds=30)

    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("paysignal: ") == 1
    assert PASSWORD not in done.stderr + done.stdout


def test_a_worker_that_may_not_fence_others_ends(kafka: SecuredKafka) -> None:
    """Rights on transactional ids can not be asked for before; the worker meets the refusal, tells it and ends."""
    (port,) = free_ports(1)
    done = run(
        replace(kafka.client("unfenced")), "worker", "--group", _GROUP, "--worker-port", str(port),
        "--session-seconds", str(SESSION_SECONDS), seconds=60,
    )  # fmt: skip

    assert done.returncode == 1
    assert "may not use the transactional ids of the group" in done.stderr


def test_doctor_tells_who_it_is_and_no_secret(kafka: SecuredKafka) -> None:
    """Doctor says by which protocol and as whom it got in; the password is in none of its lines."""
    client = kafka.client("maker")
    environment = {**client.settings, "sasl_password": PASSWORD}
    done = run(Client(client.address, environment), "doctor", "--json", "--partitions", "2")

    assert "by SASL_SSL as 'maker'" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    assert "this user may be: administrator" in done.stdout


def test_an_operator_looks_and_sends_with_exactly_its_rights(kafka: SecuredKafka, tmp_path: Path) -> None:
    """Lag, rejections sent again and a backup need no more; nobody who only produces may look at lag."""
    kafka.allow("operator", rights_of("operator", _GROUP))
    for asked in (
        ("lag", "--group", _GROUP),
        ("rejected", "replay"),
        ("facts", "backup", str(tmp_path / "facts.jsonl")),
    ):
        done = run(kafka.client("operator"), *asked)
        assert done.returncode == 0, done.stderr
    refused = run(kafka.client("producer"), "lag", "--group", _GROUP)
    assert (refused.returncode, "paysignal topics acls" in refused.stderr) == (1, True)


def secured(command: list[str], client: Client, port: int, folder: Path) -> WorkerProcess:
    """A process of that client's, watched as workers are."""
    return WorkerProcess(command, port, client.address, folder, environment={**os.environ, **client.environment})


def latest_lines(replay: bytes) -> set[bytes]:
    """The readings of a replay as records have them."""
    return set(replay.splitlines())


def test_the_rights_are_told_as_kafka_takes_them() -> None:
    """What `topics acls` prints are arguments of Kafka's own tool; no component may do what it does not need."""
    done = subprocess.run(
        [COMMAND, "topics", "acls", "exporter", "--principal", "User:ex"], capture_output=True, text=True, check=True
    )

    assert "--add --allow-principal User:ex --operation Read --operation Describe --topic paysignal.readings.v1" in (
        done.stdout
    )
    assert "Write" not in done.stdout
    assert all("write" not in right.operations for right in rights_of("subscriber", _GROUP))
    assert Right("group", _GROUP, ("read", "describe")) in rights_of("worker", _GROUP)
