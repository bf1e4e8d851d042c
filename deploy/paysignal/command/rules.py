"""`paysignal rules`: the thresholds file as Prometheus rules, and what is wrong with it."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from paysignal.command.prometheus_rules import prometheus_rules
from paysignal.command.settings import Settings, with_settings
from paysignal.command.thresholds import thresholds_bytes
from paysignal.engine.alerting.rules import Rules
from paysignal.facts.errors import PaySignalError
from paysignal.thresholds.parse import rules_of

_FILE = click.argument("file", required=False, type=click.Path(path_type=Path))
_PROMTOOL_SECONDS = 60.0


class CheckError(PaySignalError):
    """The rules do not hold, or can not be checked."""


@click.group()
def rules() -> None:
    """Check the thresholds file, and write Prometheus rules that are equal to it."""


@rules.command()
@_FILE
@with_settings("thresholds")
def build(settings: Settings, file: Path | None) -> None:
    r"""Write the thresholds file's rules as Prometheus rules.

    FILE is the thresholds file; without it that of the settings, or the one that ships. Each rule becomes an alert
    whose threshold is joined from the exporter's paysignal_threshold.

    \b
    paysignal rules build thresholds.yaml > /etc/prometheus/rules/paysignal.yml
    """
    sys.stdout.write(prometheus_rules(_read(file or settings.thresholds)[0].all))


@rules.command()
@_FILE
@with_settings("thresholds")
def check(settings: Settings, file: Path | None) -> None:
    """Say what is wrong with the thresholds file, line by line, and have promtool check the rules made of it.

    FILE is as for `build`. Ends with 1 when something is wrong, and when there is no promtool to ask.
    """
    found, name = _read(file or settings.thresholds)
    text = prometheus_rules(found.all)
    promtool = shutil.which("promtool")
    if promtool is None:
        raise CheckError(
            f"{name}: its {len(found.all)} rules are well formed; promtool, which comes with Prometheus, is not here"
        )
    with tempfile.TemporaryDirectory(prefix="paysignal-") as folder:
        made = Path(folder) / "rules.yml"
        made.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                [promtool, "check", "rules", "--lint-fatal", made],
                capture_output=True, text=True, check=False, timeout=_PROMTOOL_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise CheckError(f"{promtool} did not answer within {_PROMTOOL_SECONDS:g} s; try it again") from None
    if done.returncode:
        raise CheckError(f"{name}: promtool refuses what is made of it:\n{(done.stdout + done.stderr).strip()}")
    click.echo(f"{name}: {len(found.all)} rules, and promtool agrees")


def _read(file: Path | None) -> tuple[Rules, str]:
    raw, name = thresholds_bytes(file)
    return rules_of(raw, name), name
