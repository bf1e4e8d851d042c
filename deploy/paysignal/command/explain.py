"""`paysignal explain`: why a reading is what it is."""

from collections.abc import Iterator

import click
from rich.console import Console, RenderableType
from rich.text import Text

from paysignal.command.asking import Asker, asking
from paysignal.command.drawing import stdout_console
from paysignal.command.framing import beside, framed
from paysignal.command.sketching import Ends, whiskers
from paysignal.facts import wire
from paysignal.facts.claims import Source
from paysignal.facts.markets import market_name
from paysignal.facts.texts import shown_json
from paysignal.history.rows import EvidenceRow, ExplanationRow, FactRow
from paysignal.page import figures, words

_RIGHT = frozenset({"Statement", "Value", "Rate"})


@click.command()
@click.argument("key")
@asking
def explain(asker: Asker, key: str, *, as_json: bool) -> None:
    r"""Tell why the reading with this KEY is what it is, or was at another time.

    The formula with its numbers put in, the facts with source, bound and known time, what was left out and why, later
    periods passed over, and what other figures contradict. Keys stand on the page, in `paysignal tail readings --json`
    (series, indicator, window and baseline joined by |) and in the output of `paysignal history`.

    \b
    paysignal explain 'alipay|CN|active_users||instant||current|year_on_year_growth||year_ago'
    paysignal explain KEY --as-of 2018-09-18
    paysignal explain KEY --facts facts.jsonl --json
    """
    row = asker.ask("/v1/explain", "key", key, ExplanationRow)
    if as_json:
        click.echo(shown_json(wire.encode(row).decode()))
        return
    draw_explanation(stdout_console(), row)


def draw_explanation(console: Console, row: ExplanationRow) -> None:
    """The whole explanation, part by part."""
    for part in _parts(row):
        console.print(part, soft_wrap=isinstance(part, Text))


def _parts(row: ExplanationRow) -> Iterator[RenderableType]:
    yield from _reading(row)
    yield Text()
    yield from _formula(row)
    yield Text()
    columns = ("Part", "Statement", "Value", "", "Period", "Known", "Source", "Rate")
    facts = [cells for evidence in row.evidence for cells in _evidence(evidence)]
    yield framed("Facts: what was put in, and who says the same", columns, facts, _RIGHT)
    if row.left_out:
        left = [(*_fact(one.fact), figures.why(one)) for one in row.left_out]
        without_part = ("Statement", "Value", "Period", "Known", "Source", "Because")
        yield framed("Left out: other statements about the same periods", without_part, left, _RIGHT)
    grain = row.reading.series.grain
    if row.passed_over:
        yield Text("Later periods passed over", style="bold")
        yield from (Text(f"  {figures.passed_over(told, grain)}") for told in row.passed_over)
    if row.findings:
        yield Text("Findings: figures of this series that others contradict", style="bold")
        for found in row.findings:
            used = " (used here)" if found.used else ""
            yield Text(f"  {figures.period_text(found.period, grain)}: {figures.line(found.note)}{used}")
    if row.suspicions:
        yield Text("Suspected breaks: nobody declared them", style="bold")
        for suspected in row.suspicions:
            used = " (crossed here)" if suspected.used else ""
            yield Text(f"  {figures.line(suspected.note)}{used}")
    if row.rate_checks:
        yield Text("Rate checks: amounts told in two currencies", style="bold")
        for check in row.rate_checks:
            yield Text(f"  {figures.line(check.note)}: {'agrees' if check.agrees else 'disagrees'}")
    if row.missing_until:
        yield Text(figures.missing(row.missing_until), style="yellow")


def _reading(row: ExplanationRow) -> Iterator[Text]:
    reading = row.reading
    series = reading.series
    yield Text(f"{figures.series(series)}, {market_name(series.market)}: {figures.indicator(reading)}", style="bold")
    value = Text(figures.reading(reading), style="bold")
    interval = figures.reading_interval(reading)
    value.append(f" ({interval})" if interval else "", style="not bold")
    flags = "".join(f", {words.name(flag).replace('_', ' ')}" for flag in sorted({*reading.flags, *row.marks}))
    value.append(f"  {reading.origin}{flags}", style="not bold")
    yield value
    period = figures.period(row.evidence[0].period, series.grain) if row.evidence else reading.event_time
    gap = f", {reading.gap_days} days after its base" if reading.gap_days is not None else ""
    yield Text(f"{period}{gap}; the latest of its facts known {reading.known_at}; {figures.as_of(row.as_of)}")


def _formula(row: ExplanationRow) -> Iterator[Text]:
    if row.reading.origin == "stated":
        yield Text(f"{row.reading.value!r}, as stated")
    else:
        yield Text(f"{row.formula} = {row.reading.value!r}")


def _evidence(evidence: EvidenceRow) -> Iterator[tuple[str, ...]]:
    """Its facts, the shown one first; what each leaves open is drawn on the axis of all, to see where they meet."""
    drawn = whiskers([Ends(fact.claim.value, fact.low, fact.high) for fact in evidence.facts])
    for number, (fact, interval) in enumerate(zip(evidence.facts, drawn, strict=True)):
        statement, value, *rest = _fact(fact)
        rate = f"{evidence.rate:.6g}" if evidence.rate and not number else ""
        alone = len(evidence.facts) == 1
        yield ("" if number else evidence.part, statement, value, "" if alone else interval, *rest, rate)


def _fact(fact: FactRow) -> tuple[str, str, str, str, str]:
    claim = fact.claim
    estimated = " (estimated)" if claim.known_at_basis == "estimated" else ""
    return (
        beside(figures.claim(claim), figures.claim_interval(fact)),
        figures.exactly(claim.value),
        figures.claim_period(claim),
        f"{claim.known_at}{estimated}",
        _source(claim.source),
    )


def _source(source: Source) -> str:
    name = f"{figures.line(source.name)} ({words.name(source.publisher)}, {source.tier})"
    return f"{name} {figures.line(source.url)}" if source.url else name
