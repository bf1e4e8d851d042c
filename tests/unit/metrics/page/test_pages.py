"""The views of series, alerts and pipeline as HTML, over HTTP: what they say, and when they have nothing to say."""

from collections.abc import Iterator

import httpx
import pytest

from paysignal.facts.identity import identified
from paysignal.page.alerts_page import alerts_page
from paysignal.page.health import Count, Feed, Health, Work, Workers, pipeline_page
from tests.tools.examples import claim
from tests.tools.figures import RUSSIA, alert, reading, window
from tests.tools.seeing import Seen

SERIES = "upi|IN|transactions||month||current"
WALLET = "alipay|RU|transactions||||current"


@pytest.fixture(scope="module")
def get() -> Iterator[httpx.Client]:
    """A server over one claim, a window over events, and a synthetic growth."""
    others = [window(sources=("paysignal-synthetic",)), reading(RUSSIA, sources=("paysignal-synthetic",))]
    with (
        Seen([identified(claim())], others) as seen,
        httpx.Client(base_url=seen.address, trust_env=False, timeout=30) as client,
    ):
        yield client


def test_a_series_has_its_figures_and_facts(get: httpx.Client) -> None:
    """Level, period, the statement with the address it was read at, and the moment from which it is known."""
    page = get.get("/series", params={"series": SERIES})
    assert 200 == page.status_code
    for expected in ("8.7 billion", "Mar 2023", 'href="https://example.com/upi"', 'data-moments="2023-04-02"'):
        assert expected in page.text
    # The key of a reading names its series as well.
    assert 200 == get.get("/series", params={"series": f"{SERIES}|level||"}).status_code


def test_a_series_of_events_shows_its_windows(get: httpx.Client) -> None:
    """It is not in the history, so nothing leads to an explanation; made-up figures are called so."""
    page = get.get("/series", params={"series": WALLET})
    assert 200 == page.status_code
    assert "rolling sum 24h" in page.text
    assert "/explain" not in page.text
    assert "synthetic" in page.text
    assert 404 == get.get("/series", params={"series": WALLET, "as_of": "2023-01-01"}).status_code


def test_words_find_series_and_lead_to_them(get: httpx.Client) -> None:
    """Every word must be there, in names or codes; filters of the API work; a wrong one is refused with a sentence."""
    found = get.get("/search", params={"q": "UPI india"}).text
    assert "1 series with “UPI india”" in found
    assert "/series?series=upi%7CIN%7Ctransactions%7C%7Cmonth%7C%7Ccurrent" in found
    assert "No series has all these words" in get.get("/search", params={"q": "upi brazil"}).text
    assert "2 series in Russia" in get.get("/search", params={"market": "RU", "q": ""}).text
    refused = get.get("/search", params={"measure": "fortnights"})
    assert (400, True) == (refused.status_code, "it takes" in refused.text)


def test_many_series_come_in_pages() -> None:
    """A page has a bounded number of series and a link to the next, until there are no more."""
    facts = [identified(claim(provider=f"provider-{at:03}")) for at in range(150)]
    with Seen(facts) as seen, httpx.Client(base_url=seen.address, trust_env=False, timeout=30) as client:
        first = client.get("/search").text
        address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
        second = client.get(address.replace("&amp;", "&")).text
    assert (100, 50) == (first.count('data-label="Market"'), second.count('data-label="Market"'))
    assert 'rel="next"' not in second


def test_alerts_say_what_stands_and_why_the_rest_ended() -> None:
    """Firing and possible apart, the threshold beside the value with its sign, the reason of an end in words."""
    ended = alert(state="resolved", reason="withdrawn")
    page = alerts_page((alert(), alert(state="possible", reason="interval"), ended), "0")
    for expected in ("1 firing, 1 possible", "+5,000 %", "above +100 %", "its fact was taken back", "Ended"):
        assert expected in page


def test_no_alert_is_said_well() -> None:
    """Without any it says what that may mean; where some ended, that all is back."""
    assert "the worker has no rules" in alerts_page((), "0")
    quiet = alerts_page((alert(state="resolved", reason="cleared"),), "0")
    assert "every figure that had crossed a threshold is back" in quiet
    assert "the worker has no rules" not in quiet


FEED = Feed("paysignal.facts.v1", 8, 10, 0, caught_up=True, failure=None)


@pytest.mark.parametrize(
    ("health", "told"),
    [
        (Health(feeds=(FEED,)), "All is well"),
        (
            Health(feeds=(Feed("facts", 1, 0, 5, caught_up=False, failure=None),)),
            "Still reading what was there before: facts",
        ),
        (Health(feeds=(Feed("facts", 1, 0, None, caught_up=True, failure="<lost>"),)), "Reading has ended: facts"),
        (
            Health(feeds=(FEED,), counts=(Count("Readings refused", 3, "full", doubt=True),)),
            "to be looked at: Readings refused",
        ),
        (
            Health(Workers("g", (Work("facts", 1_200), Work("increments", 34)), stalled=True), (FEED,)),
            "The workers do not get on: 1,234 records wait.",
        ),
    ],
)
def test_the_pipeline_says_first_how_it_is(health: Health, told: str) -> None:
    """The worst goes first; what a broker wrote is escaped."""
    page = pipeline_page(health, "0")
    assert told in page
    assert "<lost>" not in page
    assert "Share 1/2 of the readings is here" in pipeline_page(health, "0", "1/2")


@pytest.mark.parametrize(
    ("workers", "told"),
    [
        (Workers("some", (Work("facts", 7), Work("increments", None))), ("group some", ">7<", ">not known<")),
        (Workers("some", failure="<away>"), ("The broker does not tell: &lt;away&gt;",)),
        (Workers("some"), ("The broker has not told yet.",)),
    ],
)
def test_the_pipeline_says_how_far_the_workers_are(workers: Workers, told: tuple[str, ...]) -> None:
    """By topic what they have not saved, or why that is not known; what a broker wrote is escaped."""
    page = pipeline_page(Health(workers), "0")
    for expected in told:
        assert expected in page
