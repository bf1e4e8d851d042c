"""docs/licences.md: what each package of the runtime lock says of its licence. Write it again: `make licences`."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from tests.tools.need import CHECKOUT

PAGE = CHECKOUT / "docs" / "licences.md"
_LOCK = CHECKOUT / "deploy" / "requirements.lock"
_UPLOT = "| uPlot | 1.6.32 | MIT | in the wheel: `metrics/paysignal/page/static/vendor` |"
_HEAD = """# Licences

paysignal is under Apache-2.0. What it runs on, as each package states it; every version is pinned with its hashes in
`deploy/requirements.lock`. None of them is copyleft beyond its own files but where the last column says so.
`make audit` asks the advisory databases about the lock.

| package | version | licence | |
|---|---|---|---|
"""
#: What a reader should know besides.
_NOTES = {
    "currencyconverter": "its file LICENSE is the Apache License 2.0",
    "certifi": "MPL-2.0: its own file of certificates; used as it is",
    "pycountry": "LGPL-2.1: a library of its own, replaceable; used as it is",
    "tqdm": "MPL-2.0 and MIT",
    "tld": "MPL-1.1, GPL-2.0 or LGPL-2.1, at the user's choice; used as it is",
}


def pinned() -> dict[str, str]:
    """The packages of the lock with their versions."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", _LOCK.read_text(), flags=re.MULTILINE))


def licence_of(found: Distribution) -> str:
    """The licence expression, else the classifiers, else the licence field's first line."""
    metadata = found.metadata.json
    if expression := metadata.get("license_expression"):
        return str(expression)
    stated = [each.rpartition(" :: ")[2] for each in metadata.get("classifier", []) if each.startswith("License ::")]
    return (
        ", ".join(sorted(stated)) or str(metadata.get("license", "")).partition("\n")[0][:60] or "in its file LICENSE"
    )


def rows() -> list[str]:
    """A row a package that is installed here; what a platform does not need is not."""
    told = []
    for name in sorted(pinned()):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        told.append(f"| {name} | {found.version} | {licence_of(found)} | {_NOTES.get(name, '')} |")
    return [*told, _UPLOT]


def page() -> str:
    """The page's text."""
    return _HEAD + "\n".join(rows()) + "\n"


def write(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page())


if __name__ == "__main__":
    write()
