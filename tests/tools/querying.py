"""The routes of page and API over a history, as the exporter serves them."""

from collections.abc import Sequence
from itertools import count

from aiohttp import web

from paysignal.facts.alerts import Alert
from paysignal.facts.readings import Reading
from paysignal.history.answers import Answers
from paysignal.page.answering import answer_routes
from paysignal.page.query.catalogue import Held
from paysignal.page.query.freshness import Freshness
from paysignal.page.query.serving import query_routes


def api_routes(
    answers: Answers, readings: Sequence[Reading] = (), alerts: Sequence[Alert] = ()
) -> Sequence[web.RouteDef]:
    """`/explain` and all of `/v1`; `readings` are on the board, `alerts` on theirs."""
    return (*answer_routes(answers), *query_routes(held_of(answers, readings, alerts)))


def held_of(answers: Answers, readings: Sequence[Reading] = (), alerts: Sequence[Alert] = ()) -> Held:
    """What the API answers from."""
    seconds = count()
    inputs = (tuple(readings), answers.examined().marks if readings else {}, ())
    fresh = Freshness(lambda: inputs, lambda: float(next(seconds)))
    standing = tuple(alerts)
    return Held(fresh, lambda: standing, answers)
