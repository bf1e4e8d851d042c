"""The page: both tables as HTML. Pure; whatever comes from outside goes through `text`, which escapes it."""

from collections.abc import Iterable, Mapping, Sequence

from paysignal.page import figures
from paysignal.page.markup import (
    ROWS_SHOWN,
    age,
    breakable,
    explain_link,
    figure,
    market,
    origin,
    page,
    provider,
    sources,
    table,
    tags,
    text,
)
from paysignal.page.tables import JustRead, LeftOut, Strongest
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


def document(view: View, hashes: Mapping[str, str]) -> str:
    """The whole page; `hashes` tells the static files' versions apart in a browser's cache."""
    head = f"""<noscript><meta http-equiv="refresh" content="30"></noscript>
<script src="/static/page.js?v={hashes["page.js"]}" defer></script>
"""
    body = f"""<header>
<h1>paysignal</h1>
<p>Payment growth, read from what is published.</p>
</header>
<main id="live">
{_just_read(view)}
{_strongest(view)}
{_state(view)}
</main>
<footer>
<nav aria-label="For machines">
<a href="/metrics">Metrics</a> <a href="/v1/just-read">Just read as JSON</a>
<a href="/v1/strongest">Strongest as JSON</a>
<a href="/v1/findings">Findings as JSON</a> <a href="/status">Status</a>
</nav>
</footer>
"""
    return page("paysignal: payment growth", hashes, head, body)


def _state(view: View) -> str:
    at = f"{view.now:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f'<p class="state">{view.series:,} series and {view.claims:,} claims held at '
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
