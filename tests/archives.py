"""Invented articles by the thousand, written in every format that stancewire reads."""

import csv
import gzip
import html
import json
import random
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow
import pyarrow.parquet

from labels.document import Document

WHO = (
    "The interim government", "A spokeswoman for the alliance", "The opposition council",
    "Residents of the valley", "An analyst at a think tank in the capital", "The regional bloc",
    "The foreign ministry of the neighbouring state", "Relief agencies",
)  # fmt: skip
SAID = ("said on {day} that", "told reporters on {day} that", "insisted on {day} that")
WHAT = (
    "foreign troops must leave the province before any talks",
    "peacekeepers should be sent without further delay",
    "a mission would be welcome only if it has a clear mandate",
    "outside forces would make the fighting worse",
    "the border crossing had reopened for lorries carrying grain",
    "the union ought to keep its observers along the line of contact",
    "the army will not accept any force from abroad",
    "the market burned for a second night and schools stayed shut",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OUTLETS = ("Valley Courier", "Harbour Post", "Steppe Gazette", "Delta Herald")


def article(number: int, *, n_sentences: int = 12) -> Document:
    """The invented article of that number, always the same."""
    draw = random.Random(number)
    sentences = []
    for i in range(n_sentences):
        said = draw.choice(SAID).format(day=draw.choice(DAYS))
        sentence = f"{draw.choice(WHO)} {said} {draw.choice(WHAT)}, report {number}-{i} shows."
        sentences.append(sentence)
    parts = [" ".join(sentences[i : i + 3]) for i in range(0, n_sentences, 3)]
    return Document(
        id=f"a{number:06d}",
        text="\n\n".join(parts),
        title=f"Dispatch {number} from the valley",
        url=f"https://news.example/{number}",
        publisher=draw.choice(OUTLETS),
        published=f"20{draw.randint(10, 24)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
    )


def articles(count: int, *, first: int = 0, n_sentences: int = 12) -> list[Document]:
    return [article(i, n_sentences=n_sentences) for i in range(first, first + count)]


def jsonl(documents: Iterable[Document]) -> bytes:
    lines = (json.dumps(document.to_json(), ensure_ascii=False) for document in documents)
    return "".join(line + "\n" for line in lines).encode()


def csv_table(documents: Iterable[Document], columns: Mapping[str, str], *, sep: str = ",") -> str:
    """A table with the columns of a mapping from field to name."""
    out = StringIO()
    table = csv.writer(out, delimiter=sep)
    table.writerow(columns.values())
    for document in documents:
        table.writerow([getattr(document, field) or "" for field in columns])
    return out.getvalue()


COLUMNS = {
    "id": "id", "title": "headline", "text": "body", "url": "url",
    "publisher": "outlet", "published": "date",
}  # fmt: skip


def parquet(documents: Iterable[Document]) -> bytes:
    out = BytesIO()
    rows = [document.to_json() for document in documents]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out, row_group_size=100)
    return out.getvalue()


def page(document: Document) -> str:
    """A web page with an article among menus."""
    paragraphs = "".join(f"<p>{html.escape(p)}</p>" for p in document.text.split("\n\n"))
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>{html.escape(document.title or '')}</title>"
        f"<meta property='og:title' content='{html.escape(document.title or '')}'>"
        f"<meta property='og:site_name' content='{html.escape(document.publisher or '')}'>"
        f"<meta property='article:published_time' content='{document.published}T08:00:00Z'>"
        f"<link rel='canonical' href='{document.url}'></head>"
        f"<body>{menu}<article><h1>{html.escape(document.title or '')}</h1>{paragraphs}</article>"
        "<footer>All rights reserved by nobody at all</footer></body></html>"
    )


def rss(documents: Sequence[Document], *, outlet: str = "Valley Courier") -> str:
    items = "".join(
        f"<item><title>{escape(d.title or '')}</title><link>{d.url}</link><guid>{d.id}</guid>"
        f"<pubDate>Tue, 05 Mar 2024 08:00:00 GMT</pubDate><description>short</description>"
        "<content:encoded><![CDATA["
        + "".join(f"<p>{html.escape(p)}</p>" for p in d.text.split("\n\n"))
        + "]]></content:encoded></item>"
        for d in documents
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{outlet}</title><link>https://news.example</link>{items}</channel></rss>"
    )


