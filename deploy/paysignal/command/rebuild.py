"""`paysignal rebuild`: the workers' state taken away, so that they start again from the first fact."""

import asyncio

import click
import msgspec
from aiokafka.errors import KafkaError

from paysignal.agents.checkpoint.rebuild import RebuildError, Rebuilt
from paysignal.agents.checkpoint.rebuild import rebuild as taken_away
from paysignal.agents.settings import WorkerSettings
from paysignal.agents.standing import partition_counts
from paysignal.command.reaching import require_broker
from paysignal.command.settings import Settings, with_settings
from paysignal.command.topics import json_option
from paysignal.facts.topics import STATE


@click.command()
@with_settings("broker", "group")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def rebuild(settings: Settings, *, yes: bool, as_json: bool) -> None:
    """Take the state of the group's workers away; stop them first.

    They then start again from the first fact that the topics hold. Nothing of the facts is lost; readings are published
    again with the same versions. Increments that are older than their topic keeps them are in no window any more: their
    retention is longer than the longest window.
    """
    require_broker(settings)
    question = f"Take away the state of group {settings.group} on {settings.broker}?"
    if not yes:
        click.confirm(question, abort=True, err=True)
    done = asyncio.run(_run(settings))
    if as_json:
        click.echo(msgspec.json.encode(done))
    elif done.rows:
        click.echo(f"{done.rows} rows of {done.lanes} partitions are gone; start the workers again")
    else:
        click.echo(f"group {settings.group} has no state: its workers start from the first fact")


async def _run(settings: Settings) -> Rebuilt:
    try:
        counts = await partition_counts(settings.broker)
    except KafkaError as error:
        raise RebuildError(f"no broker answers at {settings.broker}: {error}; name another") from error
    if STATE not in counts:
        raise RebuildError(f"broker {settings.broker} has no {STATE}; make it with `paysignal topics create`")
    return await taken_away(WorkerSettings(broker=settings.broker, group=settings.group), counts)
