"""WARC and WARC.gz: web archives such as Common Crawl's news (extra: warc)."""

from collections.abc import Iterator
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from labels.document import Document
from service.readers.encoding import decode
from service.readers.fields import build
from service.readers.html import article
from service.readers.plain import paragraphs
from service.readers.record import Opened, ReadOptions, Record, unreadable

TYPES = frozenset({"response", "resource", "conversion"})
HTML = ("text/html", "application/xhtml+xml")
PLAIN = ("text/plain",)


def read(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield one record for each page that was fetched well; what is no text is passed over."""
    last = "the start"
    try:
        for raw in ArchiveIterator(opened.stream):
            last = raw.rec_headers.get_header("WARC-Record-ID") or last
            if (kind := _kind(raw)) is not None:
                yield _record(opened.name, raw, kind, options)
    except (ArchiveLoadFailed, EOFError, ValueError) as error:
        yield unreadable(opened.name, f"after {last}", f"not readable from here: {error}")


def _kind(raw: Any) -> tuple[str, str | None] | None:
    """Return ("html" or "plain", declared encoding) of a record that may be an article."""
    if raw.rec_type not in TYPES:
        return None
    headers = raw.http_headers or raw.rec_headers
    if raw.http_headers is not None and raw.http_headers.get_statuscode() != "200":
        return None
    content_type = (headers.get_header("Content-Type") or "").lower()
    mime, _, rest = content_type.partition(";")
    _, sign, charset = rest.partition("charset=")
    declared = charset.split(";")[0].strip(" \"'") if sign else None
    if mime.strip() in HTML:
        return "html", declared
    return ("plain", declared) if mime.strip() in PLAIN else None


def _record(name: str, raw: Any, kind: tuple[str, str | None], options: ReadOptions) -> Record:
    headers = raw.rec_headers
    identity = headers.get_header("WARC-Record-ID") or ""
    url, date = headers.get_header("WARC-Target-URI"), headers.get_header("WARC-Date")
    limit = options.max_record_bytes
    data = raw.content_stream().read(limit + 1)
    if len(data) > limit:
        return unreadable(name, identity, f"longer than {limit:,} bytes", size=len(data))
    form, declared = kind

    def parse() -> Document:
        fields: dict[str, object] = {"published": date, "url": url}
        if form == "html":
            fields |= article(data, url=url, declared=declared)
        else:
            fields["text"] = paragraphs(decode(data, declared=declared))
        return build(fields, options, default_id=identity or None)

    return Record(name, identity, len(data), parse)
