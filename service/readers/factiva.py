"""Factiva exports: many articles in one HTML or RTF file, each field under a two-letter code.

The codes (Factiva's "full article plus indexing"): HD headline, SN source, PD date, LP lead
paragraph, TD the rest of the text, AN accession number. The RTF form ends each article with
"Document" and its accession number.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

import lxml.etree
import lxml.html
from striprtf.striprtf import rtf_to_text

from labels.document import Document
from service.readers.encoding import decode
from service.readers.fields import build
from service.readers.markup import text_of
from service.readers.plain import paragraphs
from service.readers.record import (
    Opened,
    ReadOptions,
    Record,
    UnreadableRecord,
    read_whole,
    unreadable,
)

CODES = frozenset(
    re.split(
        r"\s",
        "HD SN PD LP TD AN BY WC ET SC ED PG LA CY CX CR VOL RF CO IN NS RE IPC IPD PUB SE CLM",
    )
)
CODED_LINE = re.compile(r"^\s*([A-Z]{2,3})(?:\s*\|\s*|\s+|$)(.*)$")
END = re.compile(r"^\s*Document\s+([A-Za-z0-9]{16,40})\s*$")
DATE_FORMS = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%Y-%m-%d")
FACTIVA_HTML = re.compile(rb"factiva|class=[\"']?article\s+\w*Article", re.IGNORECASE)


def looks_like(head: bytes) -> bool:
    """Tell from its first bytes whether an HTML file is a Factiva export."""
    return bool(FACTIVA_HTML.search(head))


def read_html(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield one record for each article of an HTML export."""
    data = read_whole(opened, options)
    try:
        page = lxml.html.document_fromstring(decode(data, declared=options.encoding))
    except (lxml.etree.ParserError, ValueError) as error:
        yield unreadable(opened.name, "", f"not HTML: {error}", size=len(data))
        return
    found = page.xpath('//div[contains(concat(" ", normalize-space(@class), " "), " article ")]')
    yield from _records(opened, [_rows(article) for article in found], options, len(data))


def _rows(article: lxml.html.HtmlElement) -> dict[str, str]:
    """Return code -> text of the table in which an export shows one article."""
    fields = {}
    for row in article.iter("tr"):
        cells = row.findall("td")
        if len(cells) >= 2 and (code := cells[0].text_content().strip()) in CODES:
            fields[code] = text_of(lxml.html.tostring(cells[1], encoding="unicode"))
    return fields


def read_rtf(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield one record for each article of an RTF export."""
    data = read_whole(opened, options)
    text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    yield from _records(opened, list(split_text(text)), options, len(data))


def split_text(text: str) -> Iterator[dict[str, str]]:
    """Yield code -> text for each article of an export as plain text."""
    fields: dict[str, list[str]] = {}
    code = ""
    for line in text.splitlines():
        if end := END.match(line):
            yield _joined(fields) | {"AN": end.group(1)}
            fields, code = {}, ""
        elif (match := CODED_LINE.match(line)) and match.group(1) in CODES:
            code = match.group(1)
            fields.setdefault(code, []).append(match.group(2).rstrip(" |"))
        elif code:
            fields[code].append(line.strip().strip("|"))
    if any(key in fields for key in ("LP", "TD")):
        yield _joined(fields)


def _joined(fields: Mapping[str, list[str]]) -> dict[str, str]:
    return {code: paragraphs("\n".join(lines)) for code, lines in fields.items()}


def _records(
    opened: Opened, articles: list[dict[str, str]], options: ReadOptions, size: int
) -> Iterator[Record]:
    if not articles:
        yield unreadable(opened.name, "", "no Factiva article in it", size=size)
    for number, fields in enumerate(articles, 1):
        yield _record(opened.name, number, fields, options)


def _record(name: str, number: int, fields: dict[str, str], options: ReadOptions) -> Record:
    def parse() -> Document:
        text = "\n\n".join(fields[code] for code in ("LP", "TD") if fields.get(code))
        if not text:
            raise UnreadableRecord("the article has neither a lead paragraph (LP) nor text (TD)")
        accession = re.sub(r"^Document\s+", "", fields.get("AN", "")).strip()
        known = {
            "text": text,
            "id": accession,
            "title": fields.get("HD", "").replace("\n\n", " "),
            "publisher": fields.get("SN"),
            "published": iso_date(fields.get("PD", "")),
        }
        return build(known, options, default_id=f"{name}:{number}")

    return Record(name, f"article {number}", sum(map(len, fields.values())), parse)


def iso_date(text: str) -> str | None:
    """Return a date as newspapers' databases write it in ISO form; what isn't one as it is."""
    cleaned = re.sub(r"\s+", " ", text).strip()
    for form in DATE_FORMS:
        try:
            return datetime.strptime(cleaned, form).date().isoformat()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    return cleaned or None
