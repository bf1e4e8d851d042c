"""The static files: style, scripts, and a hash of all of them that tells their versions apart."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

#: Scripts that are no modules, and the one that imports the others.
_NO_MODULES = frozenset({"theme.js", "main.js", "vendor/uPlot.iife.min.js"})

#: Content types by file.
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "page.css": "text/css",
        "tiles.css": "text/css",
        "chart.css": "text/css",
        "icon.svg": "image/svg+xml",
        "theme.js": "text/javascript",
        "main.js": "text/javascript",
        "live.js": "text/javascript",
        "keys.js": "text/javascript",
        "tiles.js": "text/javascript",
        "search.js": "text/javascript",
        "parts.js": "text/javascript",
        "points.js": "text/javascript",
        "figures.js": "text/javascript",
        "past.js": "text/javascript",
        "chart.js": "text/javascript",
        "marks.js": "text/javascript",
        "vendor/uPlot.iife.min.js": "text/javascript",
        "vendor/uPlot.min.css": "text/css",
        "vendor/uPlot.LICENSE": "text/plain",
    }
)

#: What `main.js` imports, itself or by others.
MODULES = tuple(name for name, kind in TYPES.items() if kind == "text/javascript" and name not in _NO_MODULES)


@dataclass(frozen=True, slots=True)
class Files:
    """What the files are; read once, as the package does not change while it runs.

    `version` is of all files together: scripts name each other by where they stand, so they are kept or given up
    together.
    """

    bodies: Mapping[str, bytes]
    version: str


@cache
def files() -> Files:
    """The files of this package."""
    folder = resources.files("paysignal.page").joinpath("static")
    bodies = {name: folder.joinpath(*name.split("/")).read_bytes() for name in TYPES}
    digest = hashlib.sha256(b"".join(hashlib.sha256(body).digest() for body in bodies.values()))
    return Files(bodies, digest.hexdigest()[:12])
