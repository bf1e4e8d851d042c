"""`paysignal extract`: the payment facts of articles, on the screen or as JSON lines; no broker."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from paysignal.command.article_flags import with_telling
from paysignal.command.drawing import stdout_console
from paysignal.command.inputs import Telling, document_file, is_watched, opened, place_of, press_note
from paysignal.command.watching import items_of, watching
from paysignal.facts.claims import Claim
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import Unit
from paysignal.facts.rejections import Reason, Rejected
from paysignal.sources.article.model import Extraction, Parsed
from paysignal.sources.documents import Document, documents_of
from paysignal.sources.lines import LARGEST_DOCUMENT, lines_of
from paysignal.sources.stories import Article, Stories

_NOTE = "sample:press-note"

_NO_FACTS = frozenset(reason.value for reason in Reason)

_SIGNS = {
    Bound.EXACT: "", Bound.ABOUT: "~ ", Bound.AT_LEAST: "≥ ", Bound.MORE_THAN: "> ", Bound.AT_MOST: "≤ ",
    Bound.LESS_THAN: "< ",
}  # fmt: skip


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of `--json`: a document's fact, what was rejected, or, with `--explain`, a sentence stage by stage.

    `story` is the id of the story that the document tells, `earlier` how many told it before; `novelty` how new the
    fact is, 1 for its first publisher, halved by each further one. The rule that found a fact is its `source.ref`.
    """

    document: str
    story: str | None = None
    earlier: int = 0
    novelty: float | None = None
    fact: dict[str, Any] | None = None
    rejected: Rejected | None = None
    sentence: Parsed | None = None


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--documents", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="JSON lines of documents; - for standard input.")  # fmt: skip
@with_telling
@click.option("--allow-private", is_flag=True, help="Fetch from this machine and private networks as well.")
@click.option("--explain", is_flag=True, help="Show what each stage found in each sentence.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout, nothing else there.")
def extract(
    *,
    files: tuple[str, ...],
    documents: Path | None,
    telling: Telling,
    allow_private: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Show the payment facts that articles state, and why every other figure is none; no broker.

    FILE is text, HTML or PDF, - for standard input, a folder, the address of a page or feed, or sample:press-note. A
    line of --documents is {"id", "title", "published_at", "url", "text"}; publisher, publisher_name and tier may stand
    there too.

    \b
    paysignal extract sample:press-note
    paysignal extract article.txt --published-at 2018-09-18 --publisher technode --explain
    paysignal extract --documents articles.jsonl --json | jq -c .fact
    """  # noqa: D301  click wants the backspace itself
    if bool(files) == (documents is not None):
        raise click.UsageError("nothing to read, or two things at once: name FILEs, or --documents FILE")
    read = _documents(documents) if documents is not None else _files(files, telling, private=allow_private)
    stories = Stories()
    results = (stories.read(one) if isinstance(one, Document) else one for one in read)
    if as_json:
        _print_lines(results, explain=explain)
    else:
        _print_tables(results, explain=explain)


def _files(files: Iterable[str], telling: Telling, *, private: bool) -> Iterator[Document | Rejected]:
    for file in files:
        if is_watched(file):
            with watching(telling, lambda *_: None, private=private) as watcher:
                yield from (item.found for item in items_of(watcher, file) if item.found is not None)
        else:
            yield press_note() if file == _NOTE else document_file(Path(file), telling)


def _documents(path: Path) -> Iterator[Document | Rejected]:
    with opened(path) as stream:
        yield from documents_of(lines_of(stream, LARGEST_DOCUMENT), str(path))


def _print_lines(results: Iterable[Article | Rejected], *, explain: bool) -> None:
    stdout = click.get_binary_stream("stdout")
    for result in results:
        for line in _lines(result, explain=explain):
            stdout.write(msgspec.json.encode(line) + b"\n")
        stdout.flush()


def _lines(result: Article | Rejected, *, explain: bool) -> Iterator[Line]:
    if isinstance(result, Rejected):
        yield Line(place_of(result), rejected=result)
        return
    read, story = result.extraction, result.story
    if explain:
        for parsed in read.sentences:
            yield Line(read.document, sentence=parsed)
    novelties = iter(result.novelties)
    for outcome in read.outcomes:
        if isinstance(outcome, Claim):
            novelty = next(novelties).novelty
            yield Line(read.document, story.story, story.earlier, novelty, fact=_all_fields(outcome))
        else:
            yield Line(read.document, rejected=outcome)


def _all_fields(claim: Claim) -> dict[str, Any]:
    """The claim with every field; on the topics those at their default are left out, people want to see them."""
    return {field.encode_name: getattr(claim, field.name) for field in msgspec.structs.fields(claim)}


def _print_tables(results: Iterable[Article | Rejected], *, explain: bool) -> None:
    stdout, stderr = stdout_console(), Console(stderr=True)
    facts = _table("Facts", "provider", "market", "measure", "statement", "period", "against", "document")
    others = _table("Not facts", "place", "reason", "detail")
    review: set[str] = set()
    with Progress(console=stderr, transient=True) as progress:
        task = progress.add_task("reading", total=None)
        for result in results:
            if isinstance(result, Article):
                (_explain if explain else _show_text)(stdout, result.extraction)
                _show_story(stdout, result)
                review.update(result.extraction.review)
            read = result.extraction if isinstance(result, Article) else result
            for outcome in read.outcomes if isinstance(read, Extraction) else (read,):
                _add_row(facts, others, read, outcome)
            progress.advance(task)
    stdout.print(facts)
    stdout.print(others)
    stderr.print(f"{facts.row_count} facts, {others.row_count} rejected")
    if review:
        stderr.print(
            f"not in the alias file: {', '.join(sorted(review))} (docs/recipes/add-a-provider.md)", markup=False
        )


def _show_story(console: Console, result: Article) -> None:
    """Said of a document that tells again what one before it told."""
    story = result.story
    if story.earlier:
        console.print(
            f"{story.document} tells story {story.story} again, told {story.earlier} times before", markup=False
        )


def _show_text(console: Console, result: Extraction) -> None:
    """The sentences with figures: those that became facts in green, the others in yellow."""
    for parsed in result.sentences:
        if parsed.figures:
            text = Text(parsed.sentence.text)
            for figure in parsed.figures:
                start, end = figure.quantity.span
                text.stylize("bold yellow" if figure.became in _NO_FACTS else "bold green", start, end)
            console.print(text)
            console.print()


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _add_row(facts: Table, others: Table, result: Extraction | Rejected, outcome: Claim | Rejected) -> None:
    if isinstance(outcome, Rejected):
        others.add_row(place_of(outcome), outcome.reason, outcome.detail)
        return
    document = result.document if isinstance(result, Extraction) else ""
    measure = outcome.measure + (f"/{outcome.segment}" if outcome.segment else "")
    period = outcome.period.text if outcome.period else "not stated"
    against = outcome.baseline_text.replace("_", " ")
    facts.add_row(outcome.provider, outcome.market, measure, statement(outcome), period, against, document)


def statement(claim: Claim) -> str:
    """A claim's value as people write it: `> +5,000 %`, `gained > 200 million users`, `CNY 2,955`."""
    if claim.unit is Unit.RATIO:
        points = "points" if claim.kind is Kind.CHANGE else "%"
        sign = "" if claim.kind is Kind.LEVEL else "+"
        return f"{_SIGNS[claim.bound]}{claim.value * 100:{sign},.10g} {points}"
    gained = "gained " if claim.kind is Kind.CHANGE else ""
    amount = f"{gained}{_SIGNS[claim.bound]}{claim.currency} {_amount(claim.value)}".replace("  ", " ").strip()
    return amount if claim.currency else f"{amount} {claim.unit}"


def _amount(value: float) -> str:
    for name, size in (("trillion", 1e12), ("billion", 1e9), ("million", 1e6)):
        if abs(value) >= size:
            return f"{value / size:,.10g} {name}"
    return f"{value:,.10g}"


def _explain(console: Console, result: Extraction) -> None:
    for parsed in result.sentences:
        console.print(f"[bold]{result.document}[{parsed.sentence.start}:{parsed.sentence.end}][/bold]", highlight=False)
        console.print(parsed.sentence.text, markup=False, highlight=False)
        for figure in parsed.figures:
            console.print(f"  figure   {figure.quantity} {figure.bound.value} {figure.motion.value}", markup=False)
            console.print(f"  became   {figure.became} by: {figure.rule}", markup=False)
        for mention in parsed.times.mentions:
            console.print(f"  period   {mention.period.text} {mention.when.value} {mention.span}", markup=False)
        if parsed.times.comparison is not None:
            console.print(f"  compared {parsed.times.comparison.value}", markup=False)
        subjects = parsed.subjects
        for name in ("providers", "markets", "measures", "segments", "others", "cues"):
            for found in getattr(subjects, name):
                console.print(f"  {name[:-1]:8} {found.value} {found.span}", markup=False)
