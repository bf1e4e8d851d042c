"""What the path of a file says: which of the four tables it is, of which place and quarter."""

import re
from dataclasses import dataclass
from functools import lru_cache

import pycountry

from paysignal.facts.errors import Refused
from paysignal.facts.moments import months_later
from paysignal.facts.slugs import slug_of

COUNTRY = "IN"

#: `aggregated/user/country/india/state/bihar/2019/3.json`; the maps have a folder `hover` before the country.
_PATH = re.compile(
    r"(?:^|/)(?P<table>aggregated|map)/(?P<about>transaction|user)(?:/hover)?/country/india"
    r"(?:/state/(?P<state>[^/]{1,64}))?/(?P<year>20\d\d)/(?P<quarter>[1-4])\.json\Z",
    re.ASCII,
)

#: PhonePe's names that are no more, or were never, those of ISO 3166-2.
_OTHERWISE = {"dadranagarhavelidamandiu": "IN-DH", "orissa": "IN-OD"}


@dataclass(frozen=True, slots=True)
class Place:
    """One file: `table` is aggregated or map, `about` transaction or user; the quarter as `[start, end)`."""

    table: str
    about: str
    market: str
    start: str
    end: str


def place_of(path: str) -> Place:
    """What the path says, with `/` between its parts; raises `Refused` when it is no file of Pulse.

    The quarter is the path's: the "from" inside the file is midnight in India as UTC, the day and quarter before.
    """
    found = _PATH.search(path)
    if found is None:
        rule = (
            "a file of Pulse stands at aggregated|map / transaction|user / country/india / [state/S] / year / quarter"
        )
        raise Refused("path", path[-200:], rule, "point the reader at the folder `data` of the repository")
    start = f"{found['year']}-{3 * int(found['quarter']) - 2:02d}-01"
    market = _market(found["state"]) if found["state"] else COUNTRY
    return Place(found["table"], found["about"], market, start, months_later(start, 3))


def _market(state: str) -> str:
    """The code of a state or territory; raises `Refused` for a name that has none."""
    letters = _letters(state)
    market = _OTHERWISE.get(letters) or _states().get(letters)
    if market is None:
        raise Refused("state", state, "a state or territory of India", "add its name to paysignal.sources.pulse.places")
    return market


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    return {_letters(place.name): place.code for place in pycountry.subdivisions if place.country_code == COUNTRY}


def _letters(name: str) -> str:
    """What is left of a name without hyphens, signs and the word "and"."""
    return "".join(word for word in slug_of(name.replace("&", " ")).split("-") if word != "and")
