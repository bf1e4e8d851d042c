"""Properties of the readers: hostile input is an outcome, never an exception; what is written is read back."""

import contextlib
import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as kafka_murmur2

from paysignal.facts.claims import Claim
from paysignal.facts.increments import Increment
from paysignal.facts.partitioning import murmur2
from paysignal.facts.rejections import Rejected
from paysignal.sources.article.parse import parse_article
from paysignal.sources.documents import document_from_text, documents_of
from paysignal.sources.errors import DocumentError, MappingError, TableError
from paysignal.sources.feed import entries_of
from paysignal.sources.html import Told
from paysignal.sources.items import document_from_file
from paysignal.sources.table.mapping import mapping_from
from paysignal.sources.table.numbers import figure_of
from paysignal.sources.table.parse import parse_table
from tests.tools.pages import page, pdf, rss
from tests.tools.scenes import quantities, scene

MAPPING = """
fact = "claim"
columns = {provider="a", market="b", value="c", "period.end"="d"}
[constants]
measure = "active_users"
kind = "level"
known_at = "2018-01-01"
"source.publisher" = "me"
"source.tier" = "press"
"""
FORMATS = {name: mapping_from(f'format = "{name}"\n{MAPPING}', "m.toml") for name in ("csv", "jsonl")}

_CELLS = [b"upi", b"IN", b"12", b"2018-01-01", b'"', b'""', b",", b"\n", b"\r\n", b"\0", b"\xff", b"{", b":"]
cells = st.sampled_from([*_CELLS, b"}", b"null", b'"a"', b"9" * 50])
hostile = st.binary(max_size=300) | st.lists(cells, max_size=60).map(b"".join)
_SUBJECTS = ["Alipay", "it", "users", "transactions", "in China", "Series C", "raised", "valued at", "\u202e"]
_FIGURES = ["5,000 percent", "CNY 5", "(US$3)", "9" * 30, "€", "10,0,00", "tripled", "-", "%", "1e9", "over", "to"]
_TIMES = ["from a year earlier", "in July 2018", "twelve months to", "31 June 2018", "last month", "grew by", "from"]
words = st.sampled_from([*_SUBJECTS, *_FIGURES, *_TIMES, ".", ",", "\n\n"])


@given(hostile, st.sampled_from(["csv", "jsonl"]))
def test_any_bytes_are_a_table_of_outcomes(raw: bytes, form: str) -> None:
    """Rows become claims or rejections; only a header that does not fit stops a table, and that by name."""
    head = b"a,b,c,d\n" if form == "csv" else b""
    outcomes = list(parse_table((head + raw).splitlines(keepends=True), FORMATS[form], "t"))

    assert all(isinstance(one, Claim | Increment | Rejected) for one in outcomes)
    with contextlib.suppress(TableError):
        list(parse_table(raw.splitlines(keepends=True), FORMATS["csv"], "t"))


@given(st.lists(st.tuples(st.sampled_from(["upi", "x y"]), st.sampled_from(["5", "z", '"'])), max_size=20))
def test_no_row_of_a_table_is_lost(rows: list[tuple[str, str]]) -> None:
    """Every line is a claim or stands in what a rejection kept; two open quotes may make one row of what is between."""
    lines = [f"{provider},IN,{value},2018-01-01\n".encode() for provider, value in rows]
    outcomes = list(parse_table([b"a,b,c,d\n", *lines], FORMATS["csv"], "t"))

    claims = sum(isinstance(one, Claim) for one in outcomes)
    kept = b"".join(one.original for one in outcomes if isinstance(one, Rejected))
    assert claims + kept.count(b"\n") >= len(rows)
    assert all(line in kept for line in lines if line != b"upi,IN,5,2018-01-01\n")


@given(st.text(max_size=200) | st.lists(words, max_size=25).map(" ".join), st.sampled_from([None, "2018-09-18"]))
def test_any_text_is_an_article(text: str, published: str | None) -> None:
    """Never an exception; every outcome's span lies in the text, every claim can be sent when it is dated."""
    try:
        document = document_from_text(text.encode("utf-8", "replace"), "t", published_at=published, publisher="me")
    except DocumentError:
        return
    for outcome in parse_article(document).outcomes:
        span = outcome.source.span if isinstance(outcome, Claim) else outcome.origin.span
        assert span is not None
        assert 0 <= span[0] < span[1] <= len(document.text)
        assert isinstance(outcome, Rejected) or (outcome.known_at is None) == (published is None)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_line_of_documents(raw: bytes) -> None:
    """A document or a rejection, one a line."""
    assert len(list(documents_of([raw], "d"))) == bool(raw.strip())


@given(st.text(max_size=200))
def test_any_text_is_a_mapping_or_an_error_of_its_own(text: str) -> None:
    """Nothing else comes out of a mapping file."""
    with contextlib.suppress(MappingError):
        mapping_from(text, "m.toml")


@given(st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False, places=2), st.integers(0, 9))
def test_a_figure_is_read_as_it_is_printed(number: Decimal, power: int) -> None:
    """Value and step are those of the digits times the scale, to the bit."""
    figure = figure_of(f"{number:f}", scale=Decimal(10) ** power)

    assert figure.value == float(number * Decimal(10) ** power)
    assert figure.step == float(Decimal("0.01") * Decimal(10) ** power)


@given(st.integers(1, 999), st.sampled_from(["million", "billion"]), st.sampled_from(["", "US$", "CNY "]))
def test_a_quantity_is_read_as_it_is_printed(number: int, scale: str, currency: str) -> None:
    """In a sentence as in a table."""
    (found,) = quantities(f"It was {currency}{number} {scale} then.")

    assert found.value == number * {"million": 1e6, "billion": 1e9}[scale]
    assert bool(found.currency) == bool(currency)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)))
def test_a_day_is_read_as_it_is_written(day: dt.date) -> None:
    """Every day of the calendar, in the three ways news write one."""
    following = (day + dt.timedelta(days=1)).isoformat()
    for text in (f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}", day.isoformat()):
        (mention,) = scene(f"on {text} it rose").times.periods

        assert mention.period is not None
        assert (mention.period.start, mention.period.end) == (day.isoformat(), following)


@given(st.binary(min_size=1, max_size=80))
def test_our_partitions_are_kafka_pythons(key: bytes) -> None:
    """The worker rejects a record that stands on another partition than its key's: both must hash alike."""
    assert murmur2(key) == kafka_murmur2(key)


_PAGES = [page(), pdf(), rss(), b"<html>", b"<p>", b"%PDF-1.4\n"]


@given(st.sampled_from(_PAGES), st.integers(0, 600), st.integers(0, 600), st.binary(max_size=20))
def test_any_page_is_a_document_or_an_error_that_says_why(raw: bytes, start: int, end: int, put: bytes) -> None:
    """Pages, PDF files and feeds with a stretch replaced by any bytes."""
    damaged = raw[: min(start, end)] + put + raw[max(start, end) :]
    for name in ("a", "a.html"):
        with contextlib.suppress(DocumentError):
            assert "\0" not in document_from_file(damaged, Told(name)).text
    with contextlib.suppress(DocumentError):
        assert all(entry.state for entry in entries_of(damaged, "http://feed.example/"))
