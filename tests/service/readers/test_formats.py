"""Each format gives back the articles that were written in it."""

import datetime
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from labels.document import Document
from labels.errors import StancewireError
from service.readers.formats import ENDINGS, READERS, UnknownFormat, reader
from service.readers.opening import records
from service.readers.record import ReadOptions, UnreadableRecord
from service.readers.sources import find
from tests import archives

PLAIN = ReadOptions()


def read(path: Path, options: ReadOptions = PLAIN) -> list[Document]:
    sources = find([str(path)], format=options.format).sources
    return [record.parse() for source in sources for record in records(source, options)]


def failures(path: Path, options: ReadOptions = PLAIN) -> list[tuple[str, str]]:
    """Position and reason of the records that can't be parsed."""
    found = []
    for source in find([str(path)], format=options.format).sources:
        for record in records(source, options):
            try:
                record.parse()
            except StancewireError as error:
                found.append((record.position, str(error)))
    return found


def written(tmp_path: Path, name: str, data: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


WHOLE: dict[str, Callable[[Sequence[Document]], bytes | str]] = {
    "a.jsonl": archives.jsonl,
    "a.jsonl.gz": lambda d: gzip.compress(archives.jsonl(d)),
    "a.csv": lambda d: archives.csv_table(d, archives.COLUMNS),
    "semicolons.csv": lambda d: archives.csv_table(d, archives.COLUMNS, sep=";"),
    "a.tsv": lambda d: archives.csv_table(d, archives.COLUMNS, sep="\t"),
    "a.parquet": archives.parquet,
    "a.zip": lambda d: archives.zipped({"in/a.jsonl": archives.jsonl(d), "in/readme.md": b"-"}),
    "nested.zip": lambda d: archives.zipped(
        {"in.zip": archives.zipped({"a.jsonl.gz": gzip.compress(archives.jsonl(d))})}
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_format_with_all_fields_gives_the_very_same_documents(name: str, tmp_path: Path) -> None:
    documents = archives.articles(3)
    path = written(tmp_path, name, WHOLE[name](documents))

    assert read(path) == documents


def test_a_web_page_gives_its_article_without_menus(tmp_path: Path) -> None:
    document = archives.article(1)
    path = written(tmp_path, "a.html", archives.page(document))

    (found,) = read(path)

    assert found == replace(document, id=str(path))


def test_a_feed_gives_the_longest_text_of_each_entry(tmp_path: Path) -> None:
    documents = archives.articles(2)
    path = written(tmp_path, "a.rss", archives.rss(documents))

    found = read(path)

    assert [d.text for d in found] == [d.text for d in documents]
    assert [d.id for d in found] == ["a000000", "a000001"]
    assert {d.publisher for d in found} == {"Valley Courier"}
    assert {d.published for d in found} == {"2024-03-05T08:00:00Z"}


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_web_archive_gives_its_pages(name: str, tmp_path: Path) -> None:
    documents = archives.articles(2)
    path = written(tmp_path, name, archives.warc(documents, packed=name.endswith("gz")))

    found = read(path)

    assert [d.text for d in found] == [d.text for d in documents]
    assert [d.url for d in found] == [d.url for d in documents]
    assert found[0].id == "<urn:uuid:a000000>"


def test_a_web_archive_passes_over_what_is_no_page(tmp_path: Path) -> None:
    pieces = [
        archives.warc_record(payload, id=kind, url="https://news.example/x", date="2024-03-05",
                             status=status, kind=kind)
        for status, kind, payload in (
            ("404 Not Found", "text/html", b"<p>gone</p>"),
            ("200 OK", "image/png", b"\x89PNG"),
            ("200 OK", "text/plain", b"The union will send observers.\nThe mission starts in May."),
        )
    ]  # fmt: skip
    info = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    path = written(tmp_path, "a.warc", info + b"".join(pieces))

    (found,) = read(path)

    assert found.text == "The union will send observers.\n\nThe mission starts in May."


def test_a_nexis_uni_export_gives_every_article_of_the_word_file(tmp_path: Path) -> None:
    documents = archives.articles(2)
    lines = [line for document in documents for line in archives.nexis_lines(document)]
    path = written(tmp_path, "a.docx", archives.docx(lines))

    found = read(path)

    assert [d.text for d in found] == [d.text for d in documents]
    assert [(d.title, d.publisher) for d in found] == [(d.title, d.publisher) for d in documents]
    assert {d.published for d in found} == {"2024-03-05"}


def test_any_other_word_file_is_one_article_with_its_first_line_as_title(tmp_path: Path) -> None:
    path = written(tmp_path, "a.docx", archives.docx(["A headline", "First.", "Second."]))

    (found,) = read(path)

    assert (found.title, found.text) == ("A headline", "First.\n\nSecond.")


def test_a_factiva_page_is_known_by_its_looks(tmp_path: Path) -> None:
    documents = archives.articles(2)
    path = written(tmp_path, "a.html", archives.factiva_page(documents))

    found = read(path)

    assert [(d.id, d.text, d.title) for d in found] == [(d.id, d.text, d.title) for d in documents]
    assert {d.published for d in found} == {"2024-03-05"}


def test_a_factiva_rtf_file_gives_its_articles(tmp_path: Path) -> None:
    documents = archives.articles(2)
    path = written(tmp_path, "a.rtf", archives.factiva_rtf(documents))

    found = read(path)

    assert [(d.text, d.title) for d in found] == [(d.text, d.title) for d in documents]
    assert [d.publisher for d in found] == [d.publisher for d in documents]


def test_a_file_name_tells_outlet_and_date(tmp_path: Path) -> None:
    path = written(tmp_path, "Valley Courier_20240305_x17.txt", "The union will send troops.")
    options = ReadOptions(name_pattern="{publisher}_{published}_{*}.txt", fields={"host": "MLI"})

    (found,) = read(path, options)

    assert (found.publisher, found.published, found.host) == ("Valley Courier", "2024-03-05", "MLI")


def test_without_a_pattern_a_date_in_the_name_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path, "report-2024-03-05.txt", "The union will send troops.")

    assert read(path)[0].published == "2024-03-05"


def test_columns_of_any_name_can_be_mapped(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "nr,story\n7,The union will send troops.\n\n8,\n")
    options = ReadOptions(columns={"text": "story", "id": "nr"})

    documents = list(records(find([str(path)]).sources[0], options))

    assert documents[0].parse() == Document("7", "The union will send troops.")
    assert failures(path, options) == [("line 4", "text: must be a string with something in it")]


def test_json_keys_of_usual_names_are_understood_and_html_is_taken_apart(tmp_path: Path) -> None:
    page = archives.page(archives.article(1)).replace("\n", " ")
    lines = (
        '{"headline": "H", "Body": "The union will send troops.", "pub_date": "2024-03-05"}\n\n'
        + '{"id": 5, "html": '
        + json.dumps(page)
        + "}\n"
    )
    path = written(tmp_path, "a.jsonl", lines)

    plain, web = read(path)

    assert (plain.title, plain.published) == ("H", "2024-03-05")
    assert len(plain.id) == 16
    assert (web.id, web.text) == ("5", archives.article(1).text)


BROKEN: dict[str, tuple[str, bytes, str, str]] = {
    "a line that is no JSON": ("a.jsonl", b'{"text": "Fine here."}\nnonsense\n', "line 2", "JSON"),
    "a list": ("a.jsonl", b"[1]\n", "line 1", "must be an object"),
    "a table without text": ("a.csv", b"a,b\n1,2\n", "line 1", "--column text="),
    "an empty table": ("a.csv", b"", "line 1", "no column holds the text"),
    "a row too short": ("a.csv", b"id,text\n7\n", "line 2", "1 cells"),
    "a cut gzip file": (
        "a.jsonl.gz", gzip.compress(archives.jsonl(archives.articles(200)))[:-2000],
        "", "can't be unpacked",
    ),
    "no gzip file": ("a.jsonl.gz", b"plain", "", "can't be unpacked"),
    "no zip file": ("a.zip", b"plain", "", "can't be unpacked"),
    "no parquet": ("a.parquet", b"plain", "", "arquet"),
    "parquet without text": (
        "a.parquet", archives.parquet([])[:0] + b"PAR1", "", "arquet",
    ),
    "no feed": ("a.xml", b"<html></html>", "", "no RSS or Atom feed"),
    "no Word file": ("a.docx", b"plain", "", "not a Word file"),
    "a Word file with broken XML": (
        "a.docx", archives.zipped({"word/document.xml": b"<w:p>"}), "", "not a Word file",
    ),
    "a page without an article": ("a.html", b"<html><body></body></html>", "", "article"),
    "no warc": ("a.warc", b"nothing of the kind\r\n\r\n", "after the start", "not readable"),
    "an RTF file from elsewhere": ("a.rtf", b"{\\rtf1 hello}", "", "no Factiva article"),
    "a Factiva page without articles": (
        "a.html", b"<html><title>Factiva</title><p>x</p></html>", "", "no Factiva article",
    ),
    "JSON without text": ("a.jsonl", b'{"id": "a", "story": "x"}\n', "line 1", "keys are id, story"),
    "an empty text": ("a.txt", b"  \n", "", "text: must be"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_told_with_place_and_reason(what: str, tmp_path: Path) -> None:
    name, data, position, reason = BROKEN[what]
    path = written(tmp_path, name, data)

    told = failures(path)

    assert len(told) == 1
    assert position in told[0][0]
    assert reason in told[0][1]


def test_a_mapped_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", b'{"text": "The union will send troops."}\n')

    (told,) = failures(path, ReadOptions(columns={"text": "BODY"}))

    assert told[1] == "no key 'BODY' (for text); --column text=KEY names it. The keys are text"


def test_good_lines_before_a_cut_are_kept(tmp_path: Path) -> None:
    data = gzip.compress(archives.jsonl(archives.articles(200)))
    path = written(tmp_path, "a.jsonl.gz", data[: len(data) // 2])

    parsed = list(records(find([str(path)]).sources[0], PLAIN))

    assert len(parsed) > 20
    assert parsed[0].parse() == archives.article(0)
    with pytest.raises(UnreadableRecord, match="unpacked"):
        parsed[-1].parse()


def test_a_feed_entry_without_text_is_told(tmp_path: Path) -> None:
    feed = archives.rss([]).replace("</channel>", "<item><title>T</title></item></channel>")

    assert failures(written(tmp_path, "a.rss", feed)) == [("entry 1", "the entry has no text")]


def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownFormat, match="there are jsonl, csv"):
        reader("doc")


def test_every_format_has_a_reader_and_every_ending_a_format() -> None:
    assert set(ENDINGS.values()) <= set(READERS)
    for form in READERS:
        assert callable(reader(form))


def test_a_format_can_be_forced_on_any_ending(tmp_path: Path) -> None:
    path = written(tmp_path, "a.dat", archives.jsonl(archives.articles(1)))

    assert read(path, ReadOptions(format="jsonl")) == archives.articles(1)


def test_parquet_tables_may_hold_dates_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    day = datetime.date(2024, 3, 5)
    rows = [{"id": 7.0, "Text": "The union will send troops.", "date": day, "url": None}]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)

    assert read(path) == [Document("7", "The union will send troops.", published="2024-03-05")]


def test_a_parquet_table_without_a_text_column_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), path)

    assert "no column holds the text" in failures(path)[0][1]
