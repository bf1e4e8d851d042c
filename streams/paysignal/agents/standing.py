"""Standing topics: what a worker finds on the broker before it joins its group. It makes none."""

from collections.abc import Iterable, Mapping
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient

from paysignal.agents.stages.stage import Stage
from paysignal.facts.topics import FACTS, INCREMENTS, STATE
from paysignal.security.access import client_settings

#: Partitions of these have the same number, so that one worker has all of a series and its state.
_ALIKE: Final = (FACTS, INCREMENTS, STATE)


async def partition_counts(broker: str) -> Mapping[str, int]:
    """How many partitions each topic of the broker has; raises aiokafka's `KafkaError` when none answers.

    Called by the worker before Faust starts. All topics are asked for at once: asked for one by its name, a broker that
    makes topics by themselves makes it, with partitions and settings of its own. Faust can not tell the counts: the
    metadata of a member that joins others may come after its partitions.
    """
    admin = AIOKafkaAdminClient(**client_settings(broker))
    try:
        await admin.start()
        described = await admin.describe_topics(None)
    finally:
        await admin.close()
    return {topic["topic"]: len(topic["partitions"]) for topic in described if topic["partitions"]}


def what_is_wrong(counts: Mapping[str, int], stages: Iterable[Stage], *, saves: bool) -> str | None:
    """What a worker can not work with, and the command that makes it right; None when all is there.

    `counts` are the partitions of each topic; a worker that `saves` its state needs a topic for it, which fits.
    """
    ran = list(stages)
    named = [*(topic for stage in ran for topic in stage.topics), *(topic for stage in ran for topic in stage.outputs)]
    needed = dict.fromkeys([*named, STATE] if saves else named)
    if missing := [topic for topic in needed if topic not in counts]:
        return f"has no {', '.join(missing)}; make the topics with `paysignal topics create`"
    alike = {topic: counts[topic] for topic in _ALIKE} if saves else {}
    if len(set(alike.values())) > 1:
        told = ", ".join(f"{topic} has {count}" for topic, count in alike.items())
        return (
            f"has topics whose partitions differ: {told}. Partitions are never added in place: facts sent before would "
            "stand on others. Copy the facts into topics made anew with `paysignal topics create --partitions N`, then "
            "run `paysignal rebuild`"
        )
    sources = [topic for stage in ran for topic in stage.topics if saves and counts[topic] > counts[STATE]]
    if sources:
        return (
            f"has {sources[0]} with {counts[sources[0]]} partitions and {STATE} with {counts[STATE]}, which stores the "
            "state of each in its partition of the same number: make the topic anew with as many"
        )
    return None
