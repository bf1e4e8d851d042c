"""What all dashboards have: a name that links keep, one time zone, a choice of Prometheus, and no way to edit."""

from collections.abc import Iterable

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from grafana.choosing import chosen_some, data_source


def board(title: str, description: str, since: str, refresh: str) -> Dashboard:
    """A dashboard without panels, for Grafana 10.1 and newer; it shows from `since` until now."""
    return (
        Dashboard(title)
        .uid(f"paysignal-{title.lower().replace(' ', '-')}")
        .description(description)
        .tags(["paysignal"])
        .readonly()
        .timezone("utc")
        .time(since, "now")
        .refresh(refresh)
        .with_variable(data_source())
    )


def choosing_some(dashboard: Dashboard) -> Dashboard:
    """With a choice of some or all providers, markets and measures."""
    for label in ("provider", "market", "measure"):
        dashboard = dashboard.with_variable(chosen_some(label, label.title()))
    return dashboard


def with_panels(dashboard: Dashboard, panels: Iterable[Builder[Panel]]) -> Dashboard:
    """With these panels, in their order."""
    for panel in panels:
        dashboard = dashboard.with_panel(panel)
    return dashboard
