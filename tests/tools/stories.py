"""Random histories of publication: what several publishers say of a few series, revise and take back."""

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Any

from paysignal.engine.step import State
from paysignal.facts.claims import Baseline, Break, Claim, Retraction, Source
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Bound, Comparison, Kind, Tier
from paysignal.facts.measures import Unit
from paysignal.facts.periods import Period
from paysignal.facts.readings import Reading
from tests.tools import examples
from tests.tools.oracle import Expected, Fact, Key, months_before

PUBLISHERS = (
    Source("npci", "NPCI", Tier.OFFICIAL),
    Source("upi", "UPI", Tier.COMPANY),
    Source("times", "Times", Tier.PRESS),
    Source("post", "Post", Tier.PRESS),
    Source("blog", "Blog", Tier.OTHER),
)
#: When things are published; the same day twice is as likely as not.
FIRST_DAY = dt.date(2024, 1, 1)
DAYS = 60


@dataclass(frozen=True, slots=True)
class Story:
    """Facts in the order of their publication, more or less."""

    facts: tuple[Fact, ...]

    @property
    def claims(self) -> list[Claim]:
        """Its claims."""
        return [fact for fact in self.facts if isinstance(fact, Claim)]


def a_day(random: Random) -> str:
    """A day, or an instant of one, on which something was published, or somebody asks."""
    day = FIRST_DAY + dt.timedelta(days=random.randrange(DAYS))
    return day.isoformat() if random.random() < 0.8 else f"{day}T{random.randrange(24):02}:30:00Z"


def story(random: Random, most: int = 40) -> Story:
    """Claims about two flows and a stock, some told again, some taken back, by their publisher or by another."""
    claims = [_claim(random) for _ in range(random.randint(3, most))]
    facts: list[Fact] = [*claims, *random.sample(claims, random.randint(0, len(claims) // 3))]
    for claim in random.sample(claims, random.randint(0, len(claims) // 4)):
        source = claim.source if random.random() < 0.8 else random.choice(PUBLISHERS)
        facts.append(identified(Retraction(retracts=str(claim.id), source=source, known_at=a_day(random))))
    random.shuffle(facts)
    return Story(tuple(facts))


def _claim(random: Random) -> Claim:
    make, periods = random.choice([(_flow, _MONTHS), (_flow, _SPANS), (_stock, _STOCKS)])
    kind = random.choices([Kind.LEVEL, Kind.CHANGE, Kind.GROWTH], [8, 1, 1])[0]
    fields: dict[str, Any] = {
        "kind": kind,
        "period": random.choice(periods),
        "known_at": a_day(random),
        "source": random.choice(PUBLISHERS),
        "bound": random.choices(list(Bound), [8, 2, 1, 1, 1, 1])[0],
        **_figure(random, kind),
    }
    if kind is not Kind.LEVEL:
        other = Baseline("2020-01-01", "2020-02-01")
        fields["baseline"] = random.choice([*Comparison, other])
    elif random.random() < 0.02:
        fields["break_"] = Break(random.choice(["2022-11-15", "2023-02-01", "2023-03-01"]), "counted anew")
    return identified(make(**fields))


def _figure(random: Random, kind: Kind) -> dict[str, Any]:
    """Figures close to each other, so that some corroborate and some conflict, printed with more or fewer digits."""
    step = random.choice([None, 1.0, 10.0, 50.0])
    value = round(random.choice([0.0, 1000.0, 1000.0, 1100.0, 1300.0]) + random.choice([0, 4, 26, 55]), 3)
    if kind is Kind.GROWTH:
        return {"value": value / 1000 - 1, "step": None if step is None else step / 1000, "unit": Unit.RATIO}
    return {"value": value, "step": step}


def _flow(**fields: Any) -> Claim:  # noqa: ANN401 - fields of a claim
    return examples.claim(**fields)


def _stock(**fields: Any) -> Claim:  # noqa: ANN401 - fields of a claim
    return examples.users(**fields)


_MONTH_STARTS = ["2022-01-31", *[f"{year}-{month:02}-01" for year in (2021, 2022, 2023) for month in (1, 2, 3)]]
_MONTHS = [Period(start, months_before(start, -1)) for start in _MONTH_STARTS]
_SPANS = [
    *(Period(f"{year}-07-01", f"{year}-09-01") for year in (2021, 2022, 2023)),
    *(Period(f"{year}-05-01", f"{year}-07-01") for year in (2022, 2023)),
    Period("2023-03-04", "2023-04-23"),  # fifty days before the next
    Period("2023-04-23", "2023-06-12"),
]
_STOCKS = [
    Period(None, end)
    for end in ("2022-01-01", "2022-01-09", "2022-03-01", "2022-12-20", "2023-01-01", "2023-01-20", "2023-03-15")
]


def found(state: State) -> dict[Key, Reading]:
    """The readings that the oracle speaks of."""
    return {
        (reading.series.key, reading.indicator, reading.baseline): reading
        for reading in state.readings.values()
        if not reading.window and "_in_" not in reading.indicator
    }


def differences(expected: dict[Key, Expected], readings: dict[Key, Reading]) -> list[str]:
    """Where the engine and the oracle are not of one mind; empty when they are."""
    missing = [f"missing or too many: {key}" for key in expected.keys() ^ readings.keys()]
    return missing + [
        f"{key} {name}: {getattr(readings[key], name)!r}, expected {wanted!r}"
        for key in expected.keys() & readings.keys()
        for name, same, wanted in _compared(expected[key], readings[key])
        if not same
    ]


def _compared(expected: Expected, reading: Reading) -> list[tuple[str, bool, object]]:
    return [
        ("value", _near(reading.value, float(expected.value)), float(expected.value)),
        ("low", _end_near(reading.low, expected.low), expected.low),
        ("high", _end_near(reading.high, expected.high), expected.high),
        ("start", reading.start == expected.start, expected.start),
        ("event_time", reading.event_time == expected.end, expected.end),
        ("sources", reading.sources == expected.publishers[:8], expected.publishers),
        ("flags", ("conflict" in reading.flags) == expected.conflict, expected.conflict),
        ("gap_days", reading.gap_days == expected.gap_days, expected.gap_days),
    ]


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-12 * max(1.0, abs(one), abs(other))


def _end_near(end: float | None, expected: object) -> bool:
    if end is None or expected is None:
        return end is expected
    return _near(end, float(expected))  # type: ignore[arg-type] # a fraction
