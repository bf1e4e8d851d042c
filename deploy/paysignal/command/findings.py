"""`paysignal findings`: which published figures can not be right if others are, and which breaks nobody declared."""

from collections.abc import Iterator

import click
from rich.console import RenderableType
from rich.text import Text

from paysignal.command.asking import Asker, asking
from paysignal.command.drawing import stdout_console
from paysignal.command.framing import framed
from paysignal.facts import wire
from paysignal.facts.markets import market_name
from paysignal.facts.texts import shown_json
from paysignal.history.questions import series_of
from paysignal.history.rows import FindingsRow, FoundRow, SuspicionRow
from paysignal.page import figures

_SERIES_NAMED = 3


@click.command()
@click.argument("provider", default="")
@asking
def findings(asker: Asker, provider: str, *, as_json: bool) -> None:
    r"""Tell what speaks against figures, of all providers or of one PROVIDER (a slug, such as upi).

    Growths that their levels contradict, averages that are not value over count, amounts in two currencies at a rate
    that nobody had, slips of unit; stocks, parts, publishers and counts that seem to be counted anew. Each with the
    figure that follows from the others. As of another time it takes a provider.

    \b
    paysignal findings
    paysignal findings imps --as-of 2021-12-31
    paysignal findings --facts facts.jsonl --json
    """
    row = asker.ask("/v1/findings", "provider", provider, FindingsRow)
    if as_json:
        click.echo(shown_json(wire.encode(row).decode()))
        return
    console = stdout_console()
    for part in _parts(row):
        console.print(part, soft_wrap=isinstance(part, Text))


def _parts(row: FindingsRow) -> Iterator[RenderableType]:
    if row.findings:
        columns = ("Figure", "Market", "Period", "Rule", "Finding")
        yield framed(
            "Findings: figures that others contradict", columns, list(map(_finding, row.findings)), frozenset()
        )
    if row.suspicions:
        columns = ("Figures", "After", "Before", "Rule", "Finding")
        yield framed(
            "Suspected breaks: nobody declared them", columns, list(map(_suspicion, row.suspicions)), frozenset()
        )
    told = len(row.findings) + len(row.suspicions)
    if not row.total:
        yield Text("Nothing speaks against the figures held.")
    elif told < row.total:
        yield Text(f"{row.total - told:,} more are not shown; name a provider")
    if row.examining:
        yield Text("Some facts were not looked at yet: ask again in a while.", style="yellow")


def _finding(found: FoundRow) -> tuple[str, ...]:
    series, finding = series_of(found.series), found.finding
    return (
        figures.series(series),
        market_name(series.market),
        figures.period_text(finding.period, series.grain),
        finding.rule.replace("_", " "),
        figures.line(finding.note),
    )


def _suspicion(found: SuspicionRow) -> tuple[str, ...]:
    named = [figures.series(series_of(key)) for key in found.series[:_SERIES_NAMED]]
    more = len(found.series) - len(named)
    return (
        "; ".join(named) + (f" and {more} more" if more else ""),
        found.after,
        found.before,
        found.rule.replace("_", " "),
        figures.line(found.note),
    )
