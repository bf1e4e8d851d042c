"""The page: both tables as HTML. Pure; whatever comes from outside goes through `_text`, which escapes it."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from paysignal.page.tables import JustRead, LeftOut, Strongest
from paysignal.page.view import View

#: A page of more rows is read by nobody; the JSON has all of them.
ROWS_SHOWN = 200

_REASONS = {
    LeftOut.CONFLICT: "contradicted by another publisher",
    LeftOut.SMALL_BASE: "grown from a small base",
    LeftOut.UNSTATED: "without a stated baseline",
    LeftOut.VARIANT: "of another definition",
}


def document(view: View, hashes: Mapping[str, str]) -> str:
    """The whole page; `hashes` tells the static files' versions apart in a browser's cache."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>paysignal: payment growth</title>
<link rel="stylesheet" href="/static/page.css?v={hashes["page.css"]}">
<noscript><meta http-equiv="refresh" content="30"></noscript>
<script src="/static/page.js?v={hashes["page.js"]}" defer></script>
</head>
<body>
<header>
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
<a href="/v1/strongest">Strongest as JSON</a> <a href="/status">Status</a>
</nav>
</footer>
</body>
</html>
"""


def _state(view: View) -> str:
    at = f"{view.now:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f'<p class="state">{view.series:,} series and {view.claims:,} claims held at '
        f'<time datetime="{view.now.isoformat()}">{at}</time>.</p>'
    )


def _just_read(view: View) -> str:
    columns = ("Provider", "Market", "Measure", "Statement", "Period", "Against", "Computed", "Sources", "Age")
    return _table(
        "just-read",
        "Just read",
        "What the articles state, each figure as it was written.",
        columns,
        [_just_read_cells(row) for row in view.just_read],
        "No article has been read yet.",
    )


def _just_read_cells(row: JustRead) -> Sequence[str]:
    statement = _figure(row.statement, row.interval)
    if row.retracted:
        statement = f'<del>{statement}</del> <span class="tag warn">taken back</span>'
    return (
        _provider(row.provider_name, synthetic=row.synthetic),
        _market(row.market, row.market_name),
        _text(row.measure_words),
        statement,
        _text(row.period),
        _text(row.baseline),
        _figure(row.derived, row.derived_interval) if row.derived else "",
        _sources(row.sources),
        _age(row.age, row.known_at or ""),
    )


def _strongest(view: View) -> str:
    columns = ("Rank", "Provider", "Market", "Measure", "Growth", "Origin", "Period", "Age", "Source")
    return _table(
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
        _provider(row.provider_name, synthetic=row.synthetic),
        _market(row.market, row.market_name),
        _text(row.measure_words),
        _figure(row.growth, row.interval),
        f'<span class="tag {"stated" if row.origin == "stated" else "derived"}">{_text(row.origin)}</span>',
        _text(row.period),
        _age(row.age, row.event_time),
        _sources(row.sources),
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


def _table(  # noqa: PLR0913, PLR0917 - a table is its parts
    identity: str, title: str, about: str, columns: Sequence[str], rows: Sequence[Sequence[str]], empty: str
) -> str:
    if not rows:
        body = f'<p class="empty">{empty}</p>'
    else:
        head = "".join(f'<th scope="col">{column}</th>' for column in columns)
        lines = "\n".join(_line(columns, cells) for cells in rows[:ROWS_SHOWN])
        body = (
            f'<table aria-labelledby="{identity}-title">\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>{_rest(rows)}"
        )
    heading = f'<h2 id="{identity}-title">{title}</h2>\n<p class="about">{about}</p>'
    return f'<section id="{identity}">\n{heading}\n{body}\n</section>'


def _rest(rows: Sequence[object]) -> str:
    more = len(rows) - ROWS_SHOWN
    return f'\n<p class="note">{more:,} more rows are in the JSON.</p>' if more > 0 else ""


def _line(columns: Sequence[str], cells: Sequence[str]) -> str:
    # The label stands in the cell as well: on a narrow screen a row becomes a card without a head.
    inner = "".join(
        f'<td data-label="{column}" class="{column.lower()}">{_cell(cell)}</td>'
        for column, cell in zip(columns, cells, strict=True)
    )
    return f"<tr>{inner}</tr>"


def _cell(cell: str) -> str:
    return f"<div>{cell}</div>" if cell else ""


def _text(text: str) -> str:
    """Text from outside, escaped; the one way any of it gets into the page."""
    return escape(text, quote=True)


def _figure(figure: str, interval: str) -> str:
    spread = f' <span class="interval">({_text(interval)})</span>' if interval else ""
    return f'<span class="figure">{_text(figure)}</span>{spread}'


def _provider(name: str, *, synthetic: bool) -> str:
    tag = ' <span class="tag warn">synthetic</span>' if synthetic else ""
    return f"<bdi>{_text(name)}</bdi>{tag}"


def _market(code: str, name: str) -> str:
    return f'<abbr title="{_text(code)}">{_text(name)}</abbr>'


def _sources(sources: Sequence[str]) -> str:
    if not sources:
        return ""
    more = f' <span class="more">+ {len(sources) - 1}</span>' if len(sources) > 1 else ""
    return f'<span title="{_text(", ".join(sources))}"><bdi>{_text(sources[0])}</bdi>{more}</span>'


def _age(age: str, moment: str) -> str:
    return f'<time datetime="{_text(moment)}" title="{_text(moment)}">{_text(age)}</time>'
