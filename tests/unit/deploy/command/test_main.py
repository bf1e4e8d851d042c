"""The command's frame: its help, its lazy imports, and what becomes of errors."""

import importlib
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from paysignal.command import main
from paysignal.command.main import EXAMPLES, SECTIONS
from paysignal.facts.errors import PaySignalError

NAMES = [entry.name for section in SECTIONS for entry in section.entries]


def test_the_help_shows_every_subcommand_and_how_to_begin() -> None:
    """Whoever knows nothing learns where to begin."""
    result = CliRunner().invoke(main, ["--help"])
    text = " ".join(result.output.split())

    assert 0 == result.exit_code
    assert all(f"{entry.name} {entry.summary}" in text for section in SECTIONS for entry in section.entries)
    assert all(example in text for example, _ in EXAMPLES)
    assert "PAYSIGNAL_" in text
    assert "paysignal.toml" in text


@pytest.mark.parametrize("name", NAMES)
def test_each_subcommand_has_a_help_that_says_what_the_list_says(name: str) -> None:
    """And can be imported."""
    result = CliRunner().invoke(main, [name, "--help"])

    assert 0 == result.exit_code, result.output
    assert f"Usage: main {name}" in result.output


@pytest.mark.parametrize(
    ("arguments", "heavy"), [("--help", "pydantic"), ("--version", "pydantic"), ("up --help", "faust")]
)
def test_nothing_is_imported_that_is_not_needed(arguments: str, heavy: str) -> None:
    """The help is quick, and only the worker pays for Faust."""
    code = (
        "import sys\n"
        "from paysignal.command import main\n"
        f"main({arguments.split()!r}, standalone_mode=False)\n"
        f"assert not [name for name in sys.modules if name.split('.')[0] == {heavy!r}]\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stderr


@pytest.mark.parametrize("example", [example for example, _ in EXAMPLES])
def test_each_example_is_a_command_that_exists(example: str) -> None:
    """With flags that it has."""
    name, *words = example.partition(" | ")[0].split()[1:]
    command = main.get_command(click.Context(main), name)
    assert command is not None
    flags = {flag for parameter in command.params for flag in parameter.opts}

    assert {word for word in words if word.startswith("--")} <= flags


def test_an_error_of_ours_is_one_line_and_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback and no usage lines: the sentence says value, rule and fix."""

    @click.command()
    def doctor() -> None:
        raise PaySignalError("port 1 is taken; move it with --worker-port PORT")

    monkeypatch.setattr(importlib.import_module("paysignal.command.doctor"), "doctor", doctor)

    result = CliRunner().invoke(main, ["doctor"])

    assert (1, "", "paysignal: port 1 is taken; move it with --worker-port PORT\n") == (
        result.exit_code,
        result.stdout,
        result.stderr,
    )


@pytest.mark.parametrize("arguments", [["nonsense"], ["up", "--nonsense"], ["up", "--partitions", "none"]])
def test_bad_usage_is_exit_code_2(arguments: list[str]) -> None:
    """With what is wrong and where the help is."""
    result = CliRunner().invoke(main, arguments)

    assert 2 == result.exit_code
    assert "--help" in result.stderr


def test_the_version_is_the_packages() -> None:
    """As pip tells it."""
    result = CliRunner().invoke(main, ["--version"])

    assert result.output.startswith("paysignal ")
    assert result.output.split()[1][0].isdecimal()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["up", __file__], "--published-at"),
        (["up", "--broker", "h:1", "--broker-port", "9092"], "drop one"),
        (["up", "nowhere.txt"], "nowhere.txt"),
    ],
)
def test_up_refuses_what_can_not_be_meant(arguments: list[str], told: str) -> None:
    """Before anything is started."""
    result = CliRunner().invoke(main, arguments)

    assert 2 == result.exit_code
    assert told in result.stderr
