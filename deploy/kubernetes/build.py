"""Writes monitoring/rules.yaml: the rules of deploy/prometheus/rules as a PrometheusRule. `make manifests` calls it."""

from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
_RULES = _HERE.parent / "prometheus" / "rules"
_HEAD = "# Written by `make manifests` from deploy/prometheus/rules; change those.\n"


def prometheus_rule() -> dict[str, Any]:
    """The manifest: all groups of all rule files, in the order of the files' names."""
    groups = [group for path in sorted(_RULES.glob("*.yml")) for group in yaml.safe_load(path.read_text())["groups"]]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "paysignal", "labels": {"app.kubernetes.io/name": "paysignal"}},
        "spec": {"groups": groups},
    }


def written() -> str:
    """The file's text."""
    return _HEAD + yaml.safe_dump(prometheus_rule(), sort_keys=False, allow_unicode=True, width=120)


if __name__ == "__main__":
    (_HERE / "monitoring" / "rules.yaml").write_text(written())
