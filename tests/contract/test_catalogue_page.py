"""The catalogue's page and its plots are those that the catalogue gives."""

from tests.tools import catalogue_page


def test_the_page_and_its_plots_are_up_to_date() -> None:
    """Whoever adds an indicator writes the page again; no plot of one that is gone stays."""
    files = catalogue_page.written()
    stale = [path.name for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]

    assert [] == stale, "run: .venv/bin/python -m tests.tools.catalogue_page"
    assert files.keys() - {catalogue_page.PAGE} == set(catalogue_page.PLOTS.glob("*.svg"))
