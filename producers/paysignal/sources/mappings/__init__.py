"""Mapping files of published statistics, ours to ship; the figures are their publishers' and do not ship.

Named on the command line as `--mapping npci-upi-monthly`.
"""

from importlib import resources

_SUFFIX = ".toml"


def shipped() -> list[str]:
    """The names of all of them."""
    files = resources.files(__name__).iterdir()
    return sorted(file.name.removesuffix(_SUFFIX) for file in files if file.name.endswith(_SUFFIX))


def shipped_text(name: str) -> str | None:
    """The TOML of the one called `name`; None when none is."""
    if name not in shipped():
        return None
    return resources.files(__name__).joinpath(f"{name}{_SUFFIX}").read_text(encoding="utf-8")
