"""What stands around every view: head, header with its navigation and search, footer. Pure."""

from collections.abc import Iterable, Sequence

from paysignal.page.files import MODULES
from paysignal.page.markup import text

#: The views that the navigation leads to: address, name.
VIEWS = (("/", "Growth"), ("/search", "Series"), ("/alerts", "Alerts"), ("/pipeline", "Pipeline"))

#: What charts need besides; given to `page` by the view that draws one.
CHARTS = ("chart.css", "vendor/uPlot.min.css", "vendor/uPlot.iife.min.js")

Link = tuple[str, str]


def page(  # noqa: PLR0913 - a page is its parts
    title: str,
    version: str,
    body: str,
    *,
    here: str = "",
    asked: str = "",
    needs: Sequence[str] = (),
    machines: Iterable[Link] = (),
) -> str:
    """A whole page: `version` is the static files', `here` the address of its view, `asked` what was searched for.

    `body` is mark-up already, `needs` names static files besides those of every page, `machines` are links for
    programs.
    """
    static = f"/static/{version}"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{text(title)}</title>
<link rel="icon" href="{static}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{static}/page.css">
<link rel="stylesheet" href="{static}/tiles.css">
<script src="{static}/theme.js"></script>
{_needed(static, needs)}{_modules(static)}<script src="{static}/main.js" type="module"></script>
</head>
<body>
<a class="skip" href="#live">To the figures</a>
<header>
<p class="brand"><a href="/">paysignal</a></p>
<nav aria-label="Views">
{_views(here)}
</nav>
<form action="/search" method="get" role="search">
<input type="search" name="q" id="asked" aria-label="Search series" placeholder="Search" maxlength="200" \
value="{text(asked)}">
<button>Search</button>
</form>
<div id="tools"></div>
</header>
<p id="told" class="hidden" role="status"></p>
<main id="live" tabindex="-1">
{body}
</main>
<footer>
<nav aria-label="For machines">
{_links(machines)}
<a href="/metrics">Metrics</a>
<a href="/status">Status</a>
</nav>
</footer>
</body>
</html>
"""


def _needed(static: str, names: Iterable[str]) -> str:
    lines = (
        f'<link rel="stylesheet" href="{static}/{name}">\n'
        if name.endswith(".css")
        else f'<script src="{static}/{name}" defer></script>\n'
        for name in names
    )
    return "".join(lines)


def _modules(static: str) -> str:
    """All scripts at once: each would otherwise be found only in the one that imports it."""
    return "".join(f'<link rel="modulepreload" href="{static}/{name}">\n' for name in MODULES)


def _views(here: str) -> str:
    current = ' aria-current="page"'
    return "\n".join(f'<a href="{address}"{current if address == here else ""}>{name}</a>' for address, name in VIEWS)


def _links(links: Iterable[Link]) -> str:
    return "\n".join(f'<a href="{text(address)}">{text(name)}</a>' for address, name in links)
