"""`stancewire export`, from files to files."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from labels.errors import InvalidDocument
from labels.exchange.tools import Tool, read_tasks
from service.archive.storage import StorageFailed
from service.cli import app
from service.exports.choices import Format, NetworkOptions, Options, Selection
from service.exports.formats import UnknownFormat, export
from service.exports.source import Articles, NoSuchSource, read_tagged
from service.exports.statements import InvalidTagged
from tests.service.exports.samples import press, said, tagged, write


def run(*words: object) -> None:
    app(["export", *map(str, words)], standalone_mode=False)


def test_a_run_folder_stands_for_its_parts(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    write(folder / "part-00001.jsonl", press()[2])
    with gzip.open(folder / "part-00000.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(press()[0]) + "\n\n")
    (folder / "errors.jsonl").write_text("{}\n")
    (folder / "journal.jsonl").write_text("{}\n")
    (folder / "skipped.jsonl").write_text("{}\n")
    (folder / ".work.jsonl").write_text("{}\n")

    assert [one["id"] for one in read_tagged([folder])] == ["d1", "d3"]


def test_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO(json.dumps(press()[0]).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))

    run("-", "-o", tmp_path / "x.csv")

    assert (tmp_path / "x.csv").read_text().count("\n") == 3
    assert not raw.closed


@pytest.mark.parametrize(
    ("line", "reason"),
    [("{", r"x\.jsonl:2: not JSON"), ("[]", r"x\.jsonl:2: not a tagged document")],
)
def test_a_broken_line_is_named_and_nothing_is_written(
    tmp_path: Path, line: str, reason: str
) -> None:
    path = write(tmp_path / "x.jsonl", press()[0])
    path.write_text(path.read_text() + line)

    with pytest.raises(InvalidTagged, match=reason):
        run(path, "-o", tmp_path / "x.csv")

    assert [entry.name for entry in tmp_path.iterdir()] == ["x.jsonl"]


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSuchSource, match="no such file"):
        run(tmp_path / "x.jsonl", "-o", tmp_path / "x.csv")
    with pytest.raises(NoSuchSource, match=r"no \*\.jsonl file"):
        run(tmp_path, "-o", tmp_path / "x.csv")


def test_a_run_that_is_not_at_its_end_is_not_exported_in_part(tmp_path: Path) -> None:
    write(tmp_path / "part-00000.jsonl", press()[0])
    (tmp_path / ".work").mkdir()

    with pytest.raises(NoSuchSource, match="not tagged to its end"):
        run(tmp_path, "-o", tmp_path / "x.csv")


def test_a_file_that_cannot_be_replaced_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", press()[0])
    (tmp_path / "x.csv").mkdir()

    with pytest.raises(StorageFailed, match="nothing is written"):
        run(path, "-o", tmp_path / "x.csv")


def test_a_folder_that_is_not_there_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(NoSuchSource, match="no such folder to write to"):
        run("-", "-o", tmp_path / "new" / "x.csv")


def test_an_ending_that_says_nothing_asks_for_a_format(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", press()[0])

    with pytest.raises(UnknownFormat, match="add --format, one of csv, parquet"):
        run(path, "-o", tmp_path / "x.json")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), ["d1", "d1", "d2", "d2", "d3", "d3", "d4"]),
        (Selection(neutral=True), ["d1"] * 3 + ["d2"] * 3 + ["d3", "d3", "d4"]),
        (Selection(min_confidence=0.81), []),
    ],
)
def test_sentences_are_chosen(tmp_path: Path, selection: Selection, expected: list[str]) -> None:
    path = write(tmp_path / "x.jsonl", *press())

    export([path], tmp_path / "y.jsonl", Format.JSONL, Options(selection=selection))

    lines = (tmp_path / "y.jsonl").read_text().splitlines()
    assert [json.loads(line)["document_id"] for line in lines] == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--since", "2026-01-06"], ["d2", "d2", "d3", "d3"]),
        (["--until", "2026-01-06"], ["d1", "d1", "d2", "d2"]),
        (["--since", "2026-03-11", "--until", "2026-03-11"], ["d3", "d3"]),
    ],
)
def test_days_are_chosen_in_utc_and_undated_articles_have_none(
    tmp_path: Path, words: list[str], expected: list[str]
) -> None:
    path = write(tmp_path / "x.jsonl", *press())

    run(path, "-o", tmp_path / "y.jsonl", *words)

    lines = (tmp_path / "y.jsonl").read_text().splitlines()
    assert [json.loads(line)["document_id"] for line in lines] == expected


def test_articles_come_from_their_file_then_from_the_tags_then_from_sentences(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a.jsonl", {"id": "1", "text": "From the file.", "title": "T"})
    articles = Articles([path])

    texts = [
        articles.find(tagged("1", said("favor", "A"), text="From the tags.")).text,
        articles.find(tagged("2", said("favor", "A"), text="From the tags.")).text,
        articles.find(tagged("3", said("favor", "A"))).text,
    ]

    articles.close()
    assert texts == ["From the file.", "From the tags.", "A said favor."]


def test_a_broken_article_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", {"id": "1"})

    with pytest.raises(InvalidDocument, match=r"a\.jsonl:1: text"):
        Articles([path])


@pytest.mark.parametrize(
    ("form", "tool"),
    [
        (Format.LABEL_STUDIO, Tool.LABEL_STUDIO),
        (Format.DOCCANO, Tool.DOCCANO),
        (Format.PRODIGY, Tool.PRODIGY),
        (Format.CODING_SHEET, Tool.CSV),
    ],
)
def test_tasks_hold_every_sentence_of_every_document(
    tmp_path: Path, form: Format, tool: Tool
) -> None:
    path = write(tmp_path / "x.jsonl", *press())

    report = export([path], tmp_path / "tasks", form)

    found = list(read_tasks(tmp_path / "tasks", tool))
    assert report.told.startswith("4 documents")
    assert [len(task.codings or task.suggestions) for task in found] == [3, 3, 2, 1]


def test_rare_speakers_can_be_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", *press())
    options = Options(network=NetworkOptions(min_ties=3))

    report = export([path], tmp_path / "x.graphml", Format.GRAPHML, options)

    assert report.told == "3 nodes, 2 edges from 3 ties"


def test_windows_make_a_file_each(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", *press())

    run(path, "-o", tmp_path / "net.dl", "--window", "month", "--network", "congruence")

    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "net.2026-01-01_2026-01-31.dl",
        "net.2026-02-01_2026-02-28.dl",
        "net.2026-03-01_2026-03-31.dl",
        "x.jsonl",
    ]


def test_the_dna_report_counts_undated_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "x.jsonl", *press())

    run(path, "-o", tmp_path / "x.dna", "--password", "secret")

    assert capsys.readouterr().err == "9 statements in 4 documents (1 without a date)\n"
