"""Writes the dashboards as JSON: `cd deploy && python -m grafana.build`, then commit what changed."""

import json
from collections.abc import Mapping
from pathlib import Path

import click
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana.data_quality import data_quality
from grafana.growth_overview import growth_overview
from grafana.one_series import one_series
from grafana.pipeline_health import pipeline_health

COMMITTED = Path(__file__).with_name("dashboards")


def dashboards() -> Mapping[str, Dashboard]:
    """Every dashboard by the name of its file."""
    return {
        "growth-overview.json": growth_overview(),
        "one-series.json": one_series(),
        "pipeline-health.json": pipeline_health(),
        "data-quality.json": data_quality(),
    }


def written(dashboard: Dashboard) -> str:
    """The dashboard as Grafana reads it; sorted, so that a diff shows what changed and nothing else."""
    return json.dumps(dashboard.build(), cls=JSONEncoder, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


@click.command()
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), default=COMMITTED, help="Folder to write to.")
def build(into: Path) -> None:
    """Write every dashboard's JSON."""
    into.mkdir(parents=True, exist_ok=True)
    for name, dashboard in dashboards().items():
        (into / name).write_text(written(dashboard), encoding="utf-8")
        click.echo(into / name)


if __name__ == "__main__":
    build()
