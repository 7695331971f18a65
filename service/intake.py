"""What comes in from outside becomes documents, or an error that says what to mend."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import orjson

from labels.document import Document
from labels.errors import InvalidDocument, StancewireError

# Longest text of one document unless a setting says otherwise: a book's. Tagging takes 300 bytes of memory
# a character.
MAX_CHARS = 500_000
# A page may be so many times as long as a text may be: most of it is markup.
MARKUP = 4


class NotJson(StancewireError):
    """Bytes that should hold JSON and don't."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"not JSON: {reason}")


class BodyTooLarge(StancewireError):
    """A request body over the limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the body is longer than {limit:,} bytes: send it in parts")


class DocumentTooLong(StancewireError):
    """A text over the limit."""

    def __init__(self, length: int, limit: int, *, field: str = "text") -> None:
        self.length = length
        self.limit = limit
        super().__init__(
            f"{field}: {length:,} characters, and one document may have {limit:,}: "
            "split it, or raise STANCEWIRE_MAX_DOCUMENT_CHARS"
        )


class TooManyDocuments(StancewireError):
    """A batch over the limit."""

    def __init__(self, count: int, limit: int) -> None:
        self.count = count
        self.limit = limit
        super().__init__(f"{count:,} documents, and one request may hold {limit:,}: send parts")


def loads(data: bytes) -> Any:
    """Read JSON bytes.

    Raises:
        NotJson: with the place of the fault.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        # orjson refuses lone surrogates anywhere in the input. The standard library lets them
        # through, so that one bad document in a batch is reported in its own place.
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise NotJson(str(fault)) from fault


def document(raw: object, *, max_chars: int) -> Document:
    """Read one document object; `html` in place of `text` is taken apart first.

    Without an id the document gets one made of its content, so that the same article sent twice
    has the same id.

    Raises:
        InvalidDocument: see `Document.from_json`.
        DocumentTooLong: the text has more than `max_chars` code points, or the page that holds it
            more than `MARKUP` times as many.
    """
    if isinstance(raw, Mapping) and raw.get("html") is not None:
        raw = _from_html(raw, max_chars=max_chars)
    if isinstance(raw, Mapping):
        text = raw.get("text")
        if isinstance(text, str) and len(text) > max_chars:
            raise DocumentTooLong(len(text), max_chars)
        if raw.get("id") is None and isinstance(text, str):
            raw = {**raw, "id": content_id(text)}
    return Document.from_json(raw)


def content_id(text: str) -> str:
    """Return an id made of a text: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _from_html(raw: Mapping[str, Any], *, max_chars: int) -> Mapping[str, Any]:
    from service.extract import extract  # noqa: PLC0415 - slow to import, seldom needed

    html = raw["html"]
    if not isinstance(html, str):
        raise InvalidDocument("must be a string", field="html")
    if raw.get("text") is not None:
        raise InvalidDocument("give text or html, not both", field="html")
    if len(html) > MARKUP * max_chars:
        raise DocumentTooLong(len(html), MARKUP * max_chars, field="html")
    url = raw.get("url")
    page = extract(html, url=url if isinstance(url, str) else None)
    found = {
        key: getattr(page, key)
        for key in ("text", "title", "published", "publisher", "url")
        if getattr(page, key) is not None
    }
    # What the caller says of the article wins over what the page says.
    given = {key: value for key, value in raw.items() if value is not None and key != "html"}
    return {**found, **given}