def warc_record(
    payload: bytes, *, id: str, url: str, date: str, status: str = "200 OK", kind: str = "text/html"
) -> bytes:
    """One fetched page; written by hand, for warcio's writer leaves temporary files open."""
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + payload
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{id}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: {date}T09:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def warc(documents: Iterable[Document], *, packed: bool = True) -> bytes:
    """A web archive with one gzip member a record, as Common Crawl packs them."""
    pieces = (
        warc_record(page(d).encode(), id=d.id, url=d.url or "", date=d.published or "",
                    kind="text/html; charset=utf-8")
        for d in documents
    )  # fmt: skip
    return b"".join(gzip.compress(piece, mtime=0) if packed else piece for piece in pieces)


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def docx(lines: Iterable[str]) -> bytes:
    """A Word file with one paragraph a line."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    xml = f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    return zipped({"word/document.xml": xml.encode()})


def nexis_lines(document: Document) -> list[str]:
    """An article as Nexis Uni lays it out."""
    return [
        document.title or "", document.publisher or "", "March 5, 2024 Tuesday",
        "Copyright 2024 Nobody", "Section: WORLD; Pg. 4", "Length: 300 words", "Byline: A Writer",
        "Body", *document.text.split("\n\n"), "Load-Date: March 6, 2024", "End of Document",
    ]  # fmt: skip


def factiva_page(documents: Iterable[Document]) -> str:
    """An HTML export of Factiva with coded fields."""
    blocks = []
    for document in documents:
        first, *rest = document.text.split("\n\n")
        fields = {
            "HD": document.title or "", "WC": "300 words", "PD": "5 March 2024",
            "SN": document.publisher or "", "LP": first, "AN": f"Document {document.id}",
        }  # fmt: skip
        rows = "".join(
            f"<tr><td><b>{code}</b></td><td>{html.escape(text)}</td></tr>"
            for code, text in fields.items()
        )
        paragraphs = "".join(f"<p class='articleParagraph'>{html.escape(p)}</p>" for p in rest)
        rows += f"<tr><td><b>TD</b></td><td>{paragraphs}</td></tr>"
        blocks.append(f"<div class='article enArticle'><table>{rows}</table></div>")
    return f"<html><head><title>Factiva</title></head><body>{''.join(blocks)}</body></html>"


def factiva_rtf(documents: Iterable[Document]) -> bytes:
    r"""An RTF export of Factiva: coded lines, each article closed by its accession number."""
    lines = []
    for document in documents:
        first, *rest = document.text.split("\n\n")
        lines += [
            f"HD {document.title}", "PD 5 March 2024", f"SN {document.publisher}", "LP", first,
            "TD", *rest, f"Document VALCOU00{document.id.rjust(12, '0')}", "",
        ]  # fmt: skip
    body = "\\par\n".join(line.replace("\\", "\\\\") for line in lines)
    return ("{\\rtf1\\ansi\\deff0 " + body + "}").encode("ascii", "replace")


def mixed(folder: Path, count: int, *, n_sentences: int = 12) -> list[Document]:
    """Write `count` articles in eight formats into a folder and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = articles(count, n_sentences=n_sentences)
    share = max(count // 8, 1)
    cuts = [documents[i * share : (i + 1) * share] for i in range(7)] + [documents[7 * share :]]
    (folder / "a.jsonl").write_bytes(jsonl(cuts[0]))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(jsonl(cuts[1]), mtime=0))
    (folder / "c.csv").write_text(csv_table(cuts[2], COLUMNS), encoding="utf-8")
    (folder / "d.parquet").write_bytes(parquet(cuts[3]))
    (folder / "e.warc.gz").write_bytes(warc(cuts[4]))
    pages: dict[str, bytes] = {f"pages/{d.id}.html": page(d).encode() for d in cuts[5]}
    (folder / "f.zip").write_bytes(zipped(pages))
    (folder / "g.rss").write_text(rss(cuts[6]), encoding="utf-8")
    texts = folder / "texts"
    texts.mkdir(exist_ok=True)
    for document in cuts[7]:
        (texts / f"{document.id}.txt").write_text(document.text, encoding="utf-8")
    return documents
