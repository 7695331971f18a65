"""`stancewire tag` from the outside: pipes, files, folders, exit codes, what it says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from model.manifest import Provenance
from model.tagger import Tagger
from service.archive.layout import NotAnOutput
from service.archive.run import OutputTaken
from service.cli import app
from service.readers.encoding import UnknownEncoding
from service.readers.fields import UnknownColumn
from tests import archives
from training.registry import Registry


def run(home: Path, *arguments: str, stdin: bytes | None = None) -> Any:
    return CliRunner().invoke(app, ["tag", "--home", str(home), *arguments], input=stdin)


def ids(text: str) -> list[str]:
    return [json.loads(line)["id"] for line in text.splitlines()]


def test_lines_come_in_and_tagged_lines_go_out(home: Path) -> None:
    result = run(home, "-", stdin=archives.jsonl(archives.articles(3)))

    assert result.exit_code == 0
    assert ids(result.stdout) == ["a000000", "a000001", "a000002"]


def test_a_bad_line_is_told_and_the_others_tagged_with_exit_code_1(home: Path) -> None:
    russian = json.dumps({"text": "Правительство не может быть и не будет. " * 5})
    lines = b"nonsense\n" + archives.jsonl(archives.articles(1)) + russian.encode() + b"\n"

    result = run(home, "-", stdin=lines)

    assert result.exit_code == 1
    assert ids(result.stdout) == ["a000000"]
    assert "- line 1: not JSON" in result.stderr
    assert "- line 3: skipped, not English" in result.stderr


def test_a_pipe_goes_into_a_file_only_as_a_whole(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"

    result = run(home, "-", "-o", str(out), stdin=archives.jsonl(archives.articles(2)))

    assert result.exit_code == 0
    assert ids(out.read_text("utf-8")) == ["a000000", "a000001"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_pipe_does_not_go_into_a_folder(home: Path, tmp_path: Path) -> None:
    result = run(home, "-", "-o", str(tmp_path), stdin=b"")

    assert isinstance(result.exception, OutputTaken)


def test_a_pipe_goes_into_no_file_of_another_kind(home: Path, tmp_path: Path) -> None:
    result = run(home, "-", "-o", str(tmp_path / "out.csv"), stdin=b"")

    assert isinstance(result.exception, NotAnOutput)
    assert not list(tmp_path.iterdir())


def test_an_encoding_that_nobody_knows_is_refused_for_a_pipe_too(home: Path) -> None:
    result = run(home, "-", "--encoding", "klingon", stdin=b"{}")

    assert isinstance(result.exception, UnknownEncoding)


def test_who_stops_a_run_is_told_that_it_goes_on(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_bytes(archives.jsonl(archives.articles(2)))

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("service.archive.local.in_process", stopped)

    result = run(home, str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out"), "-j", "1")

    assert result.exit_code == 130
    assert "stopped; what is tagged is kept, the same command goes on" in result.stderr


def test_a_table_is_tagged_to_standard_output(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "a.txt"
    table.write_text("nr,story\n7,The union will send troops.\n", encoding="utf-8")

    result = run(
        home, str(table), "--format", "csv", "--column", "text=story", "--column", "id=nr",
        "--set", "publisher=Courier", "--with-text",
    )  # fmt: skip

    (tagged,) = map(json.loads, result.stdout.splitlines())
    assert tagged["id"] == "7"
    assert tagged["document"]["publisher"] == "Courier"
    assert tagged["document"]["text"] == "The union will send troops."


def test_a_folder_becomes_parts_with_a_summary(home: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    archives.mixed(source, 16)
    (source / "notes.md").write_text("x", encoding="utf-8")
    (source / "bad.jsonl").write_bytes(b"x\n" + archives.jsonl([archives.article(0)] * 2))

    first = run(home, str(source), "-o", str(out), "-j", "1")
    again = run(home, str(source), "-o", str(out), "-j", "1")

    assert (first.exit_code, again.exit_code) == (1, 1)
    told = first.stderr
    assert "18 documents tagged with" in told
    assert "1 groups of copies" in told
    assert "1 could not be read" in told
    assert "the first of them: " in told
    assert "bad.jsonl line 1: not JSON" in told
    assert "1 files of no known format" in told
    assert "finished before" in again.stderr


def test_what_was_begun_with_a_version_goes_on_with_it_and_says_so(
    tagger: Tagger, tmp_path: Path
) -> None:
    registry = Registry(tmp_path / "home")
    ids = []
    for day in (1, 2):
        made_from = Provenance(
            created=datetime(2026, 1, day, tzinfo=UTC), data_sha256="0", n_documents=1,
            n_sentences=1, seed=0,
        )  # fmt: skip
        ids.append(registry.add(tagger, made_from, who="tests", why="two").id)
    source, out = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(archives.jsonl(archives.articles(2)))
    arguments = [str(source), "-o", str(out), "-j", "1"]

    run(tmp_path / "home", *arguments, "--version", ids[0])
    unserved = run(tmp_path / "home", *arguments)
    registry.promote(ids[1], who="tests", why="two")
    going_on = run(tmp_path / "home", *arguments)
    before = out.read_text("utf-8")
    retagged = run(tmp_path / "home", *arguments, "--retag")

    assert unserved.exit_code == 0
    assert f"begun with {ids[0]}; {ids[1]} serves now" in going_on.stderr
    assert going_on.exit_code == retagged.exit_code == 0
    assert ids[0] in before
    assert ids[1] in out.read_text("utf-8")


def test_skipped_articles_are_counted(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Правительство не может быть и не будет. " * 5, "utf-8")

    result = run(home, str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "-j", "1")

    assert result.exit_code == 0
    assert "1 skipped, not English" in result.stderr


def test_a_mapping_that_cannot_be_read_is_refused(home: Path) -> None:
    result = run(home, "-", "--column", "nonsense")

    assert isinstance(result.exception, UnknownColumn)


@pytest.mark.journey
def test_two_processes_give_the_bytes_of_one(home: Path, tmp_path: Path) -> None:
    archives.mixed(tmp_path / "in", 60)
    for processes in ("1", "2"):
        out = str(tmp_path / processes)
        run(home, str(tmp_path / "in"), "-o", out, "-j", processes, "--commit-every", "5")

    parts = [(tmp_path / n / "part-000000.jsonl").read_bytes() for n in ("1", "2")]
    assert parts[0] == parts[1]
    assert parts[0].count(b"\n") == 60
