"""Statements as feed readers and spreadsheets take them: Atom, JSON Feed, CSV."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"
TITLE = "Statements on intervention"

# What XML 1.0 can't hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

COLUMNS = (
    "id",
    "dated_at",
    "stance",
    "score",
    "abstain",
    "speaker_type",
    "speaker",
    "proposed_actors",
    "text",
    "document_id",
    "title",
    "publisher",
    "published",
    "url",
    "host",
    "start",
    "end",
    "model",
)

Statement = dict[str, Any]


def headline(statement: Statement) -> str:
    """Return a statement in a few words.

    >>> headline({"stance": {"label": "favor"}, "speaker": {"type": "expert", "name": "Orla Venn"},
    ...           "proposed_actors": [{"id": "UN", "name": "United Nations"}]})
    'Orla Venn: favor (United Nations)'
    """
    speaker = statement.get("speaker") or {}
    who = speaker.get("name") or speaker.get("type") or "unknown"
    actors = ", ".join(actor["name"] for actor in statement["proposed_actors"])
    return f"{who}: {statement['stance']['label']}" + (f" ({actors})" if actors else "")


def atom(statements: Sequence[Statement], *, self_url: str, updated: str) -> bytes:
    """Return an Atom feed (RFC 4287).

    Args:
        statements: newest first.
        self_url: where the feed is read.
        updated: ISO 8601 moment to tell where there is no statement.
    """
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", self_url)
    _add(feed, "title", TITLE)
    _add(feed, "updated", max((s["tagged_at"] for s in statements), default=updated))
    ElementTree.SubElement(feed, f"{{{ATOM}}}link", {"rel": "self", "href": _clean(self_url)})
    for statement in statements:
        source = statement["document"]
        entry = ElementTree.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "id", identity(statement))
        _add(entry, "title", headline(statement))
        _add(entry, "updated", statement["tagged_at"])
        _add(entry, "published", statement["dated_at"])
        author = ElementTree.SubElement(entry, f"{{{ATOM}}}author")
        _add(author, "name", source.get("publisher") or "stancewire")
        if source.get("url"):
            ElementTree.SubElement(entry, f"{{{ATOM}}}link", {"href": _clean(source["url"])})
        for term in categories(statement):
            ElementTree.SubElement(entry, f"{{{ATOM}}}category", {"term": _clean(term)})
        _add(entry, "content", statement["text"])
    ElementTree.register_namespace("", ATOM)
    return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))


def json_feed(statements: Sequence[Statement], *, self_url: str) -> dict[str, Any]:
    """Return a JSON Feed (version 1.1)."""
    items = []
    for statement in statements:
        source = statement["document"]
        item = {
            "id": identity(statement),
            "title": headline(statement),
            "content_text": statement["text"],
            "date_published": statement["dated_at"],
            "date_modified": statement["tagged_at"],
            "tags": categories(statement),
        }
        if source.get("url"):
            item["url"] = source["url"]
        if source.get("publisher"):
            item["authors"] = [{"name": source["publisher"]}]
        items.append(item)
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "feed_url": self_url,
        "items": items,
    }


def csv_lines(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield CSV, first the header; several actors of one statement are parted by spaces.

    A cell that a spreadsheet would run as a formula starts with an apostrophe.
    """
    yield _csv(COLUMNS)
    for statement in statements:
        source = statement["document"]
        speaker = statement.get("speaker") or {}
        stance = statement["stance"]
        yield _csv(
            (
                statement["id"],
                statement["dated_at"],
                stance["label"],
                stance["score"],
                str(stance["abstain"]).lower(),
                speaker.get("type"),
                speaker.get("name"),
                " ".join(dict.fromkeys(a["id"] for a in statement["proposed_actors"])),
                statement["text"],
                source["id"],
                *(source.get(key) for key in ("title", "publisher", "published", "url", "host")),
                statement["start"],
                statement["end"],
                statement["model"],
            )
        )


def identity(statement: Statement) -> str:
    """Return the id under which feed readers know a statement: retagging doesn't change it.

    >>> identity({"document": {"id": "a b"}, "start": 7})
    'urn:stancewire:statement:a%20b:7'
    """
    key = quote(statement["document"]["id"], safe="")
    return f"urn:stancewire:statement:{key}:{statement['start']}"


def categories(statement: Statement) -> list[str]:
    """Return stance, speaker type and actors, as a feed reader's labels."""
    speaker = statement.get("speaker") or {}
    terms = [statement["stance"]["label"], speaker.get("type")]
    terms += [actor["id"] for actor in statement["proposed_actors"]]
    return [term for term in dict.fromkeys(terms) if term]


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _csv(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
