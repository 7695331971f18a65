"""HTML pages: the article among menus and advertisements, by trafilatura."""

import re
from collections.abc import Iterator
from io import BytesIO

from labels.document import Document
from service.extract import extract
from service.readers import factiva
from service.readers.encoding import decode
from service.readers.fields import build, from_name
from service.readers.record import Opened, ReadOptions, Record, read_whole

META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)


def read(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield the page as one record; a Factiva export has many."""
    data = read_whole(opened, options)
    if factiva.looks_like(data[:4096]):
        yield from factiva.read_html(Opened(opened.name, BytesIO(data)), options)
        return

    def parse() -> Document:
        fields = {**article(data, declared=options.encoding), **from_name(opened.name, options)}
        return build(fields, options, default_id=opened.name)

    yield Record(opened.name, "", len(data), parse)


def article(data: bytes, *, url: str | None = None, declared: str | None = None) -> dict[str, str]:
    """Return the fields that a page tells: text, title, url, publisher, published.

    Args:
        data: the page as it came.
        url: where it came from, which the page itself may not tell.
        declared: encoding by the HTTP header; the page's own declaration comes after it.

    Raises:
        InvalidDocument: no article was found in it.
    """
    meta = META_CHARSET.search(data[:4096])
    page = decode(data, declared=declared or (meta.group(1).decode("ascii") if meta else None))
    found = extract(page, url=url)
    fields = {
        "text": found.text,
        "title": found.title,
        "url": url or found.url,
        "publisher": found.publisher,
        "published": found.published,
    }
    return {key: value for key, value in fields.items() if value}
