"""What the reader chooses above a dashboard."""

from grafana_foundation_sdk.builders.dashboard import DatasourceVariable, QueryVariable
from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh, VariableSort

from grafana.panels import SOURCE

#: Every reading has a sample of it, whatever its indicator.
_EVERY = "paysignal_reading_event_timestamp_seconds"


def data_source() -> DatasourceVariable:
    """Which Prometheus."""
    return DatasourceVariable("datasource").label("Prometheus").type("prometheus")


def chosen_some(label: str, heading: str) -> QueryVariable:
    """Some values of a label, or all."""
    return (
        _of(label, heading, _EVERY)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".+")
        .current(VariableOption(text="All", value="$__all", selected=True))
    )


def chosen_one(label: str, heading: str, *within: str) -> QueryVariable:
    """One value of a label, of what the choices before it leave."""
    chosen = ",".join(f'{each}=~"${each}"' for each in within)
    return _of(label, heading, f"{_EVERY}{{{chosen}}}")


def _of(label: str, heading: str, metric: str) -> QueryVariable:
    return (
        QueryVariable(label)
        .label(heading)
        .datasource(SOURCE)
        .query({"query": f"label_values({metric}, {label})", "refId": label})
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )
