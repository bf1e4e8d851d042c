"""PDF files: the text they hold. Pure."""

import io
import logging
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from paysignal.sources.errors import DocumentError
from paysignal.sources.lines import LARGEST_DOCUMENT

#: The longest annual reports have some 600 pages.
MOST_PAGES = 1_000

#: A release with pictures is some megabytes; what is larger is no text.
LARGEST_PDF = 64 * 1_048_576

#: pypdf tells of every flaw of a file as a warning of its own; what it can not read it raises.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def text_of_pdf(raw: bytes, name: str) -> str:
    """The text of all pages; raises `DocumentError` for what is no PDF, is locked, or holds pictures only."""
    if len(raw) > LARGEST_PDF:
        raise DocumentError(name, f"{len(raw)} bytes", f"a PDF has at most {LARGEST_PDF}", "give its text as a file")
    try:
        text = "\n".join(_pages(PdfReader(io.BytesIO(raw)), name))
    except DocumentError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        # pypdf lets errors of every kind through from a damaged file.
        raise DocumentError(
            name, f"{type(error).__name__}: {error}", "a PDF that can be read", "save it again"
        ) from None
    # Fonts with a broken table give NUL and halves of surrogate pairs.
    text = text.replace("\0", " ").encode(errors="replace").decode()
    if not text.strip():
        raise DocumentError(name, "no text", "a PDF has text, not pictures of it", "give its text as a file")
    return text


def _pages(reader: PdfReader, name: str) -> Iterator[str]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentError(name, "encrypted", "a PDF without a password", "save it unlocked")
    size = 0
    for page in reader.pages[:MOST_PAGES]:
        text = page.extract_text()
        size += len(text)
        if size > LARGEST_DOCUMENT:
            return
        yield text
