"""What import-linter cannot say: that everything not named is forbidden to the pure packages."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

from tests.tools.need import CHECKOUT

ROOTS = ("producers", "streams", "metrics", "deploy")

# The pure packages, and all they may import from outside of the standard library.
PURE = {
    "producers/paysignal/facts": {"msgspec", "pycountry"},
    "streams/paysignal/windows": {"msgspec", "numpy"},
    "streams/paysignal/indicators": {"msgspec", "numpy"},
    "streams/paysignal/engine": {"msgspec", "numpy"},
    "streams/paysignal/thresholds": {"yaml"},
}

# A clock, the environment, chance, other processes: whoever imports these is not pure.
IMPURE = {"asyncio", "os", "random", "secrets", "socket", "subprocess", "threading", "time"}


def _imports(folder: Path) -> dict[str, set[str]]:
    """The top-level modules that a folder's files import, with the files that do."""
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names):
                    modules = [alias.name for alias in names]
                case ast.ImportFrom(module=str(module), level=0):
                    modules = [module]
                case _:
                    continue
            for module in modules:
                found.setdefault(module.partition(".")[0], set()).add(path.relative_to(CHECKOUT).as_posix())
    return found


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_import_nothing_else(package: str) -> None:
    """A library not on the list is a failure, also one that import-linter's contracts do not name."""
    allowed = PURE[package] | {"paysignal"} | set(sys.stdlib_module_names)

    assert {} == {module: by for module, by in _imports(CHECKOUT / package).items() if module not in allowed}


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_read_no_clock(package: str) -> None:
    """Time, settings and randomness are arguments there, so a replay equals the live run."""
    assert {} == {module: by for module, by in _imports(CHECKOUT / package).items() if module in IMPURE}


def test_the_layers_name_every_package() -> None:
    """A new package must be given its place in pyproject.toml before it can be merged."""
    linter = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {
        f"paysignal.{path.parent.name}"
        for root in ROOTS
        for path in (CHECKOUT / root / "paysignal").glob("*/__init__.py")
    }

    assert packages == set(linter["root_packages"])
