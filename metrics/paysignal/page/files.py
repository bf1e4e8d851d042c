"""The static files: style and script, and the hashes that tell their versions apart."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

#: Content types by file.
TYPES = {"page.css": "text/css", "page.js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Files:
    """What the files are; read once, as the package does not change while it runs."""

    bodies: Mapping[str, bytes]
    hashes: Mapping[str, str]


@cache
def files() -> Files:
    """The files of this package."""
    bodies = {name: resources.files("paysignal.page").joinpath("static", name).read_bytes() for name in TYPES}
    return Files(bodies, {name: hashlib.sha256(body).hexdigest()[:12] for name, body in bodies.items()})
