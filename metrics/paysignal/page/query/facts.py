"""The list of a series' facts."""

from typing import Final

from paysignal.history.answers import Answers
from paysignal.history.held import Held
from paysignal.history.questions import as_of_us, series_of
from paysignal.history.rows import FactsRow
from paysignal.history.telling import fact_row, missing_until
from paysignal.page.query.paging import Place, page_of, placed
from paysignal.page.query.parameters import AS_OF, Asked

#: What numbers are taken from so that, as text, the greatest comes first: known times, and ids of 128 bits.
_LAST_US: Final = 2**63
_LAST_ID: Final = 2**128 - 1


def facts_page(answers: Answers, asked: Asked) -> FactsRow:
    """The facts of a series, the latest period first; raises `BadQuestion` or `Unknown`."""
    key, as_of = series_of(asked.one("series")).key, asked.one(AS_OF.name)
    page = page_of(placed(answers.facts(key, as_of_us(as_of)), _place_of_fact), asked, "latest")
    return FactsRow(
        series=key,
        as_of=as_of or None,
        total=page.total,
        facts=tuple(map(fact_row, page.items)),
        missing_until=missing_until(answers),
        next=page.next,
    )


def _place_of_fact(held: Held) -> Place:
    """The latest period first, then what was known last, then the greatest id."""
    claim = held.claim
    return float(-claim.dated.event_us), f"{_LAST_US - claim.known_us:020d}{_LAST_ID - int(str(claim.id), 16):032x}"
