"""The Kubernetes manifests as `kubectl apply -k` would send them."""

import subprocess
from functools import cache
from typing import Any

import yaml

from tests.tools.need import CHECKOUT, require

KUBERNETES = CHECKOUT / "deploy" / "kubernetes"
OVERLAYS = tuple(sorted(path.name for path in (KUBERNETES / "overlays").iterdir()))

Manifest = dict[str, Any]


@cache
def rendered(overlay: str) -> tuple[Manifest, ...]:
    """Every object of an overlay; kustomize must have nothing to complain about."""
    done = subprocess.run(
        [require("kubectl"), "kustomize", str(KUBERNETES / "overlays" / overlay)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (0, "") == (done.returncode, done.stderr)
    return tuple(yaml.safe_load_all(done.stdout))


def named(overlay: str, kind: str, name: str) -> Manifest:
    """The one object of that kind and name."""
    (found,) = (each for each in rendered(overlay) if (each["kind"], each["metadata"]["name"]) == (kind, name))
    return found


def pods(overlay: str) -> dict[str, Manifest]:
    """The pod templates of an overlay, by the name of what makes them."""
    return {
        each["metadata"]["name"]: each["spec"]["template"]
        for each in rendered(overlay)
        if each["kind"] in {"Deployment", "StatefulSet", "Job"}
    }
