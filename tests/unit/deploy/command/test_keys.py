"""The settings by which a broker is reached, and where their secrets come from."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from paysignal.command.keys import ACCESS
from paysignal.command.settings import Settings, environment_of, resolved, with_settings
from paysignal.security.access import access_of
from paysignal.security.errors import KeysUnusable

_SASL = {"security_protocol": "sasl_plaintext", "sasl_username": "ann", "broker": "h:9092"}


def test_a_password_comes_from_its_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's first line without its end, else the variable; both reach the access and neither the printed one."""
    file = tmp_path / "password"
    file.write_text("from the file\nsecond line\n")
    by_file = resolved({**_SASL, "sasl_password_file": file})
    monkeypatch.setenv("PAYSIGNAL_SASL_PASSWORD", "from the variable")
    by_variable = resolved(_SASL)

    passwords = [login.password for each in (by_file, by_variable) if (login := access_of(each.broker).login)]
    assert ["from the file", "from the variable"] == passwords
    assert "from the variable" not in f"{by_variable} {by_variable!r} {by_variable.broker!r}"


def test_a_secret_is_no_flag() -> None:
    """`ps` shows flags to everyone: the password has none, all other settings of the block have."""

    @click.command()
    @with_settings("broker")
    def command(settings: Settings) -> None:
        """Reach a broker."""

    shown = CliRunner().invoke(command, ["--help"]).output

    assert "--sasl-password " not in shown
    flags = {f"--{name.replace('_', '-')}" for name in ACCESS} - {"--sasl-password"}
    assert all(flag in shown for flag in flags)


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    """A file that is not there names its setting and its path."""
    with pytest.raises(KeysUnusable, match=r"sasl_password_file .*nowhere"):
        resolved({**_SASL, "sasl_password_file": tmp_path / "nowhere"})


def test_children_are_told_the_access_by_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `up` hands to its processes holds the password in a variable, and the address as it is."""
    monkeypatch.setenv("PAYSIGNAL_SASL_PASSWORD", "p")
    told = environment_of(resolved(_SASL))

    assert ("h:9092", "sasl_plaintext", "p") == tuple(
        told[f"PAYSIGNAL_{name}"] for name in ("BROKER", "SECURITY_PROTOCOL", "SASL_PASSWORD")
    )


def test_plaintext_reads_no_keys(tmp_path: Path) -> None:
    """Without a protocol that needs them the files of keys are not looked at."""
    settings = resolved({"sasl_password_file": tmp_path / "nowhere"})

    assert access_of(settings.broker).protocol == "PLAINTEXT"
