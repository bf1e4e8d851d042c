"""Pages, feeds and PDFs of our own making, and a web server on loopback that serves them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SENTENCE = "UPI transactions grew 45% in 2023."

_FURNITURE = "<nav><a href='/a'>Home</a><a href='/b'>About us</a></nav>"


def page(text: str = SENTENCE, *, date: str | None = "2024-01-05", title: str = "UPI in 2023", head: str = "") -> bytes:
    """An article as sites write it: furniture around it, its date in the head."""
    dated = f'<meta property="article:published_time" content="{date}T09:00:00+00:00">' if date else ""
    return (
        f"<!doctype html><html><head><title>{title}</title>{dated}{head}</head><body>{_FURNITURE}"
        f"<main><article><h1>{title}</h1><p>{text}</p><p>The figures were published by the operator of the system. "
        "They are read here as they stand, with all that a page puts around them.</p></article></main>"
        "<footer>© 2024 Nobody. All rights reserved.</footer></body></html>"
    ).encode()


def rss(entries: int = 2, *, of: str = "http://feed.example", body: str = SENTENCE) -> bytes:
    """An RSS feed whose entries bring their text along."""
    items = "".join(
        f"<item><title>Story {n}</title><link>{of}/{n}</link><guid>id-{n}</guid>"
        f"<pubDate>Fri, 05 Jan 2024 09:00:00 +0000</pubDate><description>&lt;p&gt;{body}&lt;/p&gt;</description></item>"
        for n in range(entries)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:news</id><updated>2024-01-05T09:00:00Z</updated>
<entry><title>One</title><id>urn:1</id><link href="http://feed.example/one"/><updated>2024-01-05T10:30:00+01:00</updated>
<content type="html">&lt;p&gt;{SENTENCE}&lt;/p&gt;</content></entry></feed>""".encode()


def pdf(text: str = SENTENCE) -> bytes:
    """A PDF of one page with one line of text, written by hand."""
    shown = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )


@dataclass(slots=True)
class Answer:
    """What the server says to one path; `parts` come after the body, one by one, for as long as the client listens."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    parts: Callable[[], Iterator[bytes]] | None = None


@dataclass(slots=True)
class Site:
    """A server under way: its address, what it answers, and what it was asked, with the headers."""

    address: str
    answers: dict[str, Answer]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        """What was asked for, robots.txt aside."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


@contextmanager
def site(answers: dict[str, Answer]) -> Iterator[Site]:
    """Serves on a loopback port; a path with an ETag is answered 304 to who has it; any other path 404."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            served.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answer = served.answers.get(self.path, Answer(status=404))
            known = answer.headers.get("ETag")
            if known is not None and self.headers.get("If-None-Match") == known:
                answer = Answer(status=304)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.parts is None:
                self.send_header("Content-Length", str(len(answer.body)))
            else:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            self.wfile.write(answer.body)
            try:
                for part in answer.parts() if answer.parts else ():
                    self.wfile.write(part)
            except OSError:
                pass  # the client has heard enough

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(f"http://127.0.0.1:{server.server_address[1]}", answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
