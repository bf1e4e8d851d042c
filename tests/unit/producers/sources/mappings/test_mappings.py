"""The mapping files that ship: each is one, and names what it is of."""

import pytest

from paysignal.sources.mappings import shipped, shipped_text
from paysignal.sources.table.mapping import mapping_from
from tests.tools.datasets import TABLES


@pytest.mark.parametrize("name", shipped())
def test_it_is_a_mapping(name: str) -> None:
    """It can be read, and a set in ../shared/data is compared through it."""
    mapping = mapping_from(shipped_text(name) or "", name)

    assert mapping.each_fact
    assert name in TABLES


def test_no_other_name_ships() -> None:
    """A path is no name."""
    assert shipped_text("../../facts") is None
