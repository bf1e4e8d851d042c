"""What `produce` and `extract` are pointed at, as readers' outcomes: files, standard input, the samples that ship."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from paysignal import samples
from paysignal.facts import wire
from paysignal.facts.claims import Claim, Retraction
from paysignal.facts.errors import Malformed
from paysignal.facts.increments import Increment, Tick
from paysignal.facts.kinds import Tier
from paysignal.facts.rejections import Origin, Reason, Rejected, rejected
from paysignal.sources.documents import Document, document_from_text
from paysignal.sources.html import Told
from paysignal.sources.items import document_from_file
from paysignal.sources.lines import LARGEST_DOCUMENT, lines_of
from paysignal.sources.mappings import shipped_text
from paysignal.sources.pdf import LARGEST_PDF
from paysignal.sources.pulse.tree import files_of, read_pulse
from paysignal.sources.table.mapping import TableMapping, mapping_from
from paysignal.sources.table.parse import parse_table

if TYPE_CHECKING:  # the grammar reads its vocabulary; --help stays quick
    from paysignal.sources.stories import Stories

Outcome = Claim | Retraction | Increment | Tick | Rejected

SAMPLES = ("sample:facts", "sample:press-note", "sample:increments")

#: A copy of the repository PhonePe/pulse, or its folder `data`.
_PULSE = "pulse:"

_TABLES = {".csv", ".tsv", ".jsonl", ".ndjson"}
_TEXTS = {".txt", ".text", ".md", ".html", ".htm", ".pdf"}


@dataclass(frozen=True, slots=True)
class Telling:
    """What a text file does not say of itself; from the flags of a command."""

    published_at: str | None = None
    publisher: str | None = None
    publisher_name: str | None = None
    tier: Tier = Tier.OTHER
    url: str | None = None

    def told(self, name: str) -> Told:
        """As readers of pages take it."""
        return Told(name, self.url, self.published_at, None, self.publisher, self.publisher_name, self.tier)


@dataclass(frozen=True, slots=True)
class Stream:
    """How many synthetic increments there are, of which seed, before which instant."""

    seed: int
    count: int
    end: dt.datetime


@dataclass(slots=True)
class Articles:
    """Articles read one after another: which story each tells, and which of them was told before."""

    stories: "Stories | None" = None

    def outcomes(self, document: Document) -> tuple[Claim | Rejected, ...]:
        """The facts of an article, each marked with the story it is of, and what was rejected."""
        from paysignal.sources.stories import Stories

        if self.stories is None:
            self.stories = Stories()
        return self.stories.read(document, stages=False).extraction.outcomes


@dataclass(slots=True)
class Gauge:
    """How far a source was read, of how much: bytes of a table, files of a tree; `total` 0 where nobody knows."""

    done: int = 0
    total: int = 0


def outcomes_of(
    source: str,
    mapping: Path | None,
    telling: Telling,
    stream: Stream,
    *,
    gauge: Gauge | None = None,
    articles: Articles | None = None,
) -> Iterator[Outcome]:
    """What the reader that fits `source` makes of it; raises `click.UsageError` when none fits.

    `articles` knows the stories that were told before; without it an article is the first of its story.
    """
    if source == "sample:press-note":
        return _article(press_note(), articles)
    if source.startswith("sample:"):
        return _sample(source, stream)
    if source.startswith(_PULSE):
        return pulse_outcomes(Path(source.removeprefix(_PULSE)), gauge or Gauge())
    path = Path(source)
    if mapping is not None and path.suffix not in _TEXTS:
        return table_outcomes(path, mapping_of(mapping), gauge)
    if path.suffix in _FORMATS:
        return _FORMATS[path.suffix](path)
    if path.suffix in _TEXTS or source == "-":
        return _article(document_file(path, telling), articles)
    if path.suffix in _TABLES:
        raise click.UsageError(f"{source}: a table needs a mapping from its columns to fact fields; add --mapping FILE")
    raise click.UsageError(
        f"{source}: sources are .csv or .jsonl tables with --mapping, .jsonl of facts, "
        f".txt, .html and .pdf articles, folders of them, addresses of pages and feeds, - for standard input, "
        f"{_PULSE}FOLDER, {', '.join(SAMPLES)}; rename the file or use one of these"
    )


def opened(path: Path) -> AbstractContextManager[BinaryIO]:
    """The file opened for reading, or standard input for `-`; raises `click.UsageError` when it can not be."""
    if str(path) == "-":
        return nullcontext(click.get_binary_stream("stdin"))
    try:
        return path.open("rb")
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}; name a file that can be read") from None


def document_file(path: Path, telling: Telling) -> Document:
    """The text, page or PDF in a file as a document; raises `DocumentError`."""
    with opened(path) as stream:
        raw = stream.read(LARGEST_PDF + 1)
    return document_from_file(raw, telling.told(path.name if str(path) != "-" else "stdin"))


def is_watched(source: str) -> bool:
    """Whether a source is a folder or an address: something that items come and go in."""
    return source.startswith(("http://", "https://")) or (":" not in source and Path(source).is_dir())


def press_note() -> Document:
    """The press note that ships."""
    return document_from_text(
        samples.press_note().encode(),
        "press-note",
        published_at=samples.PRESS_NOTE_PUBLISHED,
        publisher=samples.PRESS_NOTE_PUBLISHER,
        publisher_name=samples.PRESS_NOTE_NAME,
    )


def mapping_of(path: Path) -> TableMapping:
    """The mapping file, or the shipped one of that name; raises `MappingError`."""
    shipped = None if path.exists() else shipped_text(str(path))
    if shipped is not None:
        return mapping_from(shipped, path.name)
    with opened(path) as stream:
        return mapping_from(stream.read(LARGEST_DOCUMENT).decode("utf-8", "replace"), str(path))


def table_outcomes(path: Path, mapping: TableMapping, gauge: Gauge | None = None) -> Iterator[Outcome]:
    """The rows of a table as facts; the file is open while they are asked for."""
    with opened(path) as stream:
        lines = lines_of(stream)
        if gauge is not None and path.is_file():
            gauge.total = path.stat().st_size
            lines = _gauged(lines, gauge)
        yield from parse_table(lines, mapping, str(path))


def _gauged(lines: Iterator[bytes], gauge: Gauge) -> Iterator[bytes]:
    for line in lines:
        gauge.done += len(line)
        yield line


def pulse_outcomes(folder: Path, gauge: Gauge) -> Iterator[Outcome]:
    """The files of a copy of PhonePe Pulse as facts, one file in memory at a time."""
    files = files_of(folder)
    if not files:
        raise click.UsageError(f"{folder}: holds no file of PhonePe Pulse; name the repository or its folder data")
    gauge.total = len(files)
    for path in files:
        yield from read_pulse(path)
        gauge.done += 1


def fact_lines(path: Path) -> Iterator[Outcome]:
    """The facts of JSON lines in the wire form, as `produce --dry-run` prints them."""
    with opened(path) as stream:
        for number, raw in enumerate(lines_of(stream, wire.LARGEST_FACT), start=1):
            if raw.strip():
                yield _fact_on(raw, Origin(file=str(path), line=number))


#: Formats that are neither tables nor texts: who reads a file of each suffix.
_FORMATS: dict[str, Callable[[Path], Iterator[Outcome]]] = {".jsonl": fact_lines, ".ndjson": fact_lines}


def _fact_on(raw: bytes, origin: Origin) -> Outcome:
    try:
        return wire.decode_fact(raw.rstrip(b"\r\n"))
    except Malformed as error:
        return rejected(Reason(error.reason), error.detail, raw, origin)


def _article(document: Document, articles: Articles | None) -> Iterator[Outcome]:
    if document.published_at is None:
        raise click.UsageError(f"{document.id}: facts that are sent have a known time; add --published-at YYYY-MM-DD")
    return iter((articles or Articles()).outcomes(document))


def _sample_facts(_: Stream) -> Iterator[Outcome]:
    mapping = mapping_from(samples.facts_mapping(), "facts.toml")
    return parse_table(lines_of(io.BytesIO(samples.facts_csv())), mapping, "facts.csv")


def _sample_increments(stream: Stream) -> Iterator[Outcome]:
    from paysignal.samples.synthetic import increments

    return increments(stream.seed, stream.count, stream.end)


_READERS: dict[str, Callable[[Stream], Iterator[Outcome]]] = {
    "sample:facts": _sample_facts,
    "sample:increments": _sample_increments,
}


def _sample(source: str, stream: Stream) -> Iterator[Outcome]:
    if source not in _READERS:
        raise click.UsageError(f"{source}: the samples are {', '.join(SAMPLES)}; use one of these")
    return _READERS[source](stream)


def place_of(outcome: Rejected) -> str:
    """Where a rejected original stands, as people write it: `facts.csv:63` or `press-note[120:180]`."""
    origin = outcome.origin
    if origin.span is not None:
        return f"{origin.file or 'text'}[{origin.span[0]}:{origin.span[1]}]"
    return f"{origin.file or 'input'}:{origin.line}" if origin.line else origin.file or "input"
