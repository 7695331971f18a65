"""A small news site on loopback, answering what a test tells it to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What a path answers with."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """What came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Site:
    """Answers by path; `failures[path]` statuses are given first, one a request."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.failures: dict[str, list[int]] = {}
        self.requests: list[Request] = []
        self.url = ""
        self._lock = threading.Lock()

    def add(self, path: str, body: str | bytes, *, status: int = 200, **headers: str) -> str:
        """Let `path` answer; returns its URL. Header names with `_` for `-`."""
        encoded = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(encoded, status, named)
        return self.url + path

    def seen(self, path: str) -> list[Request]:
        """Return the requests for `path`."""
        with self._lock:
            return [request for request in self.requests if request.path == path]

    def take(self, request: Request) -> Answer:
        """Note a request and choose its answer; an ETag that is known is a 304."""
        with self._lock:
            self.requests.append(request)
            failures = self.failures.get(request.path)
            if failures:
                return Answer(b"not now", failures.pop(0))
        answer = self.answers.get(request.path, Answer(b"nothing here", 404))
        etag = answer.headers.get("ETag")
        if etag and request.headers.get("if-none-match") == etag:
            return Answer(status=304)
        return answer


@contextmanager
def running_site() -> Iterator[Site]:
    """Run a site in a thread."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(length))
            answer = site.take(request)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status != 304:
                self.wfile.write(answer.body)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def rss(title: str, *items: tuple[str, str, str]) -> str:
    """An RSS feed of (path or URL, headline, description)."""
    listed = "".join(
        f"<item><title>{headline}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate>"
        f"<description><![CDATA[{text}]]></description></item>"
        for link, headline, text in items
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>https://n.example/</link><description>d</description>{listed}</channel></rss>"
    )


def atom(title: str, *items: tuple[str, str, str]) -> str:
    """An Atom feed of (URL, headline, HTML content)."""
    listed = "".join(
        f'<entry><id>{link}</id><title>{headline}</title><link href="{link}"/>'
        f"<updated>2026-03-02T09:00:00+01:00</updated>"
        f'<content type="html"><![CDATA[{text}]]></content></entry>'
        for link, headline, text in items
    )
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>'
        f"<id>urn:x</id><updated>2026-03-02T09:00:00Z</updated>{listed}</feed>"
    )


def page(headline: str, *paragraphs: str) -> str:
    """A web page with an article in it."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>{headline}</title></head><body><nav><a href='/'>Home</a> "
        f"<a href='/sport'>Sport</a></nav><article><h1>{headline}</h1>{text}</article>"
        "<footer>All rights reserved</footer></body></html>"
    )
