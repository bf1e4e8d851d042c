"""Growth by market as a grid of tiles. Pure; everything is escaped."""

from urllib.parse import urlencode

from paysignal.facts.markets import market_name
from paysignal.page import words
from paysignal.page.markup import section, text
from paysignal.page.tiles import Markets, Tile, places

_LEGEND = (
    ("down-2", "−10 % or less"),
    ("down-1", "less than 0"),
    ("even", "growth or decline"),
    ("up-1", "up to 10 %"),
    ("up-2", "up to 30 %"),
    ("up-3", "up to 100 %"),
    ("up-4", "more"),
)


def tiles_part(markets: Markets, show: str = "") -> str:
    """The grid with the measures to choose from; `show` is the address's, and is kept."""
    about = (
        '<p class="about">The latest growth on the year, in percent: of the market\'s total where one is told, '
        "else the middle one of its providers'.</p>"
    )
    if not markets.tiles:
        return section("markets", "Growth by market", f'{about}\n<p class="empty">No market has one yet.</p>')
    places_of_all = "\n".join(_place(market, markets) for market in places())
    return section(
        "markets",
        "Growth by market",
        f'{about}\n<nav class="choices" aria-label="Measure">\n{_choices(markets, show)}\n</nav>\n'
        f'<ul class="tiles" aria-label="Markets, {text(words.measure(markets.measure, ""))}">\n'
        f"{places_of_all}\n</ul>\n{_legend()}",
    )


def _choices(markets: Markets, show: str) -> str:
    kept = {"show": show} if show else {}
    current = ' aria-current="true"'
    return "\n".join(
        f'<a href="/?{text(urlencode(kept | {"measure": name}))}#markets"'
        f"{current if name == markets.measure else ''}>"
        f'{text(words.measure(name, ""))} <span class="more">{count}</span></a>'
        for name, count in markets.measures
    )


def _place(market: str, markets: Markets) -> str:
    row, column = places()[market]
    tile = markets.tiles.get(market)
    if tile is None:
        return f'<li class="r{row} c{column}" aria-hidden="true" title="{text(market_name(market))}">{market}</li>'
    address = f"/search?{urlencode({'market': market, 'measure': markets.measure})}"
    return (
        f'<li class="r{row} c{column} {tile.step}"><a href="{text(address)}" title="{text(_told(tile))}">'
        f'<span class="code" aria-hidden="true">{market}</span> <span class="hidden">{text(tile.market_name)}</span> '
        f"{text(tile.short)}</a></li>"
    )


def _told(tile: Tile) -> str:
    interval = f" ({tile.interval})" if tile.interval else ""
    others = f"; {tile.others} other provider{'s' if tile.others > 1 else ''}" if tile.others else ""
    synthetic = ", synthetic" if tile.synthetic else ""
    return f"{tile.market_name}: {tile.growth}{interval}, {tile.provider_name}{synthetic}, {tile.period}{others}"


def _legend() -> str:
    steps = "".join(f'<li class="{step}">{told}</li>' for step, told in _LEGEND)
    return f'<ul class="legend" aria-label="Colours">{steps}</ul>'
