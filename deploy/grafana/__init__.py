"""Grafana: dashboards as Python that writes JSON, and what provisions them.

`dashboards/*.json` is written by `python -m grafana.build`, run in deploy/, and committed: Grafana reads it as it is. A
test builds it again and compares. A dashboard more is a module like `growth_overview` and a line in `build`.
"""
