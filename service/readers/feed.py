"""RSS and Atom files: one article an entry, with the text that the feed gives."""

from collections.abc import Iterator
from typing import Any

import feedparser

from labels.document import Document
from service.readers.fields import build
from service.readers.markup import text_of
from service.readers.record import (
    Opened,
    ReadOptions,
    Record,
    UnreadableRecord,
    read_whole,
    unreadable,
)


def read(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield one record an entry."""
    data = read_whole(opened, options)
    # Bytes, not a path or a string: feedparser would fetch what looks like an address.
    feed: Any = feedparser.parse(data)
    if not feed.entries:
        reason = str(feed.get("bozo_exception", "no entry in it"))
        yield unreadable(opened.name, "", f"no RSS or Atom feed: {reason}", size=len(data))
    publisher = feed.feed.get("title")
    for number, entry in enumerate(feed.entries, 1):
        yield _record(opened.name, number, entry, publisher, options)


def _record(
    name: str, number: int, entry: Any, publisher: str | None, options: ReadOptions
) -> Record:
    html = longest(entry)

    def parse() -> Document:
        fields = entry_fields(entry, publisher)
        if not fields.get("text"):
            raise UnreadableRecord("the entry has no text")
        return build(fields, options)

    return Record(name, f"entry {number}", len(html), parse)


def longest(entry: Any) -> str:
    """Return the longest text that an entry gives: its content, else its summary."""
    texts = [str(part.get("value") or "") for part in entry.get("content", [])]
    return max([*texts, str(entry.get("summary") or "")], key=len)


def entry_fields(entry: Any, publisher: str | None) -> dict[str, object]:
    """Return the fields of a document that a feed's entry tells."""
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    date = None
    if moment:
        date = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*moment[:6])
    return {
        "id": entry.get("id") or entry.get("link"),
        "text": text_of(longest(entry)),
        "title": text_of(str(entry.get("title") or "")) or None,
        "url": entry.get("link"),
        "publisher": (entry.get("source") or {}).get("title") or publisher,
        "published": date,
    }
