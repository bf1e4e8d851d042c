"""Where `explain` and `history` get their answers: from the running exporter, or from a file of facts."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import click
import msgspec

from paysignal.command.settings import Settings, api_token, with_settings
from paysignal.facts import wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import Malformed, PaySignalError, quoted
from paysignal.history.questions import BadQuestion, NotAnswered, Unknown, as_of_us, bounded
from paysignal.history.rows import ErrorRow

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Row = TypeVar("_Row", bound=msgspec.Struct)

#: An answer is computed in milliseconds; a machine that is busy starting gets the time it needs.
_SECONDS = 20.0
_OK, _BAD, _UNKNOWN = 200, 400, 404

#: A line longer than any fact is cut there and told as too large, so that a hostile file takes no memory.
_LONGEST_LINE = 2 * wire.LARGEST_FACT

_ERROR = msgspec.json.Decoder(ErrorRow)


class NoAnswerError(PaySignalError):
    """The exporter gives no answer, or not to this question; with what may have been meant."""


class Asker:
    """Asks one question; made from the options that both commands have."""

    def __init__(self, settings: Settings, url: str | None, facts: Path | None, as_of: str | None) -> None:
        if url is not None and facts is not None:
            raise click.UsageError("--url asks an exporter and --facts reads a file; drop one")
        self._settings = settings
        self._url = _checked(url) if url is not None else None
        self._facts = facts
        self._as_of = as_of

    def ask(self, path: str, name: str, asked: str, row: type[_Row]) -> _Row:
        """The answer: from `path` of the exporter by the parameter `name`, or computed by the same functions here.

        Raises `NoAnswerError` when nobody answers, and what the history raises.
        """
        bounded(name, asked)
        as_of_us(self._as_of)
        if self._facts is not None:
            return self._computed(path, asked, row)
        return self._fetched(path, {name: asked} | ({"as_of": self._as_of} if self._as_of else {}), row)

    def _computed(self, path: str, asked: str, row: type[_Row]) -> _Row:
        from paysignal.command.rates import published_rates
        from paysignal.history.answers import Answers
        from paysignal.history.store import History
        from paysignal.history.telling import explanation_row, findings_row, history_row

        history = History(self._settings.max_claims)
        history.remember(claims_in(self._facts or Path("-")))
        answers = Answers(history, published_rates(self._settings.rates))
        row_of: dict[str, Callable[[Answers, str, str | None], msgspec.Struct]] = {
            "/v1/explain": explanation_row,
            "/v1/history": history_row,
            "/v1/findings": findings_row,
        }
        answer = row_of[path](answers, asked, self._as_of)
        assert isinstance(answer, row)  # noqa: S101 - the table above pairs paths and rows
        return answer

    def _fetched(self, path: str, query: dict[str, str], row: type[_Row]) -> _Row:
        import httpx

        base, token = self._url or _own(self._settings), api_token(self._settings)
        try:
            # The environment's proxies are not for this machine's own processes.
            answer = httpx.get(
                base + path,
                params=query,
                headers={"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})},
                timeout=_SECONDS,
                trust_env=self._url is not None,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise NoAnswerError(
                f"{base}: no exporter answers ({reason}); start it with `paysignal exporter`, name it with --url, or "
                "read a file of facts with --facts"
            ) from None
        try:
            if answer.status_code == _OK:
                return msgspec.json.decode(answer.content, type=row)
            refused = _ERROR.decode(answer.content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NoAnswerError(
                f"{base}{path}: answers {answer.status_code}, which is no exporter's; name one with --url"
            ) from None
        if answer.status_code == _BAD:
            raise BadQuestion(refused.error, refused.near)
        if answer.status_code == _UNKNOWN:
            raise Unknown(refused.error, refused.near)
        raise NoAnswerError(f"{base}{path}: answers {answer.status_code}: {refused.error}")


def _with_near(error: NotAnswered) -> str:
    """The message, and what may have been meant."""
    return "\n  ".join((str(error), *(f"did you mean '{one}'?" for one in error.near)))


def asking(command: _Command) -> _Command:
    """Give a click command the options of an `Asker`; it is called with `asker`."""

    @functools.wraps(command)
    def called(*, settings: Settings, url: str | None, facts: Path | None, as_of: str | None, **others: object) -> None:
        try:
            command(asker=Asker(settings, url, facts, as_of), **others)
        except BadQuestion as error:
            raise click.UsageError(_with_near(error)) from None
        except Unknown as error:
            raise NoAnswerError(_with_near(error)) from None

    decorated: Callable[..., Any] = called
    for option in (
        with_settings("host", "exporter_port", "max_claims", "rates", "api_token_file"),
        click.option("--json", "as_json", is_flag=True, help="The whole answer as one line of JSON."),
        click.option("--as-of", metavar="T", help="As it was known at T: a date (the end of that day) or an instant."),
        click.option(
            "--facts",
            type=click.Path(path_type=Path, allow_dash=True),
            metavar="FILE",
            help="Answer from facts as JSON lines (- for standard input); no exporter.",
        ),
        click.option("--url", metavar="URL", help="The exporter to ask; this machine's own without it."),
    ):
        decorated = option(decorated)
    return cast("_Command", decorated)


def _checked(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter(
            f"{quoted(url)} is no web address; write it like http://host:9464", param_hint="'--url'"
        )
    return url.rstrip("/")


def _own(settings: Settings) -> str:
    from paysignal.local.ports import reachable_host

    host = reachable_host(settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.exporter_port}"


def claims_in(file: Path) -> Iterator[Claim | Retraction]:
    """The claims and retractions of a file, without its increments; what is no fact is told on stderr."""
    try:
        with click.open_file(str(file), "rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), 1):
                fact = _fact_on(line.strip(), number)
                if isinstance(fact, Claim | Retraction):
                    yield fact
    except OSError as error:
        raise click.UsageError(
            f"{file}: {error.strerror}; name a file of JSON lines, or - for standard input"
        ) from None


def _fact_on(line: bytes, number: int) -> object:
    if not line:
        return None
    try:
        return wire.decode_fact(line)
    except Malformed as error:
        click.echo(f"line {number}: {error.reason}: {error.detail}", err=True)
        return None
