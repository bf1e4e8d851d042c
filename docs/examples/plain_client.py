"""The same with a Kafka client alone, for whoever does not want paysignal installed: the rules are these few lines.

python plain_client.py localhost:9092
"""

import json
import sys

from kafka import KafkaConsumer, TopicPartition

TOPIC = "paysignal.readings.v1"
BROKER = sys.argv[1] if len(sys.argv) > 1 else "localhost:9092"

consumer = KafkaConsumer(
    bootstrap_servers=BROKER,
    group_id=None,
    isolation_level="read_committed",  # the worker's transactions: what was aborted is not read
    enable_auto_commit=False,
)
partitions = [TopicPartition(TOPIC, number) for number in consumer.partitions_for_topic(TOPIC)]
consumer.assign(partitions)
consumer.seek_to_beginning(*partitions)

versions: dict[str, int] = {}
idle = 0
while idle < 3:  # what stands now: three polls without a record end it
    fetched = consumer.poll(timeout_ms=500)
    idle = 0 if fetched else idle + 1
    for record in (each for records in fetched.values() for each in records):
        key = record.key.decode()
        if not key.endswith("|year_on_year_growth||year_ago"):
            continue
        if record.value is None:
            print("withdrawn", key)
            continue
        reading = json.loads(record.value)
        if reading["version"] <= versions.get(key, -1):
            continue  # sent again by a worker that took over, or stale
        versions[key] = reading["version"]
        print(key, reading["value"], reading["low"], reading["high"])
consumer.close()
