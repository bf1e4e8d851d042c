"""`paysignal completion`: what a shell needs to complete subcommands, flags and choices."""

import click
from click.shell_completion import get_completion_class

from paysignal.facts.errors import PaySignalError

_PROGRAM = "paysignal"
_VARIABLE = "_PAYSIGNAL_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


class NoCompletionError(PaySignalError):
    """The shell can not complete."""


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    r"""Print the lines that make SHELL complete subcommands, flags and their values.

    \b
    bash: paysignal completion bash > ~/.local/share/bash-completion/completions/paysignal
    zsh:  paysignal completion zsh > a folder of $fpath, as _paysignal
    fish: paysignal completion fish > ~/.config/fish/completions/paysignal.fish

    Or for this shell alone: eval "$(paysignal completion bash)".
    """
    from paysignal.command.main import main

    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 - click knows these three
    try:
        click.echo(made(main, {}, _PROGRAM, _VARIABLE).source())
    except (OSError, RuntimeError) as error:  # click asks bash for its version
        raise NoCompletionError(f"{shell}: {error}; install it, or choose among {', '.join(SHELLS)}") from None
