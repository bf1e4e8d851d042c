"""`paysignal doctor`: what is set, from where, and whether it can work."""

import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from paysignal.command.operating import checks
from paysignal.command.operating.checks import NOTE, OK, WRONG, Finding
from paysignal.command.reaching import answering, require_access
from paysignal.command.settings import Settings, flag_of, origin_of, with_settings
from paysignal.facts.errors import PaySignalError, quoted
from paysignal.local.broker import NoEmbeddedBrokerError, embedded_broker
from paysignal.local.ports import PortError, Wanted, require_free
from paysignal.local.probe import fetch
from paysignal.security.access import access_of
from paysignal.security.errors import AccessRefused

_OLDEST_PYTHON = (3, 11)
_PORTS = {"worker_port": "worker", "exporter_port": "exporter", "producer_port": "producer"}
_ALL = tuple(name for name in Settings.model_fields if name not in {"config", "api_token"})


class UnwellError(PaySignalError):
    """Something is wrong; each finding says what to do."""


@click.command()
@with_settings(*_ALL)
@click.option("--json", "as_json", is_flag=True, help="Settings and findings as JSON lines on stdout.")
@click.option("--spool", type=click.Path(path_type=Path), metavar="FILE", help="The spool whose disk is looked at.")
@click.pass_context
def doctor(context: click.Context, settings: Settings, *, as_json: bool, spool: Path | None) -> None:
    """Print every setting and where it comes from, then check what is needed, with a fix for each.

    Python, libraries, broker, rights, topics, clocks, lag, disk, ports. Secrets are hidden. Exit code 1 when something
    is wrong.
    """
    given = {name for name in _ALL if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE}
    for name in Settings.model_fields:
        _tell_setting(name, settings, origin_of(name, given, settings.config), as_json=as_json)
    wrong = 0
    for finding in examined(settings, spool):
        wrong += finding.state == WRONG
        if as_json:
            sys.stdout.write(msgspec.json.encode(finding).decode() + "\n")
        else:
            fix = finding.fix and f"; {finding.fix}"
            click.echo(f"{finding.state:<6} {finding.check}: {finding.found}{fix}")
    if wrong:
        raise UnwellError(f"{wrong} thing{'s' if wrong > 1 else ''} wrong; each line above says what to do")


def examined(settings: Settings, spool: Path | None = None) -> Iterator[Finding]:
    """Every check, in the order in which things are needed."""
    yield _python()
    yield checks.installed_libraries()
    yield _embedded()
    broker = _broker(settings)
    yield broker
    if broker.state == OK:
        yield checks.rights(settings)
        found = _topics(settings)
        yield found
        if not found.found.startswith("missing"):
            yield from checks.running(settings)
    if spool is not None:
        yield checks.disk(spool, settings.spool_bytes)
    yield from (_port(settings, name, owner) for name, owner in _PORTS.items())


def _tell_setting(name: str, settings: Settings, origin: str, *, as_json: bool) -> None:
    # As text, a secret is stars.
    value = str(getattr(settings, name))
    if as_json:
        sys.stdout.write(msgspec.json.encode({"setting": name, "value": value, "from": origin}).decode() + "\n")
    elif name != "config" or settings.config:
        click.echo(f"{flag_of(name):<22} {value:<20} {origin}")


def _python() -> Finding:
    found = f"Python {platform.python_version()} on {sys.platform} {platform.machine()}"
    if sys.version_info < _OLDEST_PYTHON:
        return Finding("python", WRONG, found, "install Python 3.11 or newer")
    return Finding("python", OK, found)


def _embedded() -> Finding:
    try:
        embedded_broker(0)
    except NoEmbeddedBrokerError as error:
        return Finding("embedded broker", NOTE, str(error))
    return Finding("embedded broker", OK, "can be started by `paysignal up`")


def _broker(settings: Settings) -> Finding:
    try:
        if answering(settings):
            require_access(settings)
            return Finding("broker", OK, f"{settings.broker} answers{_how(settings)}")
    except AccessRefused as error:
        found, _, fix = str(error).partition("; ")
        return Finding("broker", WRONG, found, fix)
    fix = "start it, name another with --broker HOST:PORT, or run `paysignal up`, which brings its own"
    return Finding("broker", WRONG, f"no Kafka answers at {settings.broker}", fix)


def _how(settings: Settings) -> str:
    """By which protocol, and as whom; of an open broker there is nothing to say."""
    access = access_of(settings.broker)
    if access.protocol == "PLAINTEXT":
        return ""
    return f", by {access.protocol}" + (f" as {quoted(access.login.username)}" if access.login else "")


def _topics(settings: Settings) -> Finding:
    from paysignal.sending.topics import check_topics

    try:
        report = check_topics(settings.broker, settings.partitions)
    except PaySignalError as error:
        return Finding("topics", WRONG, str(error))
    if report.missing:
        return Finding("topics", WRONG, f"missing: {', '.join(report.missing)}", "`paysignal topics create` makes them")
    if report.conflicts:
        told = "; ".join(str(each) for each in report.conflicts)
        return Finding("topics", WRONG, told, "`paysignal topics check` says what to do")
    if report.differences:
        return Finding("topics", OK, f"{len(report.present)} there; this broker does not tell their settings")
    return Finding("topics", OK, f"{len(report.present)} there, as they should be")


def _port(settings: Settings, name: str, owner: str) -> Finding:
    port: int = getattr(settings, name)
    check = f"port of the {owner}"
    if not port:
        return Finding(check, OK, "none is served")
    try:
        require_free(settings.host, [Wanted(port, flag_of(name), owner)])
    except PortError as error:
        if fetch(settings.host, port, "/live").ok:
            return Finding(check, NOTE, f"{port} is taken by a process that is live, perhaps this {owner}")
        found, _, fix = str(error).partition("; ")
        return Finding(check, WRONG, found, fix)
    return Finding(check, OK, f"{port} is free")
