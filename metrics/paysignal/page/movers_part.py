"""Leaders and laggards as HTML. Pure; everything is escaped."""

from collections.abc import Sequence

from paysignal.page.markup import explain_link, figure, market, provider, series_link, table, text
from paysignal.page.movers import Mover
from paysignal.page.spark import spark

_COLUMNS = ("Provider", "Measure", "Growth", "Line", "Period")


def movers_part(leading: Sequence[Mover], lagging: Sequence[Mover]) -> str:
    """Both tables beside each other."""
    leaders = table(
        "leaders",
        "Leaders",
        "Providers whose latest growth on the year is the most, by its lower end.",
        _COLUMNS,
        [_cells(mover) for mover in leading],
        "No growth on the year is known yet.",
    )
    laggards = table(
        "laggards",
        "Laggards",
        "Those whose latest growth is the least, by its upper end.",
        _COLUMNS,
        [_cells(mover) for mover in lagging],
        "Too few providers to tell.",
    )
    return f'<div class="beside">\n{leaders}\n{laggards}\n</div>'


def _cells(mover: Mover) -> Sequence[str]:
    row = mover.row
    return (
        provider(row.provider_name, synthetic=row.synthetic)
        + f' <span class="more">{market(row.market, row.market_name)}</span>',
        text(row.measure_words),
        explain_link(row.key, figure(row.growth, row.interval)),
        series_link(mover.series, _line(mover)),
        text(row.period),
    )


def _line(mover: Mover) -> str:
    row = mover.row
    told = f"{row.provider_name}, {row.market_name}, {row.measure_words}"
    return spark(mover.line, f"The last {len(mover.line)} figures of {told}") or (
        f'<span class="hidden">The series of {text(told)}</span><span aria-hidden="true">one figure</span>'
    )
