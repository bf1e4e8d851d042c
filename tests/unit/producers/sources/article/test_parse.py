"""Articles: whole sentences to claims, and what is honest to refuse."""

import pytest

from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Prices
from paysignal.facts.rejections import Reason, Rejected
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import document_from_text


def outcomes(text: str, published: str | None = "2023-05-02", title: str = "") -> tuple[Claim | Rejected, ...]:
    """All outcomes of a text."""
    whole = f"{title}\n\n{text}" if title else text
    return parse_article(document_from_text(whole.encode(), "t", published_at=published, publisher="me")).outcomes


def told(outcome: Claim | Rejected) -> str:
    """An outcome as one line."""
    if isinstance(outcome, Rejected):
        return outcome.reason
    series = f"{outcome.provider} {outcome.market} {outcome.measure}{'/' if outcome.segment else ''}{outcome.segment}"
    period = outcome.period.text if outcome.period else "undated"
    value = f"{outcome.bound.value} {outcome.value:.10g} {outcome.currency}".strip()
    return f"{series} {outcome.kind.value} {value} {period} {outcome.baseline_text}".strip()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "PhonePe processed 4.5 billion transactions in India in March 2023, up 36 percent year-on-year.",
            [
                "phonepe IN transactions level exact 4500000000 2023-03-01/2023-04-01",
                "phonepe IN transactions growth exact 0.36 2023-03-01/2023-04-01 year_ago",
            ],
        ),
        (
            "PayPal's total payment volume rose 26% to $310 billion in Q3 2021, from $247 billion a year earlier.",
            [
                "paypal world transaction_value growth exact 0.26 2021-07-01/2021-10-01 year_ago",
                "paypal world transaction_value level exact 3.1e+11 USD 2021-07-01/2021-10-01",
                "paypal world transaction_value level exact 2.47e+11 USD 2020-07-01/2020-10-01",
            ],
        ),
        (
            "Revenue at Adyen fell by more than 10% in the first half of 2023 compared with the same period last year.",
            ["adyen world revenue growth less_than -0.1 2023-01-01/2023-07-01 year_ago"],
        ),
        (
            "M-Pesa had 30m active users in Kenya at the end of March 2022. It added 2.5m in 12 months to March 2022.",
            [
                "m-pesa KE active_users level exact 30000000 /2022-04-01",
                "m-pesa KE active_users change exact 2500000 2021-04-01/2022-04-01 year_ago",
            ],
        ),
        (
            "UPI transactions tripled from a year earlier to 6.7 billion in September 2022.",
            [
                "upi IN transactions growth exact 2 2022-09-01/2022-10-01 year_ago",
                "upi IN transactions level exact 6700000000 2022-09-01/2022-10-01",
            ],
        ),
        (
            "PromptPay handled 1.2 billion transactions worth THB 3.5 trillion in Thailand in August 2022.",
            [
                "promptpay TH transactions level exact 1200000000 2022-08-01/2022-09-01",
                "promptpay TH transaction_value level exact 3.5e+12 THB 2022-08-01/2022-09-01",
            ],
        ),
        (
            "Nubank raised US$750 million in a Series D round in June 2021.",
            ["nubank world funding/series-d level exact 750000000 USD 2021-06-01/2021-07-01"],
        ),
        (
            "Pix transactions grew 40% in 2022.",
            ["pix BR transactions growth exact 0.4 2022-01-01/2023-01-01 unstated"],
        ),
        (
            "Alipay transactions grew 40% in 2018.",
            ["alipay world transactions growth exact 0.4 2018-01-01/2019-01-01 unstated"],
        ),
        (
            "Alipay payments outside China reached 50 million in 2018.",
            ["alipay world transactions/abroad level exact 50000000 2018-01-01/2019-01-01"],
        ),
        (
            "Mobile money transactions in Kenya grew 40% in 2018.",
            ["all KE transactions/mobile-money growth exact 0.4 2018-01-01/2019-01-01 unstated"],
        ),
    ],
)
def test_plain_sentences(text: str, lines: list[str]) -> None:
    """The shapes that the grammar reads, of other subjects than the note's."""
    assert [told(one) for one in outcomes(text)] == lines


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        ("Transactions grew 40% in 2018.", Reason.UNCLEAR, "no provider that the text names"),
        ("Alipay transactions grew 40% in France and Germany in 2018.", Reason.UNCLEAR, "several markets"),
        ("In China, 3 people met at Alipay.", Reason.NOT_A_FACT, "counts 'people'"),
        ("Alipay shares jumped 5% in China.", Reason.NOT_A_FACT, "shares and their price"),
        ("In China 40% of Alipay users are young.", Reason.NOT_A_FACT, "neither a growth nor a market share"),
        ("Alipay has come to China and Japan.", Reason.NOT_A_FACT, "states no figure"),
        ("Alipay: " + "1 " * 50 + "users in China.", Reason.NOT_A_FACT, "a table"),
    ],
)
def test_what_can_not_be_told_is_rejected(text: str, reason: Reason, detail: str) -> None:
    """With the reason and what is missing; a market or a provider is never guessed."""
    (outcome,) = outcomes(text)

    assert isinstance(outcome, Rejected)
    assert outcome.reason is reason
    assert detail in outcome.detail
    assert outcome.original == text.encode()


