"""What a figure can be of: the wordings of measures, and the measure each means for a count, money or a ratio."""

from typing import NamedTuple

from paysignal.facts.measures import MEASURES, Unit
from paysignal.sources.article.model import Form
from paysignal.sources.article.vocabulary import Mark

#: Words whose measure the figure decides: dollars of payments are their value, a count of them their number.
MONEY_OF = {
    "transactions": "transaction_value", "payments": "transaction_value", "volume": "transaction_value",
    "income": "revenue", "net_sales": "revenue", "gmv": "transaction_value", "invested": "funding",
    "payments_revenue": "revenue", "valued_at": "valuation", "averaged": "average_spend",
}  # fmt: skip
COUNT_OF = {
    "payments": "transactions", "volume": "transactions", "people": "active_users", "subscribers": "active_users",
    "averaged": "transactions",
}  # fmt: skip
_RATIO_OF = {
    "valued_at": "valuation", "invested": "funding", "averaged": "transactions",
    "payments": "transactions", "volume": "transaction_value", "income": "revenue", "net_sales": "revenue",
    "gmv": "transaction_value", "payments_revenue": "revenue", "people": "active_users",
    "subscribers": "active_users",
}  # fmt: skip
_MONEY = frozenset({"transaction_value", "revenue", "funding", "valuation", "average_spend"}) | MONEY_OF.keys()
#: Measures that a share can be meant by, and what only money or counts can be.
_COUNTS = (
    frozenset({"active_users", "registered_users", "merchants", "agents", "transactions", "app_opens"})
    | COUNT_OF.keys()
)


class Topic(NamedTuple):
    """What a figure is of: a measure's wording or another thing, by which rule."""

    category: str
    value: str
    rule: str
    mark: Mark | None = None

    @property
    def is_measure(self) -> bool:
        """Whether it is of a measure at all."""
        return self.category == "measure"


def measure_for(topic: Topic, form: Form) -> str:
    """The measure of the catalogue that a wording means for a figure of that form."""
    table = MONEY_OF if form is Form.MONEY else COUNT_OF if form is Form.COUNT else _RATIO_OF
    return table.get(topic.value, topic.value)


def fits(value: str, form: Form) -> bool:
    """Whether a figure of this form can be of the measure: dollars of users are none."""
    if form in {Form.PERCENT, Form.TIMES}:
        return True
    if form is Form.POINTS:
        return value == "market_share"
    return value in _MONEY if form is Form.MONEY else value in _COUNTS


def is_money(measure: str) -> bool:
    """Whether the measure is in a currency."""
    return MEASURES[measure].unit is Unit.CURRENCY
