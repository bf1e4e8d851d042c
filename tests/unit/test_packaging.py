"""One namespace package out of four roots, installed whole, from locks that name no place."""

import importlib.metadata
import importlib.util
import os
import re
import sysconfig
import tomllib
from pathlib import Path

import pytest

import paysignal.facts
from tests.tools.need import CHECKOUT

ROOTS = ("producers", "streams", "metrics", "deploy")
LOCKS = ("deploy/requirements.lock", "deploy/build.lock", "tests/requirements.lock")
WHEEL = os.environ.get("PAYSIGNAL_TEST_WHEEL") == "1"

only_from_the_wheel = pytest.mark.skipif(not WHEEL, reason="speaks of the built wheel, which `make test` installs")


def _sources() -> set[str]:
    """Every file of the namespace in the checkout, as the wheel must name it."""
    return {
        path.relative_to(CHECKOUT / root).as_posix()
        for root in ROOTS
        for path in (CHECKOUT / root / "paysignal").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".DS_Store"
    }


def _installed() -> set[str]:
    """Every file of the namespace as the installed distribution lists it."""
    files = importlib.metadata.files("paysignal") or []
    return {path.as_posix() for path in files if path.parts[0] == "paysignal" and "__pycache__" not in path.parts}


def test_the_namespace_has_no_init() -> None:
    """With a paysignal/__init__.py in one root the packages of the other three could not be imported."""
    found = [root for root in ROOTS if (CHECKOUT / root / "paysignal" / "__init__.py").exists()]

    assert [] == found


def test_no_package_stands_in_two_roots() -> None:
    """A package in two roots would be merged in the wheel and torn apart in the checkout."""
    names = [path.parent.name for root in ROOTS for path in (CHECKOUT / root / "paysignal").glob("*/__init__.py")]

    assert sorted(set(names)) == sorted(names)


@only_from_the_wheel
def test_tests_import_the_installed_wheel() -> None:
    """`make test` tests what is shipped, not the files of the checkout."""
    libraries = Path(sysconfig.get_path("purelib"))

    assert Path(paysignal.facts.__file__).is_relative_to(libraries)


@only_from_the_wheel
def test_the_wheel_holds_every_file() -> None:
    """Code and data alike: samples, alias files, schemas, pages."""
    assert _sources() == _installed()


def test_the_command_is_installed() -> None:
    """`paysignal` starts paysignal.command:main."""
    scripts = importlib.metadata.entry_points(group="console_scripts", name="paysignal")

    assert {"paysignal.command:main"} == {script.value for script in scripts}
    assert importlib.util.find_spec("paysignal.command") is not None


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_place(lock: str) -> None:
    """No index host, no folder of wheels, no path of the machine that made the lock."""
    places = re.compile(r"://|--(extra-)?index|--find-links|--trusted-host|\s/|@ ?/")

    assert [] == [line for line in (CHECKOUT / lock).read_text().splitlines() if places.search(line)]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_has_hashes(lock: str) -> None:
    """Pip then refuses anything else under the same name."""
    pinned = _pinned(lock)

    assert pinned
    assert [] == [name for name, hashes in pinned.items() if hashes == 0]


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    """The lock for tests repeats every version of the one for running."""
    run, test = ({pin.partition(" ;")[0] for pin in _pinned(lock)} for lock in (LOCKS[0], LOCKS[2]))

    assert set() == run - test


def test_the_build_backend_is_the_locked_one() -> None:
    """Without build isolation pip takes the backend from the lock, whatever [build-system] asks for."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    (backend,) = project["build-system"]["requires"]

    assert backend in _pinned("deploy/build.lock")


def _pinned(lock: str) -> dict[str, int]:
    """Each pinned requirement of a lock with how many hashes follow it."""
    pinned: dict[str, int] = {}
    last = ""
    for line in (CHECKOUT / lock).read_text().splitlines():
        if "==" in line and not line.startswith(("#", " ")):
            last = line.removesuffix("\\").strip()
            pinned[last] = 0
        elif line.strip().startswith("--hash=sha256:"):
            pinned[last] += 1
    return pinned
