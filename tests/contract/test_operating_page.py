"""docs/operating.md: every command that it tells to run is one, with these arguments."""

import re
import shlex

import click
import pytest

from paysignal.command.main import main
from tests.tools.need import CHECKOUT

PAGE = CHECKOUT / "docs" / "operating.md"


def told() -> list[str]:
    """Every `paysignal …` in the page's blocks, of a pipe each part by itself."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [part.strip() for block in blocks for line in block.splitlines() for part in line.split("|")]
    return [line for line in dict.fromkeys(lines) if line.startswith("paysignal ")]


def parse(command: click.Command, name: str, arguments: list[str], parent: click.Context | None = None) -> str:
    """The name of the command that the line ends in, its arguments parsed and nothing called."""
    if not isinstance(command, click.Group):
        command.make_context(name, arguments, parent)
        return name
    context = click.Context(command, parent, name)
    found, inner, rest = command.resolve_command(context, arguments)
    assert found is not None
    assert inner is not None
    return parse(inner, found, rest, context)


@pytest.mark.parametrize("line", told())
def test_a_line_is_a_command(line: str) -> None:
    """Its subcommand exists and takes these arguments."""
    _, *arguments = shlex.split(line, comments=True)

    assert parse(main, "paysignal", arguments)


def test_the_page_goes_from_an_empty_cluster_to_growing() -> None:
    """The lines that nobody could do without are there, so an empty page does not pass."""
    starts = {" ".join(line.split()[1:3]) for line in told()}

    assert {"topics create", "topics acls", "facts backup", "facts restore", "rejected replay"} <= starts
    assert len(told()) > 25


def test_headings_that_are_linked_are_there() -> None:
    """`(#growing)` leads to a heading of that name."""
    text = PAGE.read_text(encoding="utf-8")
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}

    assert set(re.findall(r"\(#([\w-]+)\)", text)) <= headings
