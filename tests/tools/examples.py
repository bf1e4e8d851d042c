"""One good record of each type, to be changed in one place by the test that asks."""

import datetime as dt
from typing import Any

import msgspec

from paysignal.facts.claims import Claim, Retraction, Source
from paysignal.facts.identity import identified, increment_id
from paysignal.facts.increments import Increment
from paysignal.facts.kinds import Bound, Comparison, Kind, Prices, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Grain, Period
from paysignal.facts.readings import Reading
from paysignal.facts.series import Series

PRESS = Source("business-standard", "Business Standard", Tier.PRESS, "https://example.com/upi")


def claim(**changes: Any) -> Claim:  # noqa: ANN401 - any field
    """UPI made 8.7 billion transactions in India in March 2023; `changes` replace fields."""
    fields: dict[str, Any] = {
        "provider": "upi",
        "market": "IN",
        "measure": "transactions",
        "kind": Kind.LEVEL,
        "value": 8.7e9,
        "step": 1e8,
        "unit": Unit.TRANSACTIONS,
        "period": Period("2023-03-01", "2023-04-01"),
        "known_at": "2023-04-02",
        "source": PRESS,
    }
    return Claim(**(fields | changes))


def growth(**changes: Any) -> Claim:  # noqa: ANN401 - any field
    """UPI's transactions in March 2023 were 60 % above those of a year before; `changes` replace fields."""
    fields: dict[str, Any] = {
        "kind": Kind.GROWTH,
        "value": 0.6,
        "step": 0.01,
        "unit": Unit.RATIO,
        "baseline": Comparison.YEAR_AGO,
    }
    return claim(**(fields | changes))


def users(**changes: Any) -> Claim:  # noqa: ANN401 - any field
    """Alipay had over 700 million active users in China on 30 June 2018; `changes` replace fields."""
    fields: dict[str, Any] = {
        "provider": "alipay",
        "market": "CN",
        "measure": "active_users",
        "value": 7e8,
        "bound": Bound.MORE_THAN,
        "unit": Unit.USERS,
        "period": Period(None, "2018-07-01"),
        "known_at": "2018-09-18",
    }
    return claim(**(fields | changes))


def retraction() -> Retraction:
    """The publisher of `claim` withdraws it a day later."""
    retracts = identified(claim()).id
    assert retracts is not None
    return Retraction(retracts=retracts, source=PRESS, known_at="2023-04-03")


def increment(**changes: Any) -> Increment:  # noqa: ANN401 - any field
    """One transaction; `changes` replace fields."""
    fields: dict[str, Any] = {
        "id": increment_id("paysignal-synthetic", "payment-1"),
        "provider": "sample-wallet",
        "market": "IN",
        "measure": "transactions",
        "value": 1.0,
        "at": dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.UTC),
        "publisher": "paysignal-synthetic",
    }
    return Increment(**(fields | changes))


def reading(**changes: Any) -> Reading:  # noqa: ANN401 - any field
    """What `growth` shows; `changes` replace fields."""
    claimed = identified(growth())
    assert claimed.id is not None
    shown = Reading(
        series=Series("upi", "IN", "transactions", "", Grain.MONTH, "", Prices.CURRENT),
        indicator="stated_growth",
        window="",
        baseline="year_ago",
        origin="stated",
        value=0.6,
        low=0.595,
        high=0.605,
        bound=Bound.EXACT,
        unit=Unit.RATIO,
        start="2023-03-01",
        event_time="2023-04-01",
        known_at="2023-04-02",
        gap_days=None,
        facts=1,
        sources=("business-standard",),
        inputs=(claimed.id,),
        flags=(),
        final=False,
        version=1,
        definition="stated_growth@1",
    )
    return msgspec.structs.replace(shown, **changes)
