"""Nexis Uni exports: one or many articles in a Word file.

Each article: headline, outlet, date, copyright, lines such as "Length: 512 words" and "Byline: ...",
then "Body", the text, and "End of Document".
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO

import lxml.etree

from labels.document import Document
from service.readers.factiva import iso_date
from service.readers.fields import build
from service.readers.record import (
    Opened,
    ReadOptions,
    Record,
    UnreadableRecord,
    read_whole,
    unreadable,
)

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
END = "End of Document"
DATE = re.compile(
    r"((?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+[A-Z][a-z]+\s+\d{4})"
)
FOOT = re.compile(r"^(Load-Date|Classification|Language|Publication-Type|Subject):")


def read(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield one record for each article of a Word file; a file of another kind is one article."""
    data = read_whole(opened, options)
    try:
        lines = docx_paragraphs(data, options.max_record_bytes)
    except UnreadableRecord as error:
        yield unreadable(opened.name, "", error.reason, size=len(data))
        return
    for number, article in enumerate(split(lines), 1):
        yield _record(opened.name, number, article, options)


def docx_paragraphs(data: bytes, limit: int) -> list[str]:
    """Return the paragraphs of a Word file, the empty ones left out.

    Raises:
        UnreadableRecord: not a Word file, or its text is longer than `limit` bytes unpacked.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open("word/document.xml") as part:
            xml = part.read(limit + 1)
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError, ValueError) as error:
        raise UnreadableRecord(f"not a Word file: {error}") from error
    if len(xml) > limit:
        raise UnreadableRecord(f"its text is longer than {limit:,} bytes")
    try:
        # No entities, no network: the file comes from outside.
        parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True)
        root = lxml.etree.fromstring(xml, parser)
    except lxml.etree.XMLSyntaxError as error:
        raise UnreadableRecord(f"not a Word file: {error}") from error
    found = (_paragraph_text(item).strip() for item in root.iter(f"{WORD}p"))
    return [line for line in found if line]


def _paragraph_text(paragraph: lxml.etree._Element) -> str:
    pieces = []
    for item in paragraph.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}br"):
        pieces.append(item.text or "" if item.tag == f"{WORD}t" else " ")
    return "".join(pieces)


def split(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of one article after the other."""
    article: list[str] = []
    for line in lines:
        if line == END:
            if article:
                yield article
            article = []
        else:
            article.append(line)
    if article:
        yield article


def fields_of(lines: Sequence[str]) -> dict[str, str | None]:
    """Return the fields that one article's lines tell."""
    if "Body" not in lines:
        return {"title": lines[0] if len(lines) > 1 else None, "text": "\n\n".join(lines[1:])}
    body = list(lines).index("Body")
    head = lines[:body]
    foot = next((i for i, x in enumerate(lines) if i > body and FOOT.match(x)), len(lines))
    dated = next((i for i, x in enumerate(head) if i and DATE.search(x)), None)
    found = DATE.search(head[dated]) if dated is not None else None
    return {
        "title": head[0] if head else None,
        "publisher": head[dated - 1] if dated is not None and dated >= 2 else None,
        "published": iso_date(found.group(1)) if found else None,
        "text": "\n\n".join(lines[body + 1 : foot]),
    }


def _record(name: str, number: int, lines: list[str], options: ReadOptions) -> Record:
    def parse() -> Document:
        return build(fields_of(lines), options, default_id=f"{name}:{number}")

    return Record(name, f"article {number}", sum(map(len, lines)), parse)
