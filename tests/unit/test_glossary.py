"""The glossary's links lead to code that still has what it is linked for."""

import re

import pytest

from tests.tools.need import CHECKOUT

GLOSSARY = CHECKOUT / "docs" / "glossary.md"
ROWS = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("| **")]
LINKS = sorted({link for row in ROWS for link in re.findall(r"\[([^\]]+)\]\(([^)]+)\)", row)})


@pytest.mark.parametrize(("names", "target"), LINKS, ids=lambda value: value)
def test_a_link_leads_to_what_it_names(names: str, target: str) -> None:
    """The file is there, and in it each name that the link has in code type; a module's own name is its file's."""
    file = GLOSSARY.parent / target
    text = file.read_text(encoding="utf-8")
    for name in re.findall(r"`([^`]+)`", names):
        if name not in {file.name, file.stem}:
            assert re.search(rf"^(def|class) {name}\b|^{name}\b.* = ", text, re.MULTILINE), f"{file.name}: no {name}"


def test_every_word_is_explained_once_and_linked() -> None:
    """Three columns a row, no word twice, no row without a link."""
    words = [word.strip("* ") for row in ROWS for word in [row.split("|")[1]]]
    assert len(words) == len(set(words)) > 30
    for row in ROWS:
        assert row.count("|") == 4
        assert "](" in row
