"""Lists of feeds as other feed readers write and read them (OPML 2)."""

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree

from labels.errors import StancewireError


class NotOpml(StancewireError):
    """A file that should hold OPML and doesn't."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"not OPML: {reason}")


def read(data: bytes) -> list[dict[str, str]]:
    """Return `url`, and `title` where it is told, of each feed in an OPML file, each URL once.

    Raises:
        NotOpml: not well-formed, not OPML, or with a document type (it could hold a bomb).
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise NotOpml("it has a document type, which OPML has not")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - without a DTD nothing can expand
    except (ElementTree.ParseError, ValueError) as error:
        raise NotOpml(str(error)) from error
    if root.tag != "opml":
        raise NotOpml(f"its root is <{root.tag}>")
    found: dict[str, dict[str, str]] = {}
    for outline in root.iter("outline"):
        url = (outline.get("xmlUrl") or "").strip()
        title = (outline.get("title") or outline.get("text") or "").strip()
        if url:
            found.setdefault(url, {"url": url} | ({"title": title} if title else {}))
    return list(found.values())


def write(feeds: Iterable[Mapping[str, Any]]) -> bytes:
    """Return an OPML file of feeds with `url` and `title`."""
    root = ElementTree.Element("opml", {"version": "2.0"})
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = "stancewire feeds"
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        title = feed["title"] or feed["publisher"] or feed["url"]
        attributes = {"type": "rss", "text": title, "title": title, "xmlUrl": feed["url"]}
        ElementTree.SubElement(body, "outline", attributes)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
