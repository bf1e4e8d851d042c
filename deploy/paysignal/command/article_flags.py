"""The flags by which a user tells what a text does not say of itself: when it was published, by whom, where."""

import functools
from collections.abc import Callable
from typing import Any

import click

from paysignal.command.inputs import Telling
from paysignal.facts.kinds import Tier

_Command = Callable[..., None]

_OPTIONS = (
    click.option("--published-at", metavar="DATE", help="When an article was published; its facts' known time."),
    click.option("--publisher", metavar="SLUG", help="Whose statement an article is."),
    click.option("--publisher-name", metavar="NAME", help="The publisher's name for people."),
    click.option("--tier", type=click.Choice([one.value for one in Tier]), default=Tier.OTHER.value, show_default=True),
    click.option("--url", metavar="URL", help="Where an article stands."),
)


def with_telling(command: _Command) -> _Command:
    """Adds those flags to a command, which gets them together as `telling`."""

    @functools.wraps(command)
    def told(
        *,
        published_at: str | None,
        publisher: str | None,
        publisher_name: str | None,
        tier: str,
        url: str | None,
        **others: Any,  # noqa: ANN401  the command's own flags
    ) -> None:
        command(telling=Telling(published_at, publisher, publisher_name, Tier(tier), url), **others)

    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), told)
