"""Mark-up that all pages share. Pure; whatever comes from outside goes through `text`, which escapes it."""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

#: A page of more rows is read by nobody; the JSON has all of them.
ROWS_SHOWN = 200

#: Words up to here are read whole and fit on the narrowest screen; longer ones are names, keys and numbers.
_LONGEST_WORD = 24
_UNBROKEN = 12


def text(raw: str) -> str:
    """Text from outside, escaped; the one way any of it gets into the page."""
    return escape(raw, quote=True)


def breakable(raw: str) -> str:
    """The same for what may be long and without a gap, such as a key: such words may be broken anywhere."""
    return " ".join(text(word) if len(word) <= _LONGEST_WORD else _broken(word) for word in raw.split(" "))


def _broken(word: str) -> str:
    return "<wbr>".join(text(word[at : at + _UNBROKEN]) for at in range(0, len(word), _UNBROKEN))


def series_link(series_key: str, inner: str, **asked: str) -> str:
    """Mark-up that leads to the view of a series."""
    address = f"/series?{urlencode({'series': series_key, **asked})}"
    return f'<a href="{text(address)}">{inner}</a>'


def explain_link(key: str, inner: str, **asked: str) -> str:
    """Mark-up that leads to the explanation of a reading; without a key it leads nowhere."""
    if not key:
        return inner
    address = f"/explain?{urlencode({'key': key, **asked})}"
    return f'<a href="{text(address)}">{inner}</a>'


def figure(shown: str, interval: str = "") -> str:
    """A figure in words, and what its digits leave open."""
    spread = f' <span class="interval">({text(interval)})</span>' if interval else ""
    return f'<span class="figure">{text(shown)}</span>{spread}'


def provider(name: str, *, synthetic: bool = False) -> str:
    """A provider's name, told apart where its figures are made up."""
    tag = ' <span class="tag warn">synthetic</span>' if synthetic else ""
    return f"<bdi>{breakable(name)}</bdi>{tag}"


def market(code: str, name: str) -> str:
    """A market's name."""
    return f'<abbr title="{text(code)}">{text(name)}</abbr>'


def origin(stated_or_derived: str) -> str:
    """Whether a figure was stated or computed."""
    kind = "stated" if stated_or_derived == "stated" else "derived"
    return f'<span class="tag {kind}">{text(stated_or_derived)}</span>'


def tags(flags: Iterable[str]) -> str:
    """Reasons to doubt a figure."""
    return "".join(f' <span class="tag warn">{text(flag.replace("_", " "))}</span>' for flag in sorted(flags))


def sources(names: Sequence[str]) -> str:
    """The first source, and how many more there are."""
    if not names:
        return ""
    more = f' <span class="more">+ {len(names) - 1}</span>' if len(names) > 1 else ""
    return f'<span title="{text(", ".join(names))}"><bdi>{text(names[0])}</bdi>{more}</span>'


def age(words: str, moment: str) -> str:
    """How long ago, or a moment as people write it."""
    return f'<time datetime="{text(moment)}" title="{text(moment)}">{text(words)}</time>'


def table(  # noqa: PLR0913, PLR0917 - a table is its parts
    identity: str, title: str, about: str, columns: Sequence[str], rows: Sequence[Sequence[str]], empty: str
) -> str:
    """A section with a heading and a table, or the sentence `empty` in its place; cells are mark-up already."""
    if not rows:
        body = f'<p class="empty">{empty}</p>'
    else:
        head = "".join(f'<th scope="col">{column}</th>' for column in columns)
        lines = "\n".join(_line(columns, cells) for cells in rows[:ROWS_SHOWN])
        body = (
            f'<table aria-labelledby="{identity}-title">\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>{_rest(rows)}"
        )
    return section(identity, title, f'<p class="about">{about}</p>\n{body}')


def without_empty(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], list[list[str]]]:
    """The table without the columns that no row has anything in."""
    used = [at for at in range(len(columns)) if any(row[at] for row in cells)]
    return tuple(columns[at] for at in used), [[row[at] for at in used] for row in cells]


def section(identity: str, title: str, body: str) -> str:
    """A part of a page with its heading."""
    return f'<section id="{identity}">\n<h2 id="{identity}-title">{title}</h2>\n{body}\n</section>'


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
