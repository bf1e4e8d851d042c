"""`paysignal topics`: the topics made, checked, or only told."""

import dataclasses
import sys

import click
import msgspec

from paysignal.command.reaching import require_broker
from paysignal.command.settings import Settings, with_settings
from paysignal.facts.errors import PaySignalError
from paysignal.facts.topics import TOPICS, Topic
from paysignal.security.rights import COMPONENTS, commands_of, rights_of
from paysignal.sending.topics import Difference, TopicsReport, check_topics, create_topics

json_option = click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout.")


class TopicsDifferError(PaySignalError):
    """The topics are not as they should be."""


@click.group()
def topics() -> None:
    """Create or check the topics, or print what would be created, and who needs which rights."""


@topics.command()
@with_settings("broker", "partitions", "replication")
@json_option
def create(settings: Settings, *, as_json: bool) -> None:
    """Create the topics that are missing; those that exist are compared and never changed."""
    require_broker(settings, rights_of("administrator", settings.group))
    _tell(create_topics(settings.broker, settings.partitions, settings.replication), as_json=as_json)


@topics.command()
@with_settings("broker", "partitions")
@json_option
def check(settings: Settings, *, as_json: bool) -> None:
    """Compare the topics with what they should be; exit code 1 when one is missing or different."""
    require_broker(settings)
    _tell(check_topics(settings.broker, settings.partitions), as_json=as_json)


@topics.command()
@with_settings("broker", "partitions", "replication")
@click.option("--diff", is_flag=True, help="Ask the broker, and print only what is not as declared, as a diff.")
@json_option
def plan(settings: Settings, *, diff: bool, as_json: bool) -> None:
    r"""Print the topics as they would be created, for whoever creates them; asks no broker without --diff.

    \b
    + paysignal.late.v1: partitions=8 replication=1 …      missing: `topics create` makes it
    ~ paysignal.facts.v1: retention.ms 604800000 -> -1     there, and not as declared: nothing changes it by itself
    """
    if diff:
        require_broker(settings)
        _tell_differences(check_topics(settings.broker, settings.partitions), settings, as_json=as_json)
        return
    for topic in TOPICS:
        if as_json:
            counts = {"partitions": settings.partitions, "replication": settings.replication}
            _print_json({"topic": topic.name, **counts, "settings": dict(topic.settings), "purpose": topic.purpose})
            continue
        click.echo(f"{topic.name}  {topic.purpose}")
        click.echo(f"  {_declared(topic, settings)}")


def _declared(topic: Topic, settings: Settings) -> str:
    counts = {"partitions": settings.partitions, "replication": settings.replication}
    return " ".join(f"{name}={value}" for name, value in {**counts, **topic.settings}.items())


def _tell_differences(report: TopicsReport, settings: Settings, *, as_json: bool) -> None:
    """What `create` would make, and what it would leave as it is though it differs; nothing is ever destroyed."""
    missing = [topic for topic in TOPICS if topic.name in report.missing]
    if as_json:
        for topic in missing:
            _print_json({"topic": topic.name, "change": "create"})
        for each in report.conflicts:
            _print_json({"topic": each.topic, "change": "none", **_told(each)})
        return
    for topic in missing:
        click.echo(f"+ {topic.name}: {_declared(topic, settings)}")
    for each in report.conflicts:
        click.echo(f"~ {each.topic}: {each.setting} {each.found} -> {each.wanted}")
    if not missing and not report.conflicts:
        click.echo("all topics are as declared", err=True)


@topics.command()
@click.argument("component", type=click.Choice(COMPONENTS), required=False)
@click.option("--principal", default="User:NAME", show_default=True, help="Whom the rights are given to.")
@with_settings("group")
@json_option
def acls(settings: Settings, *, component: str | None, principal: str, as_json: bool) -> None:
    """Print the rights that COMPONENT needs and no more, as arguments of Kafka's kafka-acls.sh; asks no broker.

    Without COMPONENT those of all. `--group` is the workers' group: its transactional ids begin with its name.
    """
    for each in (component,) if component else COMPONENTS:
        rights = rights_of(each, settings.group)
        if as_json:
            for right in rights:
                _print_json({"component": each, **dataclasses.asdict(right)})
            continue
        click.echo(f"# {each}")
        for line in commands_of(rights, principal):
            click.echo(line)


def _tell(report: TopicsReport, *, as_json: bool) -> None:
    outcomes = {"created": report.created, "present": report.present, "missing": report.missing}
    for outcome, names in outcomes.items():
        for name in names:
            differences = [each for each in report.conflicts if each.topic == name]
            if as_json:
                _print_json({"topic": name, "outcome": outcome, "differences": [_told(each) for each in differences]})
            else:
                click.echo(f"{outcome:<8} {name}")
    if len(report.conflicts) < len(report.differences):
        click.echo("This broker does not tell its topics' settings, so only partitions were compared.", err=True)
    _require_right(report)


def _require_right(report: TopicsReport) -> None:
    wrong = [str(each) for each in report.conflicts] + [f"{name} is missing" for name in report.missing]
    if not wrong:
        return
    fixes = ["`paysignal topics create` makes what is missing"] if report.missing else []
    if any(each.setting == "partitions" for each in report.conflicts):
        fixes.append(
            "partitions are never changed in place: give --partitions as they are, or see docs/operating.md, Growing"
        )
    if any(each.setting != "partitions" for each in report.conflicts):
        fixes.append("Kafka's `kafka-configs.sh --alter` changes settings")
    raise TopicsDifferError("; ".join(wrong) + "; " + "; ".join(fixes))


def _told(difference: Difference) -> dict[str, str | None]:
    return {"setting": difference.setting, "wanted": difference.wanted, "found": difference.found}


def _print_json(line: object) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
