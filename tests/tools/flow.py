"""A flow of facts: `python -m tests.tools.flow BROKER RATE SECONDS` sends so many claims a second, evenly.

Monthly levels of `SERIES` series, month after month: each brings a level, and growths once there is a base.
"""

import itertools
import sys
import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry

from paysignal.facts.claims import Claim
from paysignal.facts.identity import identified
from paysignal.facts.moments import months_later
from paysignal.facts.periods import Period
from paysignal.sending.outbox import record_of
from paysignal.sending.sender import Sender
from tests.tools.examples import claim

SERIES = 2_000
_MARKETS = ("IN", "BR", "NG", "KE", "US", "PL", "CN", "ID")

#: Sent at once: at 2,000 a second twenty times.
_CUTS = 20


def claims() -> Iterator[Claim]:
    """Without end, the oldest month of all series first."""
    # Not itertools.product, which would hold all of an endless count.
    return (_claim(month, index) for month in itertools.count() for index in range(SERIES))


def _claim(month: int, index: int) -> Claim:
    period = Period(months_later("1960-01-01", month), months_later("1960-02-01", month))
    return identified(
        claim(
            provider=f"provider-{index // len(_MARKETS)}",
            market=_MARKETS[index % len(_MARKETS)],
            value=1e6 * (1 + index % 97) * (1.01 + index % 7 / 500) ** (month % 240),
            period=period,
            known_at=period.end,
        )
    )


def main(broker: str, rate: str, seconds: str) -> None:
    """Sends them; a second that took longer is not made up for."""
    told = claims()
    with Sender(broker, CollectorRegistry()) as sender:
        until = time.monotonic() + float(seconds)
        due = time.monotonic()
        while due < until:
            sender.send_all(record_of(fact) for fact in itertools.islice(told, int(rate) // _CUTS))
            due = max(due + 1 / _CUTS, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))
        tally = sender.close()
    sys.stdout.write(f"{tally.sent}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
