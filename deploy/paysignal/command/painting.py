"""Lines of `tail` on a terminal: in colours, and beside each reading how the ones before it went."""

from collections import deque
from typing import Final

from rich.text import Text

from paysignal.command.telling import Line
from paysignal.page import figures

#: Values of a key that are drawn, and keys that are remembered: some 10 MB at most.
_DRAWN: Final = 12
_MOST_KEYS: Final = 10_000

_RISES: Final = {True: "bold green", False: "bold red", None: "bold"}


class Painter:
    """Draws lines in the order in which they came."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[float]] = {}

    def painted(self, line: Line) -> Text:
        """The line; its figure stands out, its doubts are yellow."""
        parts = (
            (f"{line.moment:<20}", "dim"),
            (line.name, "cyan"),
            (line.before, ""),
            (line.figure, _RISES[line.rises]),
            (f"({line.interval})" if line.interval else "", "blue"),
            (self._trend(line), "green"),
            *((each, "dim" if each.startswith("(") else "") for each in line.after),
            (line.warnings, "yellow"),
        )
        return Text("  ").join(Text(text, style=style) for text, style in parts if text)

    def _trend(self, line: Line) -> str:
        if line.trend is None:
            return ""
        key, value = line.trend
        values = self._seen.pop(key, None) or deque(maxlen=_DRAWN)
        values.append(value)
        self._seen[key] = values
        if len(self._seen) > _MOST_KEYS:
            del self._seen[next(iter(self._seen))]
        return figures.sparkline(tuple(values)) if len(values) > 1 else ""
