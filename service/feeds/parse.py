"""Bytes of a feed become entries: RSS and Atom by feedparser, JSON Feed by ourselves."""

import calendar
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
import orjson
from lxml import html

from labels.errors import StancewireError

# Tags that end a paragraph.
_BLOCKS = "p|div|li|ul|ol|h1|h2|h3|h4|h5|h6|blockquote|section|article|table|tr|figure|br"


class NotAFeed(StancewireError):
    """What was fetched is neither RSS, Atom nor JSON Feed."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: not a feed ({reason})")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `text` has its paragraphs parted by empty lines, and may be a summary only.

    Attributes:
        key: what makes it the same entry next time.
        published: ISO 8601, or None.
    """

    key: str
    url: str | None
    title: str | None
    published: str | None
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return it as it waits in the store."""
        names = ("key", "url", "title", "published", "text")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Entry":
        """Read what `to_json` wrote."""
        return cls(**raw)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was fetched."""

    title: str | None
    entries: tuple[Entry, ...]


def parse(body: bytes, *, url: str, content_type: str = "") -> Feed:
    """Read a feed.

    Raises:
        NotAFeed: it can't be read as one.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body, url)
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    # A stream: feedparser would take bytes for the name of a file.
    read = feedparser.parse(io.BytesIO(body), response_headers=headers)
    if not read.get("version") and not read.entries:
        reason = read.get("bozo_exception") or "no RSS or Atom in it"
        raise NotAFeed(url, " ".join(str(reason).split()))
    entries = (_entry(raw) for raw in read.entries)
    title = _text(read.feed.get("title"))
    return Feed(title, tuple(entry for entry in entries if entry is not None))


def _entry(raw: Any) -> Entry | None:
    contents = [c.get("value") or "" for c in raw.get("content") or []]
    body = max([*contents, raw.get("summary") or ""], key=len)
    when = raw.get("published_parsed") or raw.get("updated_parsed")
    published = None
    if when is not None:
        published = datetime.fromtimestamp(calendar.timegm(when), UTC).isoformat()
    return _made(raw.get("id"), raw.get("link"), _text(raw.get("title")), published, body)


def _json_feed(body: bytes, url: str) -> Feed:
    try:
        raw = orjson.loads(body.lstrip(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise NotAFeed(url, str(error)) from error
    items = raw.get("items")
    if "jsonfeed.org/version" not in str(raw.get("version")) or not isinstance(items, list):
        raise NotAFeed(url, "JSON, but not a JSON Feed")
    made = []
    for item in items:
        if not isinstance(item, Mapping):
            continue
        link = item.get("url")
        body_html = item.get("content_html")
        text = item.get("content_text") or item.get("summary") or ""
        content = body_html if isinstance(body_html, str) else _escaped(str(text))
        made.append(
            _made(
                None if item.get("id") is None else str(item["id"]),
                urljoin(url, link) if isinstance(link, str) else None,
                _text(item.get("title")),
                item.get("date_published") or item.get("date_modified"),
                content,
            )
        )
    return Feed(_text(raw.get("title")), tuple(entry for entry in made if entry is not None))


def _made(
    key: object, link: object, title: str | None, published: object, body: str
) -> Entry | None:
    url = link if isinstance(link, str) and link.startswith(("http://", "https://")) else None
    text = paragraphs(body)
    known = key if isinstance(key, str) and key else url
    if known is None:
        if not (title or text):
            return None
        known = hashlib.sha256(f"{title}\n{text}".encode("utf-8", "replace")).hexdigest()
    date = published if isinstance(published, str) else None
    return Entry(_storable(known), url and _storable(url), title, date, text)


def paragraphs(body: str) -> str:
    """Return the words of an HTML fragment, its paragraphs parted by empty lines.

    >>> paragraphs("<p>One <b>bold</b> word.</p><p>Two &amp; three.</p><script>no</script>")
    'One bold word.\\n\\nTwo & three.'
    """
    if not body.strip():
        return ""
    marked = re.sub(rf"(?i)<(/?)({_BLOCKS})\b", r"&#10;&#10;<\1\2", _storable(body))
    try:
        root = html.fragment_fromstring(marked, create_parent="div")
    except (ValueError, html.etree.ParserError):
        return ""
    for unread in root.xpath("//script | //style | //comment()"):
        unread.drop_tree()
    blocks = re.split(r"\n\s*\n", str(root.text_content()))
    return "\n\n".join(" ".join(block.split()) for block in blocks if block.strip())


def _escaped(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"\n\s*\n", "<br>", safe)


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return " ".join(paragraphs(value).split()) or None


def _storable(text: str) -> str:
    # Neither NUL nor lone surrogates can be kept.
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
