"""How periods are worded in news and reports of 2 May 2024, and the days that each means."""

import pytest

from paysignal.facts.claims import Claim
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import document_from_text

FORMS = {
    "in the three months to June": "2023-04-01/2023-07-01",
    "in 1Q24": "2024-01-01/2024-04-01",
    "in 2H23": "2023-07-01/2024-01-01",
    "in the fiscal 2023 second quarter": "2023-04-01/2023-07-01",
    "in the 2024 first quarter": "2024-01-01/2024-04-01",
    "between April and September 2023": "2023-04-01/2023-10-01",
    "in the year to date": "2024-01-01/2024-05-03",
    "over the past two years": "2022-05-02/2024-05-02",
    "in the quarter ending 31 March 2024": "2024-01-01/2024-04-01",
    "in the six months through September": "2023-04-01/2023-10-01",
    "for the fiscal year ended June 30, 2023": "2022-07-01/2023-07-01",
    "in the first ten months of 2023": "2023-01-01/2023-11-01",
    "in the first nine months of the year": "2023-01-01/2023-10-01",
    "in the January-March period": "2024-01-01/2024-04-01",
    "in 2023/24": "2023-04-01/2024-04-01",
    "in FY2023-24": "2023-04-01/2024-04-01",
    "in the last quarter of 2023": "2023-10-01/2024-01-01",
    "in the final three months of 2023": "2023-10-01/2024-01-01",
    "in the week to 1 May": "2024-04-25/2024-05-02",
    "in the 12 months to end-March": "2023-04-01/2024-04-01",
    "in the year through March 2024": "2023-04-01/2024-04-01",
    "in the second half of last year": "2023-07-01/2024-01-01",
    "in the past six months": "2023-11-02/2024-05-02",
    "in Q1-Q3 2023": "2023-01-01/2023-10-01",
    "in the quarter to end-December": "2023-10-01/2024-01-01",
    "in the December 2023 quarter": "2023-10-01/2024-01-01",
    "in the trailing twelve months": "2023-05-02/2024-05-02",
    "during the last 12 months ended March 31, 2024": "2023-04-01/2024-04-01",
    "since January": "2024-01-01/2024-05-02",
    "yesterday": "2024-05-01/2024-05-02",
}


@pytest.mark.parametrize(("words", "period"), FORMS.items())
def test_a_wording_means_its_days(words: str, period: str) -> None:
    """Half-open, as every period; a year that is not said is the latest that fits."""
    text = f"Paytm processed 5 billion transactions {words}."
    (claim,) = parse_article(document_from_text(text.encode(), "t", published_at="2024-05-02")).outcomes

    assert isinstance(claim, Claim)
    assert claim.period is not None
    assert claim.period.text == period
