"""A file of Pulse to claims.

    aggregated/transaction   five categories: their segments, and the place's total, which is their sum
    aggregated/user          registered users (as of the quarter's end), app opens, users by brand of phone
    map/transaction, /user   the districts of a state: segments `district-…` of it

The country's map repeats the states, which have files of their own, and gives no claim.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Final

import msgspec

from paysignal.facts.claims import Claim, Source
from paysignal.facts.errors import Refused
from paysignal.facts.identity import identified
from paysignal.facts.kinds import Basis, Kind, Tier
from paysignal.facts.measures import measure_named, unit_of
from paysignal.facts.moments import moment_at
from paysignal.facts.periods import Period
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.facts.slugs import slug_of
from paysignal.sources.pulse.places import COUNTRY, Place, place_of

#: The largest file there is has 31 KB; a hostile one is not read to its end.
LARGEST_FILE: Final = 4 * 1_048_576

#: The year 2100: a later answer is a slip.
_LATEST_MS: Final = 4_102_444_800_000

_PHONEPE: Final = Source("phonepe", "PhonePe Pulse", Tier.COMPANY, url="https://github.com/PhonePe/pulse")
_CURRENCY: Final = "INR"
#: Money comes in paise. Counts are printed to the last one, and no other whole number lies within half of that: exact.
_STEPS: Final = {"transaction_value": 0.01}

#: Pulse's names of categories, as segments.
_CATEGORIES: Final = {
    "Peer-to-peer payments": "p2p",
    "Merchant payments": "p2m",
    "Recharge & bill payments": "bills",
    "Financial Services": "financial-services",
    "Others": "others",
}
_DISTRICT: Final = " district"


class _Paid(msgspec.Struct, frozen=True):
    count: int
    amount: float


class _Category(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    payment_instruments: list[_Paid]


class _District(msgspec.Struct, frozen=True):
    name: str
    metric: list[_Paid]


class _Users(msgspec.Struct, frozen=True, rename="camel"):
    registered_users: int
    app_opens: int


class _Brand(msgspec.Struct, frozen=True):
    brand: str
    count: int


class _Data(msgspec.Struct, frozen=True, rename="camel"):
    transaction_data: list[_Category] | None = None
    aggregated: _Users | None = None
    users_by_device: list[_Brand] | None = None
    hover_data_list: list[_District] | None = None
    hover_data: dict[str, _Users] | None = None


class _File(msgspec.Struct, frozen=True, rename="camel"):
    data: _Data
    response_timestamp: Annotated[int, msgspec.Meta(ge=0, le=_LATEST_MS)]


_FILE: Final = msgspec.json.Decoder(_File)

#: Segment, measure, value.
_Told = tuple[str, str, float]


def parse_pulse(path: str, raw: bytes) -> Iterator[Claim | Rejected]:
    """The claims of the file that stands at `path`; the whole file is one `Rejected` where it can not be read.

    When the file was answered is stated in it, and it was published no later: that is its known time, an estimate.
    """
    try:
        place, file = place_of(path), _FILE.decode(_bounded(raw))
        known_at = moment_at(1_000 * file.response_timestamp)
        yield from [_claim(place, known_at, *told) for told in _told(place, file.data)]
    except (Refused, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = Reason.BAD_ROW if isinstance(error, Refused | msgspec.ValidationError) else Reason.BAD_JSON
        yield rejected(reason, str(error), raw, Origin(file=path))


def _bounded(raw: bytes) -> bytes:
    if len(raw) > LARGEST_FILE:
        raise Refused("file", len(raw), f"at most {LARGEST_FILE} bytes", "leave it out: it is no file of Pulse")
    return raw


def _told(place: Place, data: _Data) -> Iterable[_Told]:
    if place.table == "map":
        return _districts(data) if place.market != COUNTRY else ()
    return _categories(data.transaction_data or []) if place.about == "transaction" else _users(data)


def _categories(categories: list[_Category]) -> Iterator[_Told]:
    """Each category, and their sum: Pulse prints no total."""
    paid = {_segment_of(each.name): each.payment_instruments for each in categories}
    if paid:
        yield from _paid("", [one for instruments in paid.values() for one in instruments])
    for segment, instruments in paid.items():
        yield from _paid(segment, instruments)


def _segment_of(category: str) -> str:
    if category not in _CATEGORIES:
        raise Refused("category", category, f"one of {', '.join(_CATEGORIES)}", "add it to paysignal.sources.pulse")
    return _CATEGORIES[category]


def _paid(segment: str, paid: list[_Paid]) -> Iterator[_Told]:
    yield segment, "transactions", float(sum(each.count for each in paid))
    yield segment, "transaction_value", math.fsum(each.amount for each in paid)


def _users(data: _Data) -> Iterator[_Told]:
    if data.aggregated is not None:
        yield from _used("", data.aggregated)
    for brand in data.users_by_device or []:
        yield f"device-{slug_of(brand.brand)}", "registered_users", float(brand.count)


def _used(segment: str, users: _Users) -> Iterator[_Told]:
    yield segment, "registered_users", float(users.registered_users)
    yield segment, "app_opens", float(users.app_opens)


def _districts(data: _Data) -> Iterator[_Told]:
    for district in data.hover_data_list or []:
        yield from _paid(_district(district.name), district.metric)
    for name, users in (data.hover_data or {}).items():
        yield from _used(_district(name), users)


def _district(name: str) -> str:
    return slug_of(f"district {name.removesuffix(_DISTRICT)}")


def _claim(place: Place, known_at: str, segment: str, measure: str, value: float) -> Claim:
    stock = measure_named(measure).nature.at_instant
    return identified(
        Claim(
            provider="phonepe",
            market=place.market,
            measure=measure,
            segment=segment,
            kind=Kind.LEVEL,
            value=value,
            step=_STEPS.get(measure),
            unit=unit_of(measure, Kind.LEVEL),
            currency=_CURRENCY if measure == "transaction_value" else "",
            period=Period(None if stock else place.start, place.end),
            known_at=known_at,
            known_at_basis=Basis.ESTIMATED,
            source=_PHONEPE,
        )
    )
