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


@click.command()
@click.option("--openmetrics", "form", flag_value="openmetrics", help="For promtool: the past of /metrics.")
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
    """
    if form is None:
        raise click.UsageError("which form: add --openmetrics")
    span = Span(_moment("--since", since, event_us), _moment("--until", until, event_us))
    known = _moment("--as-of", as_of, known_us)
    _FORMS[form](Source(settings, facts), span, known)


def _openmetrics(source: Source, span: Span, as_of_us: int | None) -> None:
    from paysignal.command.exporting.openmetrics import write_openmetrics

    console = Console(stderr=True)
    written = write_openmetrics(source, span, as_of_us, sys.stdout.buffer, console)
    console.print(f"{written:,} samples written", highlight=False)


#: What each flag calls; a further form is a flag and a line here.
_FORMS = {"openmetrics": _openmetrics}


def _moment(flag: str, text: str | None, us: Callable[[str], int]) -> int | None:
    try:
        return None if text is None else us(text)
    except Refused as error:
        raise click.BadParameter(str(error), param_hint=f"'{flag}'") from None
