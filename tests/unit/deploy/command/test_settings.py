"""Settings: which source wins, and what is said about a wrong value."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from paysignal.command import settings as module
from paysignal.command.doctor import doctor
from paysignal.command.fields import checked_broker
from paysignal.command.main import Subcommands
from paysignal.command.settings import (
    SettingError,
    Settings,
    api_token,
    environment_of,
    origin_of,
    resolved,
    with_settings,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder without a settings file, and no variables of ours."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PAYSIGNAL_{name.upper()}", raising=False)
    return tmp_path


def write(folder: Path, text: str, name: str = "paysignal.toml") -> Path:
    """A settings file."""
    path = folder / name
    path.write_text(text)
    return path


def test_the_defaults_are_those_of_one_machine() -> None:
    """Without any setting everything is on loopback, with Kafka's usual port."""
    settings = resolved({})

    assert ("127.0.0.1:9092", "127.0.0.1", 8, 1) == (
        settings.broker,
        settings.host,
        settings.partitions,
        settings.replication,
    )


def test_a_flag_beats_a_variable_beats_the_file_beats_the_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each source is taken only where no earlier one says anything."""
    write(folder, 'broker = "file:1"\ngroup = "file"\nhost = "10.0.0.1"\n')
    monkeypatch.setenv("PAYSIGNAL_BROKER", "variable:1")
    monkeypatch.setenv("PAYSIGNAL_GROUP", "variable")

    settings = resolved({"broker": "flag:1"})

    assert ("flag:1", "variable", "10.0.0.1", 8) == (
        settings.broker,
        settings.group,
        settings.host,
        settings.partitions,
    )


def test_each_value_is_told_with_its_origin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whoever wonders where a value comes from can change it there."""
    write(folder, 'broker = "file:1"\ngroup = "file"\nhost = "10.0.0.1"\n')
    monkeypatch.setenv("PAYSIGNAL_GROUP", "variable")

    origins = [origin_of(name, {"broker"}, None) for name in ("broker", "group", "host", "partitions")]

    assert ["--broker", "PAYSIGNAL_GROUP", "paysignal.toml", "default"] == origins


def test_a_file_can_be_named_and_takes_the_place_of_the_one_in_the_folder(folder: Path) -> None:
    """The two are not mixed."""
    write(folder, 'broker = "here:1"\ngroup = "here"\n')
    other = write(folder, 'broker = "other:1"\n', "other.toml")

    settings = resolved({}, other)

    assert ("other:1", "paysignal") == (settings.broker, settings.group)


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files pass what is not set on as empty."""
    monkeypatch.setenv("PAYSIGNAL_BROKER", "")

    assert "127.0.0.1:9092" == resolved({}).broker
    assert "default" == origin_of("broker", (), None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('brokr = "h:1"', "paysignal.toml: 'brokr' is no setting; did you mean broker?"),
        ("colour = 1", "'colour' is no setting; `paysignal doctor` lists them all"),
        ('broker = "h"', "broker 'h' from paysignal.toml: should be a host and a port"),
        ("partitions = 0", "partitions 0 from paysignal.toml: should be greater than or equal to 1; the default is 8"),
        ("broker = h:1", "paysignal.toml: not TOML"),
    ],
)
def test_a_wrong_file_is_told_with_value_rule_and_place(folder: Path, text: str, told: str) -> None:
    """Nobody has to guess which line is meant."""
    write(folder, text)

    with pytest.raises(SettingError) as caught:
        resolved({})

    assert told in str(caught.value)


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name under which it was set."""
    monkeypatch.setenv("PAYSIGNAL_WORKER_PORT", "70000")

    with pytest.raises(SettingError, match="worker_port '70000' from PAYSIGNAL_WORKER_PORT"):
        resolved({})


def test_a_wrong_flag_is_bad_usage() -> None:
    """The command line is wrong, not the machine: exit code 2."""
    with pytest.raises(click.BadParameter, match="'h': should be a host and a port") as caught:
        resolved({"broker": "h"})

    assert 2 == caught.value.exit_code


def test_a_missing_file_is_bad_usage(folder: Path) -> None:
    """A file that was named and is not there is a mistake, not an empty file."""
    with pytest.raises(click.BadParameter, match="no such file"):
        resolved({}, folder / "nowhere.toml")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("h:1", "h:1"),
        ("kafka://h:1", "h:1"),
        ("a:1, b:2", "a:1,b:2"),
        ("[::1]:9092", "[::1]:9092"),
    ],
)
def test_brokers_in_every_usual_form(given: str, kept: str) -> None:
    """One or several, with or without the scheme."""
    assert kept == checked_broker(given)


