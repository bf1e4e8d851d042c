"""The page of metrics is what the code gives."""

from tests.tools import metrics_page


def test_the_page_of_metrics_is_up_to_date() -> None:
    """Whoever adds or renames a metric writes the page again."""
    told = "run: .venv/bin/python -m tests.tools.metrics_page"

    assert metrics_page.PAGE.read_text(encoding="utf-8") == metrics_page.text(), told
