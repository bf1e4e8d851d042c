"""Marks on charts that stand where the value of a query says, not where it was asked."""

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery as Builder
from grafana_foundation_sdk.models.dashboard import AnnotationQuery

from grafana.panels import SOURCE


class _AtValue(AnnotationQuery):
    """What Grafana's Prometheus source reads of an annotation besides the SDK's fields."""

    title: str = ""
    text: str = ""

    def to_json(self) -> dict[str, object]:
        return {
            **super().to_json(),
            "titleFormat": self.title,
            "textFormat": self.text,
            "step": "",
            "useValueForTime": "on",
        }


class EventTimes(Builder):
    """One mark for each sample of `query`, at the milliseconds that are its value; texts are templates of labels."""

    def __init__(self, name: str, query: str, title: str, text: str) -> None:
        super().__init__()
        made = _AtValue(name=name, datasource=SOURCE, enable=True, icon_color="blue", expr=query)
        made.title, made.text = title, text
        self._internal = made
