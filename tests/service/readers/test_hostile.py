"""Inputs made to break a reader: bombs, endless lines, loops, names that climb out."""

import gzip
import os
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import fsspec
import pytest

from labels.errors import StancewireError
from service.readers.formats import MissingExtra, UnknownFormat
from service.readers.opening import records
from service.readers.record import ReadOptions, UnreadableRecord
from service.readers.sources import CannotReach, NothingToRead, Source, find
from tests import archives

SMALL = ReadOptions(max_record_bytes=1000)


def outcome(path: Path, options: ReadOptions = SMALL) -> list[str]:
    """The text of each document, or what was wrong with it."""
    told = []
    for source in find([str(path)]).sources:
        for record in records(source, options):
            try:
                told.append(record.parse().text)
            except StancewireError as error:
                told.append(f"! {error}")
    return told


def test_a_giant_line_is_told_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "' + b"x" * 5000 + b'"}\n{"text": "Fine here."}\n')

    assert outcome(path) == ["! a line of 5,013 bytes", "Fine here."]


def test_a_quotation_mark_that_never_closes_does_not_swallow_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,Fine here.\n2,"open\n' + "more\n" * 2000, encoding="utf-8")

    told = outcome(path)

    assert told[0] == "Fine here."
    assert "not CSV from here" in told[1]
    assert len(told) == 2


def test_a_whole_file_that_is_too_long_is_told(tmp_path: Path) -> None:
    for name in ("a.txt", "a.html", "a.rss", "a.docx"):
        path = tmp_path / name
        path.write_bytes(b"long " * 1000)
        assert "longer than 1,000 bytes" in outcome(path)[0]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", bytes(100_000_000))

    assert "a bomb?" in outcome(path)[0]


def test_a_gzip_bomb_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(bytes(100_000_000)))

    assert "a bomb?" in outcome(path)[-1]


def test_a_word_bomb_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(50_000))

    assert "longer than 1,000 bytes" in outcome(path)[0]


def test_zips_in_zips_in_zips_end_somewhere(tmp_path: Path) -> None:
    data = archives.jsonl(archives.articles(1))
    inner = archives.zipped({"a.jsonl": data})
    for _ in range(6):
        inner = archives.zipped({"deeper.zip": inner})
    path = tmp_path / "a.zip"
    path.write_bytes(inner)

    assert outcome(path) == ["! can't be unpacked: packed more than 3 times"]


def test_a_member_that_climbs_out_is_only_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / "a.zip"
    path.write_bytes(archives.zipped({"../../out.txt": b"The union will send troops."}))

    (record,) = records(find([str(path)]).sources[0], ReadOptions())

    assert record.source == f"{path}!../../out.txt"
    assert record.parse().text == "The union will send troops."
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.zip", "in"]


def test_a_member_under_a_password_is_told(tmp_path: Path) -> None:
    out = bytearray(archives.zipped({"a.txt": b"secret"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        out[out.index(mark) + offset] |= 1  # the flag bit that says: encrypted
    path = tmp_path / "a.zip"
    path.write_bytes(bytes(out))

    assert "password" in outcome(path)[0]


def test_links_that_loop_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The union will send troops.", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / ".hidden.txt").write_text("x", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.txt")

    assert [source.name for source in find([str(tmp_path)]).sources] == [f"{tmp_path}/a.txt"]


def test_folders_globs_and_files_are_listed_once_and_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.jsonl", "notes.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")

    found = find([str(tmp_path / "*.jsonl"), str(tmp_path)])

    assert [Path(s.name).name for s in found.sources] == ["c.jsonl", "a.txt", "b.txt"]
    assert [Path(name).name for name in found.passed_over] == ["notes.md"]
    assert find([str(tmp_path)], exclude=[tmp_path]).sources == ()


def test_an_input_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="no such file"):
        find([str(tmp_path / "none.jsonl")])
    with pytest.raises(NothingToRead, match="no such file"):
        find(["memory://nowhere/none.jsonl"])


def test_a_file_with_an_unknown_ending_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.dat"
    path.write_text("x", encoding="utf-8")

    with pytest.raises(UnknownFormat, match="give --format"):
        find([str(path)])


def test_remote_storage_is_read_by_url_folder_and_glob(tmp_path: Path) -> None:
    data = archives.jsonl(archives.articles(2))
    memory = fsspec.filesystem("memory")
    memory.pipe("/bucket/news/a.jsonl", data)
    memory.pipe("/bucket/news/b.zip", archives.zipped({"b.jsonl": data}))
    (tmp_path / "c.jsonl").write_bytes(data)

    for given, count in (
        ("memory://bucket/news/a.jsonl", 2),
        ("memory://bucket/news", 4),
        ("memory://bucket/news/*.zip", 2),
        (f"file://{tmp_path}/c.jsonl", 2),
    ):
        sources = find([given]).sources
        parsed = [r.parse() for s in sources for r in records(s, ReadOptions())]
        assert parsed == archives.articles(2) * (count // 2)
        assert all(source.size > 0 for source in sources)


def test_storage_that_cannot_be_reached_is_told() -> None:
    fsspec.register_implementation("lake", "no_such_package.Lake", errtxt="Install lakefs")
    with pytest.raises(MissingExtra, match="Install lakefs"):
        find(["lake://bucket/a.jsonl"])
    with pytest.raises(CannotReach, match="nosuch"):
        find(["nosuch://bucket/a.jsonl"])
    with pytest.raises(NothingToRead):
        find(["memory://nowhere/a.jsonl"])


def test_a_zip_in_a_stream_that_cannot_seek_is_read(tmp_path: Path) -> None:
    packed = gzip.compress(archives.zipped({"a.jsonl": archives.jsonl(archives.articles(1))}))
    path = tmp_path / "a.zip.gz"
    path.write_bytes(packed)

    (record,) = records(Source(str(path), str(path)), ReadOptions())

    assert record.parse() == archives.article(0)


def test_a_source_that_vanished_is_an_error_of_the_run_not_of_a_document(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(records(Source("x", str(tmp_path / "gone.jsonl")), ReadOptions()))


def test_a_giant_page_in_a_web_archive_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(archives.warc(archives.articles(1, n_sentences=60), packed=False))

    assert outcome(path) == ["! longer than 1,000 bytes"]


def test_standard_input_is_a_source_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = BytesIO(archives.jsonl(archives.articles(2)))

    monkeypatch.setattr(sys, "stdin", Stdin())
    (source,) = find(["-"], format="jsonl").sources

    read = [r.parse() for r in records(source, ReadOptions(format="jsonl"))]

    assert read == archives.articles(2)


def test_unreadable_records_carry_their_reason() -> None:
    assert UnreadableRecord("too odd").reason == "too odd"
