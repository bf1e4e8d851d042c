"""The bench, run small on Apache Kafka."""

import json
import subprocess
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from paysignal.facts.topics import TOPICS
from tests.tools.brokers import RealKafka, free_ports
from tests.tools.system import COMMAND

pytestmark = [pytest.mark.broker, pytest.mark.kafka]


def test_a_small_run_measures_each_engine_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """One JSON line an engine, all facts processed by each, the topics gone; a broker in use is refused."""
    (port,) = free_ports(1)
    with RealKafka(tmp_path) as broker:
        command = [
            COMMAND,
            "bench",
            "--broker",
            broker.address,
            "--worker-port",
            str(port),
            "--facts",
            "1000",
            "--json",
        ]
        done = subprocess.run([*command, "--jobs", "J1,J4"], capture_output=True, check=False, timeout=110)
        admin = KafkaAdminClient(bootstrap_servers=broker.address)
        left = {topic.name for topic in TOPICS} & set(admin.list_topics())
        admin.create_topics({TOPICS[0].name: {"num_partitions": 1, "replication_factor": 1}})
        admin.close()
        again = subprocess.run([*command, "--jobs", "J1"], capture_output=True, check=False, timeout=60)

    assert done.returncode == 0, done.stderr.decode()
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [("J1", "paysignal"), ("J1", "hand-written"), ("J1", "stock Faust"), ("J4", "paysignal")] == [
        (line["job"], line["engine"]) for line in lines
    ]
    assert [1_000] * 4 == [line["facts"] for line in lines]
    assert all(line["facts_per_cpu_second"] > 0 and line["rss_bytes"] > 0 for line in lines)
    assert set() == left
    assert again.returncode == 1
    assert b"give it a broker of its own" in again.stderr
