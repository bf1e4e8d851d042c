"""What the terminal draws in characters, and what a shell completes."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from paysignal.command import main
from paysignal.command.main import SECTIONS
from paysignal.command.painting import Painter
from paysignal.command.sketching import Axis, Ends, axis_of, trend, whiskers
from paysignal.command.tail import _json_line
from paysignal.command.telling import TELLERS
from paysignal.facts import wire
from tests.tools.figures import reading

NAMES = [entry.name for section in SECTIONS for entry in section.entries]


@pytest.mark.parametrize(
    ("ends", "drawn"),
    [
        (Ends(5, 0, 10), "├────●────┤"),
        (Ends(5, 4, 6), "    ├●┤    "),
        (Ends(0, 0, 10), "●─────────┤"),
        (Ends(5, 5, 5), "     ●     "),
        (Ends(5, None, 10), "◂────●────┤"),
        (Ends(5, 0, None), "├────●────▸"),
        (Ends(5, None, None), "◂────●────▸"),
    ],
)
def test_an_interval_is_a_line_with_its_value_on_it(ends: Ends, drawn: str) -> None:
    """Open ends are arrows."""
    assert Axis(0, 10, 11).whisker(ends) == drawn


def test_intervals_share_an_axis() -> None:
    """From the least low to the greatest high; nothing is drawn where no interval is wider than its value."""
    assert axis_of([]) is None
    assert axis_of([Ends(5, None, 7), Ends(2, 1, None)]) == Axis(1, 7)
    first, second, third = whiskers([Ends(0, -1, 1), None, Ends(9, 8, 15)])
    assert (first[0], second, third[-1]) == ("├", "", "┤")
    assert whiskers([Ends(1, 1, 1), Ends(2, 2, 2)]) == ["", ""]
    assert all(len(each) == 16 for each in whiskers([Ends(1e308, -1e308, 1.7e308), Ends(-1e308, None, None)]))


def test_a_trend_stands_between_its_ends_and_fits() -> None:
    """However many values there are, the latest are drawn."""
    assert trend([1, 2, 3], "one", "three", 40) == "one ▁▅█ three"
    assert len(trend(list(range(500)), "0", "499", 40)) == 40
    assert trend([1, 2], "x" * 50, "y", 40) == f"{'x' * 50} ▄ y"


def test_a_reading_on_a_terminal_has_the_ones_before_it_beside_it() -> None:
    """Of its own key; growth is green, a fall red; the words are those of the plain line."""
    painter = Painter()
    lines = [TELLERS["readings"](wire.encode(reading(value=value, low=None))) for value in (0.1, 0.3, -0.2)]
    first, second, third = (painter.painted(line) for line in lines)
    assert "▁" not in first.plain
    assert "▁█" in second.plain
    assert "▅█▁" in third.plain
    assert ["bold green", "bold red"] == [
        next(str(span.style) for span in text.spans if "bold" in str(span.style)) for text in (second, third)
    ]
    other = painter.painted(TELLERS["readings"](wire.encode(reading(indicator="level", baseline=""))))
    assert "█" not in other.plain
    for line, text in zip(lines, (first, second, third), strict=True):
        assert set(line.text().split()) <= set(text.plain.split()) | {f"({line.interval})"}


def test_json_lines_are_escaped_for_terminals_and_the_same_for_programs() -> None:
    """A C1 control, which JSON may hold as it is, would begin an escape sequence; some marks turn text around."""
    raw = '{"a":"x\u009b31m\u202e","b":"पे\u200d"}'
    line = _json_line(raw.encode())
    assert line == '{"a":"x\\u009b31m\\u202e","b":"पे\u200d"}'
    assert _json_line(b'{"a":\n1}') == '{"a":1}'


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_lines(shell: str) -> None:
    """They call the command back."""
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0, result.output
    assert "_PAYSIGNAL_COMPLETE" in result.stdout
    assert CliRunner().invoke(main, ["completion", "tcsh"]).exit_code == 2


def completed(words: str, place: int) -> set[str]:
    """What bash is offered behind these words."""
    asked = {"_PAYSIGNAL_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(place)}
    code = "from paysignal.command import main; main(prog_name='paysignal')"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **asked}, capture_output=True, text=True,
                          timeout=60, check=False)  # fmt: skip
    return {line.partition(",")[2] for line in done.stdout.splitlines()}


def test_subcommands_choices_and_flags_are_completed() -> None:
    """Subcommands without importing any of them, then what belongs to one."""
    assert completed("paysignal ", 1) >= set(NAMES)
    assert completed("paysignal ta", 1) == {"tail"}
    assert completed("paysignal tail re", 2) == {"readings", "rejected"}
    assert {"--json", "--from-start"} <= completed("paysignal tail --", 2)
