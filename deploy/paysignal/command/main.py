"""The command's entry: its list of subcommands, its help, and what becomes of errors.

A subcommand stands in the module of its name as a click command of its name, and is imported only when it is called, so
that `--help` is quick and `paysignal extract` never loads Faust.
"""

import importlib
from typing import IO, Any, NamedTuple

import click
from click.shell_completion import CompletionItem

from paysignal.facts.errors import PaySignalError
from paysignal.facts.texts import shown


class Entry(NamedTuple):
    """One line of the help; told here so that the help imports no subcommand."""

    name: str
    summary: str


class Section(NamedTuple):
    """Subcommands that belong together."""

    title: str
    entries: tuple[Entry, ...]


SECTIONS = (
    Section(
        "See it run",
        (Entry("up", "Everything on this machine: broker, samples, worker, exporter, page."),),
    ),
    Section(
        "Read what is published",
        (
            Entry("extract", "Show the payment facts of articles; no broker."),
            Entry("produce", "Send the facts of articles, tables or samples to the topics."),
            Entry("replay", "Compute the readings of facts in a file; no broker."),
        ),
    ),
    Section(
        "Ask why",
        (
            Entry("explain", "Tell what a reading comes from, and what was left out."),
            Entry("history", "Show a series period by period, as known now or then."),
            Entry("findings", "Tell which figures others contradict, and suspected breaks."),
        ),
    ),
    Section(
        "Run it for real, one process each",
        (
            Entry("worker", "Turn facts into readings."),
            Entry("exporter", "Serve readings to Prometheus and as a page."),
        ),
    ),
    Section(
        "Look after it",
        (
            Entry("topics", "Create or check the topics, or print what would be created."),
            Entry("tail", "Print what flows through a topic."),
            Entry("export", "Write the past to a file, for Prometheus or as a table."),
            Entry("completion", "Print what bash, zsh or fish needs to complete this command."),
            Entry("rules", "Check the thresholds file, and write Prometheus rules that are equal to it."),
            Entry("lag", "Print how far the workers are behind."),
            Entry("rejected", "List what was refused; send it again after a fix."),
            Entry("facts", "Keep the facts in a file, and put them back."),
            Entry("rebuild", "Take the workers' state away, so that they start from the first fact."),
            Entry("bench", "Measure the worker beside others, on a broker of its own."),
            Entry("doctor", "Check settings, broker, topics and ports, with a fix for each."),
        ),
    ),
)

EXAMPLES = (
    ("paysignal up", "see it all on this machine; Ctrl-C ends it"),
    ("paysignal up --exit-when-done", "the same, ended once both tables are shown"),
    ("paysignal up note.txt --published-at 2018-09-18", "with the facts of your own article among them"),
    ("paysignal extract article.txt", "what an article states, and why the rest is no fact"),
    ("paysignal tail readings --json | jq .", "follow the readings, from another terminal"),
    ("paysignal doctor", "when something does not work"),
)

SETTINGS_HELP = (
    'Settings: flags, then PAYSIGNAL_* (PAYSIGNAL_BROKER), then paysignal.toml in this folder (broker = "..."), then '
    "defaults. `paysignal doctor` prints them all and where each comes from."
)


class Failed(click.ClickException):
    """An error of paysignal's own as the command shows it: its sentence on stderr, exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence, without click's usage lines: how the command was called is not what went wrong."""
        # What is quoted in it may come from outside; its own line breaks stay.
        message = "\n".join(map(shown, self.format_message().split("\n")))
        click.echo(f"paysignal: {message}", file=file, err=file is None)


class Subcommands(click.Group):
    """A group that imports a subcommand when it is called, lists them by section, and shows our errors as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all subcommands, in the order of the help."""
        return [entry.name for section in SECTIONS for entry in section.entries]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name, imported now; None, which click reports as bad usage, when there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"paysignal.command.{cmd_name}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 - a mistake of ours, found by the first test that calls it
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The subcommands that begin so, with their summaries; click would import them all for that."""
        entries = [entry for section in SECTIONS for entry in section.entries if entry.name.startswith(incomplete)]
        own = [CompletionItem(entry.name, help=entry.summary) for entry in entries]
        return own + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> object:
        """Call the subcommand; an error of ours ends with exit code 1 and no traceback."""
        try:
            return super().invoke(ctx)
        except PaySignalError as error:
            raise Failed(str(error)) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """The subcommands by section, then examples."""
        for section in SECTIONS:
            with formatter.section(section.title):
                formatter.write_dl([(entry.name, entry.summary) for entry in section.entries])
        with formatter.section("Examples"):
            formatter.write_dl(list(EXAMPLES), col_max=48)
        formatter.write_paragraph()
        formatter.write_text(SETTINGS_HELP)


@click.group(cls=Subcommands, context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100})
@click.version_option(package_name="paysignal", message="paysignal %(version)s")
def main() -> None:
    """Turn what is published about payment growth into typed facts, live indicators and Prometheus metrics.

    News, company releases, official statistics and a company's own counts go in; rolling growth indicators with their
    bounds, age and sources come out.
    """
