"""`paysignal export` of what the topics hold."""

from contextlib import closing

import msgspec
import pytest
from click.testing import CliRunner
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from paysignal.command import main
from paysignal.facts.topics import FACTS, FINALS
from paysignal.facts.wire import encode
from tests.tools.books import level, period_of
from tests.tools.figures import window
from tests.tools.openmetrics import parse, seconds_of

pytestmark = pytest.mark.broker

LEVELS = [level(value, period_of("transactions", start)) for value, start in ((100, "2024-05-01"), (130, "2024-06-01"))]
FINAL = window(final=True, version=3)
CORRECTED = window(final=True, version=4, value=1300.0, low=1300.0, high=1300.0)
LATER = msgspec.structs.replace(
    FINAL, version=9, value=7.0, low=7.0, high=7.0, start="2018-07-16T00:00:00Z", event_time="2018-07-17T00:00:00Z"
)


def test_claims_and_finals_of_the_topics_are_there_to_the_last_record(embedded_broker: str) -> None:
    """Each final at its window's end, the corrected one where there is one; what is none is counted and told."""
    with closing(KafkaAdminClient(bootstrap_servers=embedded_broker)) as admin:
        admin.create_topics([NewTopic(topic, 2, 1) for topic in (FACTS, FINALS)])
    with closing(KafkaProducer(bootstrap_servers=embedded_broker, enable_idempotence=True)) as producer:
        sent = [producer.send(FACTS, key=each.partition_key.encode(), value=encode(each)) for each in LEVELS]
        sent += [producer.send(FINALS, key=each.key.encode(), value=encode(each)) for each in (LATER, CORRECTED, FINAL)]
        sent.append(producer.send(FINALS, key=b"x", value=b"{"))
        for each in sent:
            each.get(10)

    result = CliRunner().invoke(main, ["export", "--openmetrics", "--broker", embedded_broker])
    assert 0 == result.exit_code, result.output
    found = {
        family.name: [(seconds_of(each), each.value) for each in family.samples]
        for family in parse(result.stdout)
        if family.name in {"paysignal_level", "paysignal_growth_ratio", "paysignal_window_sum_value"}
    }

    assert found == {
        "paysignal_level": [(1717200000.0, 100.0), (1719792000.0, 130.0)],
        "paysignal_growth_ratio": [(1719792000.0, 0.3)],
        "paysignal_window_sum_value": [(1531699200.0, 1300.0), (1531785600.0, 7.0)],
    }
    assert f"1 records of {FINALS} are no readings and were left out" in result.stderr
