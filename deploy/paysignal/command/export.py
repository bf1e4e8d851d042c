"""`paysignal export`: the past, as files for others."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from paysignal.command.exporting.past import Source, Span
from paysignal.command.settings import Settings, with_settings
from paysignal.facts.errors import Refused
from paysignal.facts.moments import event_us, known_us

_TABLES = ("facts", "readings", "finals")


@click.command()
@click.option("--openmetrics", "form", flag_value="openmetrics", help="For promtool: the past of /metrics.")
@click.option("--csv", "table", type=click.Choice(_TABLES), help="A table of facts, readings or finals.")
@click.option("--since", metavar="T", help="Only event times from T on: a date or an instant in UTC.")
@click.option("--until", metavar="T", help="Only event times up to T.")
@click.option("--as-of", metavar="T", help="As it was known at T: a date (the end of that day) or an instant.")
@click.option(
    "--facts",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Export of facts as JSON lines (- for standard input); no broker.",
)
@with_settings("broker", "max_claims", "figures", "trends", "rates")
def export(
    *,
    settings: Settings,
    form: str | None,
    table: str | None,
    since: str | None,
    until: str | None,
    as_of: str | None,
    facts: Path | None,
) -> None:
    r"""Write the past to stdout: what the indicators said at each event time, as it is known now or was then.

    \b
    paysignal export --openmetrics > past.om
    promtool tsdb create-blocks-from openmetrics --max-block-duration=8760h past.om DATA
    prometheus --storage.tsdb.path=DATA --storage.tsdb.retention.time=100y
    paysignal export --openmetrics --facts facts.jsonl --since 2018-01-01 > past.om

    --openmetrics has every reading of claims at its event time, and of windows the finals, under the names of /metrics.
    A moment has one sample, so ask over time: last_over_time(paysignal_level[400d]).

    \b
    paysignal export --csv facts --since 2025-01-01 > facts.csv
    paysignal export --csv readings --as-of 2025-06-30 > then.csv

    --csv facts has every claim, also what was taken back; readings every reading of claims at each of its event times;
    finals those of windows. Text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    if (form is None) == (table is None):
        raise click.UsageError("which form: add --openmetrics, or --csv facts, readings or finals; one of them")
    span = Span(_moment("--since", since, event_us), _moment("--until", until, event_us))
    known = _moment("--as-of", as_of, known_us)
    write = _FORMS[form or "csv"]
    write(Source(settings, facts), span, known, table)


def _csv(source: Source, span: Span, as_of_us: int | None, table: str | None) -> None:
    from paysignal.command.exporting.csv import write_csv

    console = Console(stderr=True)
    assert table is not None  # noqa: S101 - asked for by its name
    written = write_csv(table, source, span, as_of_us, sys.stdout.buffer, console=console)
    console.print(f"{written:,} rows written", highlight=False)


def _openmetrics(source: Source, span: Span, as_of_us: int | None, _: str | None) -> None:
    from paysignal.command.exporting.openmetrics import write_openmetrics

    console = Console(stderr=True)
    written = write_openmetrics(source, span, as_of_us, sys.stdout.buffer, console)
    console.print(f"{written:,} samples written", highlight=False)


#: What each flag calls; a further form is a flag and a line here.
_FORMS = {"openmetrics": _openmetrics, "csv": _csv}


def _moment(flag: str, text: str | None, us: Callable[[str], int]) -> int | None:
    try:
        return None if text is None else us(text)
    except Refused as error:
        raise click.BadParameter(str(error), param_hint=f"'{flag}'") from None