def test_a_text_without_a_date_gives_undated_claims() -> None:
    """No known time, no period that was not stated; such a claim is shown and not sent."""
    (claim,) = outcomes("Alipay has 700 million users in China.", published=None)

    assert isinstance(claim, Claim)
    assert (claim.known_at, claim.period) == (None, None)


def test_a_period_that_is_not_stated_is_open() -> None:
    """It ends with the publication and starts nowhere."""
    (claim,) = outcomes("UPI transactions grew 5%.")

    assert told(claim) == "upi IN transactions growth exact 0.05 /2023-05-02 unstated"


def test_the_title_names_the_provider() -> None:
    """A company's release does not repeat its name in each sentence."""
    (claim,) = outcomes("Revenue grew 5% in 2022.", title="Adyen in 2022")

    assert told(claim) == "adyen world revenue growth exact 0.05 2022-01-01/2023-01-01 unstated"


def test_constant_prices_are_kept_apart() -> None:
    """Growth at constant currency belongs to a series of its own."""
    (claim,) = outcomes("Adyen revenue grew 5% in 2022 on a constant currency basis.")

    assert isinstance(claim, Claim)
    assert claim.prices is Prices.CONSTANT


def test_an_unknown_provider_is_a_fact_for_review() -> None:
    """A name that can only be a payment service's is read, as a slug, and told to people."""
    document = document_from_text(
        b"ZippyPay processed 5 million transactions in Kenya in May 2022.", "t", publisher="me"
    )
    extraction = parse_article(document)

    assert [told(one) for one in extraction.outcomes] == [
        "zippypay KE transactions level exact 5000000 2022-05-01/2022-06-01"
    ]
    assert extraction.review == ("zippypay",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Visa expects payment volume to grow 10% in 2030.", "forecast"),
        ("Klarna aims for 200 million users.", "target"),
        ("PayPal might get 500 million users.", "hypothetical"),
        ("Stripe is in talks to raise $2 billion.", "talks"),
        ("Visa did not reach 5 billion transactions.", "denied"),
        ("Adyen's net profit was 100 million euros.", "profit"),
        ("Wise employs 5,000 staff.", "staff"),
        ("Affirm loans rose to $5 billion.", "loans"),
        ("Square is in 8 markets.", "markets"),
        ("Starbucks same-store sales rose 3 percent.", "turnover"),
        ("Some 300 delegates met at PayPal.", "delegates"),
        ("Paytm takes a fee of 2 percent.", "price or a rate"),
    ],
)
def test_what_is_no_fact(text: str, reason: str) -> None:
    """Each kind of figure that is none is told by its own reason."""
    rejections = [one for one in outcomes(text) if isinstance(one, Rejected)]

    assert len(rejections) == len(outcomes(text)) == 1
    assert reason in rejections[0].detail


@pytest.mark.parametrize(
    "text",
    [
        "A wise move: 5 million users joined.",
        "The square has 5 million users in mind.",
        "They toss 5 million transactions around.",
        "A swish new app handled 5 million payments.",
        "A wave of 5 million payments came.",
    ],
)
def test_names_that_are_words(text: str) -> None:
    """Wise, Square, Toss, Swish and Wave are firms only with their capital."""
    assert [one for one in outcomes(text) if isinstance(one, Claim)] == []
