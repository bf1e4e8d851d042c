"""What a test needs from outside of pip: found, or the test is skipped with a sentence, or it fails in CI."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

# Each tool with the names it goes by and the Debian package that brings it.
_TOOLS = {
    "amtool": (("amtool",), "prometheus-alertmanager"),
    "alertmanager": (("alertmanager", "prometheus-alertmanager"), "prometheus-alertmanager"),
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "chromium"),
    "java": (("java",), "openjdk-17-jre-headless"),
    "javac": (("javac",), "openjdk-17-jdk-headless"),
    "kcat": (("kcat", "kafkacat"), "kcat"),
    "kubectl": (("kubectl",), "kubernetes-client, or kubectl 1.27 and newer from Kubernetes itself"),
    "make": (("make",), "make"),
    "prometheus": (("prometheus",), "prometheus"),
    "promtool": (("promtool",), "prometheus"),
}


def missing(sentence: str) -> NoReturn:
    """Skip the test with a sentence that says how to get what it needs; with CI=true fail, so nothing goes untested."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{sentence} (CI=true: a skip is a failure)", pytrace=False)
    pytest.skip(sentence)


def require(tool: str) -> str:
    """The path of a program that a test runs; without it the test is skipped, or fails in CI."""
    names, package = _TOOLS[tool]
    for name in names:
        if path := shutil.which(name):
            return path
    missing(f"{tool} is not on the PATH; on Debian: apt-get install --no-install-recommends {package}")


def shared(*parts: str) -> Path:
    """A path in `../shared`, the data sets beside the checkout; where they are absent, skipped, or failed in CI."""
    path = CHECKOUT.parent.joinpath("shared", *parts)
    if not path.exists():
        missing(f"needs ../shared/{'/'.join(parts)}, the data sets beside the checkout")
    return path
