"""Standing topics: what a worker finds on the broker before it joins its group. It makes none."""

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient


async def partition_counts(broker: str) -> Mapping[str, int]:
    """How many partitions each topic of the broker has; raises aiokafka's `KafkaError` when none answers.

    Called by the worker before Faust starts. All topics are asked for at once: asked for one by its name, a broker that
    makes topics by themselves makes it, with partitions and settings of its own. Faust can not tell the counts: the
    metadata of a member that joins others may come after its partitions.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.split(","))
    try:
        await admin.start()
        described = await admin.describe_topics(None)
    finally:
        await admin.close()
    return {topic["topic"]: len(topic["partitions"]) for topic in described if topic["partitions"]}
