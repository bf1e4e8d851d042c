"""The first view, growth: movers, markets and both tables as HTML. Pure; whatever comes from outside is escaped."""

from collections.abc import Iterable, Sequence

from paysignal.page import figures
from paysignal.page.markup import (
    ROWS_SHOWN,
    age,
    breakable,
    explain_link,
    figure,
    market,
    origin,
    provider,
    sources,
    table,
    tags,
    text,
)
from paysignal.page.movers_part import movers_part
from paysignal.page.shell import page
from paysignal.page.tables import JustRead, LeftOut, Strongest
from paysignal.page.tiles_part import tiles_part
from paysignal.page.view import View

__all__ = ["ROWS_SHOWN", "document"]

_REASONS = {
    LeftOut.CONFLICT: "contradicted by another publisher",
    LeftOut.CONTRADICTED: "contradicted by the levels they are about",
    LeftOut.SUSPECTED_BREAK: "across a suspected break",
    LeftOut.SMALL_BASE: "grown from a small base",
    LeftOut.UNSTATED: "without a stated baseline",
    LeftOut.VARIANT: "of another definition",
}

_MACHINES = (
    ("/v1/just-read", "Just read as JSON"),
    ("/v1/strongest", "Strongest as JSON"),
    ("/v1/findings", "Findings as JSON"),
)


def document(view: View, version: str) -> str:
    """The whole page; `version` is that of the static files."""
    body = f"""<h1>Payment growth</h1>
<p class="about">Read from what is published, with what its digits leave open.</p>
{movers_part(view.leaders, view.laggards)}
{tiles_part(view.markets, _shows(view.show))}
{_just_read(view)}
{_strongest(view)}
{_state(view)}"""
    return page("paysignal: payment growth", version, body, here="/", machines=_MACHINES)


def _state(view: View) -> str:
    at = f"{view.now:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f'<p class="state">{view.series:,} readings and {view.claims:,} claims held at '
        f'<time datetime="{view.now.isoformat()}">{at}</time>.</p>'
    )


def _just_read(view: View) -> str:
    columns = ("Provider", "Market", "Measure", "Statement", "Period", "Against", "Computed", "Sources", "Age")
    return table(
        "just-read",
        "Just read",
        "What the articles state, each figure as it was written.",
        columns,
        [_just_read_cells(row) for row in view.just_read],
        "No article has been read yet.",
    )


def _just_read_cells(row: JustRead) -> Sequence[str]:
    statement = figure(row.statement, row.interval)
    if row.retracted:
        statement = f'<del>{statement}</del> <span class="tag warn">taken back</span>'
    return (
        provider(row.provider_name, synthetic=row.synthetic),
        market(row.market, row.market_name),
        text(row.measure_words),
        explain_link(row.key, statement) + tags(row.flags) + _notes(row.notes),
        text(row.period),
        text(row.baseline),
        figure(row.derived, row.derived_interval) if row.derived else "",
        sources(row.sources),
        age(row.age, row.known_at or ""),
    )


def _notes(notes: Iterable[str]) -> str:
    return "".join(f'<p class="note">{breakable(figures.line(note))}</p>' for note in notes)


def _strongest(view: View) -> str:
    columns = ("Rank", "Provider", "Market", "Measure", "Growth", "Origin", "Period", "Age", "Source")
    return table(
        "strongest",
        "Strongest",
        "Each provider's latest growth on the year, ranked by what it is at least.",
        columns,
        [_strongest_cells(row) for row in view.strongest],
        "No growth on the year is known yet.",
    ) + _left_out(view)


def _strongest_cells(row: Strongest) -> Sequence[str]:
    return (
        str(row.rank),
        provider(row.provider_name, synthetic=row.synthetic),
        market(row.market, row.market_name),
        text(row.measure_words),
        explain_link(row.key, figure(row.growth, row.interval)) + tags(set(LeftOut).intersection(row.flags)),
        origin(row.origin),
        text(row.period),
        age(row.age, row.event_time),
        sources(row.sources),
    )


def _left_out(view: View) -> str:
    """What is not in the table and the links that take it in, or those in it and the link that leaves them out."""
    parts = [
        f'<a href="/?show={_shows(view.show | {reason})}">{count:,} {_REASONS[reason]}</a>'
        for reason, count in view.left_out.items()
        if count
    ]
    shown = [_REASONS[reason] for reason in LeftOut if reason in view.show]
    told = f"Left out: {', '.join(parts)}." if parts else ""
    back = f'Taken in: {", ".join(shown)}. <a href="/">Leave them out again</a>.' if shown else ""
    return f'\n<p class="note">{told} {back}</p>' if told or back else ""


def _shows(show: Iterable[LeftOut]) -> str:
    return ",".join(sorted(show))