@pytest.mark.parametrize("given", ["", "h", ":1", "h:", "h:0", "h:65536", "h:x", "a:1,,b:2", "h:१"])
def test_what_is_no_broker_is_refused(given: str) -> None:
    """A client would wait for it in vain."""
    with pytest.raises(ValueError, match="host and a port"):
        checked_broker(given)


def test_children_get_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `up` resolved is what its children resolve, whatever the file and the flags were."""
    settings = resolved({"broker": "h:1", "plain_outputs": True, "session_seconds": 6})
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)

    assert settings == resolved({})


class _WithSecret(Settings):
    password: SecretStr = SecretStr("open sesame")


def test_a_secret_is_shown_to_children_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """As text it is stars; a child gets it through its environment, where `ps` does not show it."""
    monkeypatch.setattr(module, "Settings", _WithSecret)
    settings = _WithSecret.model_validate({})

    assert "open sesame" not in f"{settings!r} {settings.password}"
    assert "open sesame" == environment_of(settings)["PAYSIGNAL_PASSWORD"]


TOKEN = "0123456789abcdef"


def _set(**given: object) -> Settings:
    return Settings.model_validate(given)


def test_the_token_of_the_api_comes_from_its_variable_or_a_file(tmp_path: Path) -> None:
    """The variable goes first; of a file its one line; None where none is set; no flag could show it."""
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert api_token(_set(api_token_file=file)) == TOKEN
    assert api_token(_set(api_token_file=file, api_token="x" * 16)) == "x" * 16
    assert api_token(_set()) is None
    assert "--api-token " not in CliRunner().invoke(doctor, ["--help"]).output


@pytest.mark.parametrize("token", ["", "short", "x" * 513, f"{TOKEN} {TOKEN}", f"{TOKEN}\n{TOKEN}", f"{TOKEN}\u00e9"])
def test_a_token_that_is_none_is_refused_without_being_shown(tmp_path: Path, token: str) -> None:
    """One that could be guessed, or does not fit into a header; so is a file that is not there, or is no text."""
    file = tmp_path / "token"
    file.write_text(token, encoding="utf-8")
    with pytest.raises(SettingError, match="openssl rand") as refused:
        api_token(_set(api_token_file=file))
    assert not token or token not in str(refused.value)
    for wrong in (tmp_path / "none", tmp_path):
        with pytest.raises(SettingError, match="can not be read"):
            api_token(_set(api_token_file=wrong))
    file.write_bytes(b"\xff" * 20)
    with pytest.raises(SettingError, match="not UTF-8"):
        api_token(_set(api_token_file=file))


@click.command()
@with_settings("broker", "plain_outputs", "log_level")
@click.option("--json", "as_json", is_flag=True)
def _shown(settings: Settings, *, as_json: bool) -> None:
    click.echo(f"{settings.broker} {settings.plain_outputs} {settings.log_level} {as_json}")


def test_a_command_gets_the_flags_it_declares(folder: Path) -> None:
    """And one typed object, beside its own options."""
    write(folder, 'log_level = "debug"\n', "other.toml")

    result = CliRunner().invoke(_shown, ["--broker", "h:1", "--plain-outputs", "--config", "other.toml", "--json"])

    assert "h:1 True debug True\n" == result.output


def test_a_command_has_no_other_flags() -> None:
    """What it does not use can not be given."""
    result = CliRunner().invoke(_shown, ["--worker-port", "1"])

    assert 2 == result.exit_code
    assert "No such option" in result.output


def test_the_help_tells_defaults(folder: Path) -> None:
    """Without asking the machine."""
    result = CliRunner().invoke(_shown, ["--help"])

    assert "--broker HOST:PORT" in result.output
    assert "[default: 127.0.0.1:9092]" in " ".join(result.output.split())
    assert "--config FILE" in result.output


def test_a_refused_setting_ends_the_command_with_its_sentence(folder: Path) -> None:
    """Exit code 1 and one line."""
    write(folder, 'broker = "h"\n')
    group = Subcommands(commands={})
    group.get_command = lambda *_: _shown  # type: ignore[method-assign]

    result = CliRunner().invoke(group, ["shown"])

    assert 1 == result.exit_code
    assert 1 == len(result.output.splitlines())
    assert result.output.startswith("paysignal: broker 'h' from paysignal.toml: ")
