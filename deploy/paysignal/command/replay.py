"""`paysignal replay`: the engine over a file."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from paysignal.command.parameters import parameters_of
from paysignal.command.rates import published_rates
from paysignal.command.settings import Settings, with_settings
from paysignal.engine.replay import FinalsAsked, Replayed
from paysignal.engine.replay import replay as replayed
from paysignal.facts import wire
from paysignal.facts.errors import Refused
from paysignal.facts.moments import known_us

#: A line longer than any fact is cut there and rejected as too large, so that a hostile file takes no memory.
_LONGEST_LINE = 2 * wire.LARGEST_FACT


@click.command(epilog="Example: paysignal produce sample:facts --dry-run | paysignal replay --as-of 2018-09-18 -")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--as-of", "as_of", metavar="T", help="Only what was known at T: a date (the end of that day) or an instant in UTC."
)
@click.option(
    "--finals", "finals", is_flag=True, help="The finals of the windows that closed, instead of the latest readings."
)
@click.option(
    "--partitions",
    type=click.IntRange(1, 1_024),
    default=1,
    metavar="N",
    help="Close windows as a system of N partitions does, for --finals.  [default: 1]",
)
@click.option("--json", "as_json", is_flag=True, help="Only the readings, as JSON lines; no summary on stderr.")
@with_settings("windows", "lateness_seconds", "duplicates", "figures", "trends", "sections", "rates")
def replay(file: Path, *, as_of: str | None, finals: bool, partitions: int, as_json: bool, settings: Settings) -> None:
    """Compute the readings of facts in FILE (JSON lines, - for standard input); no broker.

    Prints the final reading of each key as JSON lines, sorted by key: byte for byte what a running system published of
    the same facts, in whatever order it got them. With --finals it prints the last final of each window instead.
    """
    known = None if as_of is None else _known(as_of)
    parameters = parameters_of(settings)
    asked = FinalsAsked(partitions) if finals else None
    result = replayed(_lines(file), str(file), known, published_rates(settings.rates), parameters, asked)
    for reading in result.finals if finals else result.readings:
        sys.stdout.buffer.write(wire.encode(reading) + b"\n")
    sys.stdout.buffer.flush()
    if not as_json:
        click.echo(_summary(result), err=True)
    for item in result.rejected:
        click.echo(f"line {item.origin.offset}: {item.reason}: {item.detail}", err=True)


def _known(as_of: str) -> int:
    try:
        return known_us(as_of)
    except Refused as error:
        raise click.BadParameter(str(error), param_hint="'--as-of'") from None


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with click.open_file(str(file), "rb") as stream:
            yield from iter(lambda: stream.readline(_LONGEST_LINE), b"")
    except OSError as error:
        raise click.UsageError(
            f"{file}: {error.strerror}; name a file of JSON lines, or - for standard input"
        ) from None


def _summary(result: Replayed) -> str:
    parts = [f"{result.accepted} facts", f"{len(result.readings)} readings"]
    others = {
        "finals": len(result.finals),
        "duplicates": result.duplicate,
        "evicted": result.evicted,
        "retracted": result.retracted,
        "late": len(result.late),
        "rejected": len(result.rejected),
    }
    return ", ".join(parts + [f"{number} {name}" for name, number in others.items() if number])
