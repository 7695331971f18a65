"""A run over an archive: what it writes, how it goes on, what it refuses."""

import gzip
import json
import os
import resource
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from model.manifest import Provenance
from model.tagger import Tagger
from service.archive import run as archive_run
from service.archive.job import Job
from service.archive.journal import Journal
from service.archive.layout import Layout, NotAnOutput
from service.archive.local import Done, in_process
from service.archive.pieces import Counts
from service.archive.plan import Task
from service.archive.run import (
    Busy,
    ChangedCommand,
    OutputTaken,
    Run,
)
from service.archive.state import begun_version
from service.archive.storage import StorageFailed, StorageFull, telling
from service.archive.watch import Progress
from service.readers.encoding import UnknownEncoding
from service.readers.fields import UnknownColumn
from service.readers.formats import UnknownFormat
from service.readers.record import ReadOptions
from service.readers.sources import NothingToRead
from tests import archives
from training.registry import Registry

NOW = datetime(2026, 3, 4, tzinfo=UTC)


class Stopped(Exception):
    """Stands for a kill at a chosen moment."""


class Clock:
    """Tells always the same time, and stops the run when it is asked for the n-th time."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.asked = 0
        self._stop_at = stop_at

    def __call__(self) -> datetime:
        self.asked += 1
        if self.asked == self._stop_at:
            raise Stopped
        return NOW


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of 24 articles in eight formats, two of them copies, two bad lines, one Russian."""
    folder = tmp_path / "in"
    archives.mixed(folder, 24)
    copied = replace(archives.article(1), id="copy", publisher="Harbour Post")
    russian = "Правительство заявило, что войска из-за границы не должны быть в этой области. " * 3
    lines = archives.jsonl([copied]) + b"nonsense\n" + json.dumps({"text": russian}).encode()
    (folder / "h.jsonl").write_bytes(lines + b'\n{"id": "empty", "text": " "}\n')
    return folder


@pytest.fixture
def job(source: Path, home: Path) -> Job:
    version = Registry(home).current_id()
    return Job((str(source),), version, str(home), commit_every=4)


def output(folder: Path) -> dict[str, bytes]:
    """All bytes of an output that aren't the run's own."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.name not in {"journal.jsonl", ".lock"}
    }


def tagged(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(folder.glob("part-*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def go(job: Job, out: Path, **options: Any) -> archive_run.Summary:
    retag = options.pop("retag", False)
    return Run(job, out, clock=options.pop("clock", Clock()), **options)(in_process, retag=retag)


def test_every_article_is_tagged_once_and_what_is_not_is_told(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"

    summary = go(job, out)

    assert summary.counts == Counts(documents=25, errors=2, skipped=1)
    documents = tagged(out)
    titles = sorted(d["document"].get("title", d["id"]) for d in documents)
    assert len(documents) == 25
    assert len(set(titles)) == 24
    errors = [json.loads(line) for line in (out / "errors.jsonl").read_text("utf-8").splitlines()]
    assert [(Path(e["source"]).name, e["position"]) for e in errors] == [
        ("h.jsonl", "line 2"), ("h.jsonl", "line 4"),
    ]  # fmt: skip
    assert errors[0]["reason"].startswith("not JSON")
    (skipped,) = (out / "skipped.jsonl").read_text("utf-8").splitlines()
    assert json.loads(skipped)["language"] == "ru"
    assert not (out / ".work").exists()


def test_tags_are_those_of_the_tagger(job: Job, tmp_path: Path, tagger: Tagger) -> None:
    go(job, tmp_path / "out")

    by_id = {d["id"]: d for d in tagged(tmp_path / "out")}

    (expected,) = tagger.tag([archives.article(0)])
    assert by_id["a000000"]["sentences"] == expected.to_json()["sentences"]
    assert by_id["a000000"]["document"]["position"] == "line 1"


def test_copies_across_formats_are_one_group(job: Job, tmp_path: Path) -> None:
    summary = go(job, tmp_path / "out")

    groups = {d["id"]: d["document"].get("duplicate_group") for d in tagged(tmp_path / "out")}
    assert summary.n_groups == 1
    assert groups["copy"] == groups["a000001"] is not None
    assert [id for id, group in groups.items() if group] == ["a000001", "copy"]


def test_copies_need_not_be_looked_for_and_any_language_can_be_tagged(
    job: Job, tmp_path: Path
) -> None:
    summary = go(replace(job, copies=False, any_language=True, with_text=True), tmp_path / "out")

    documents = tagged(tmp_path / "out")
    assert (summary.n_groups, summary.counts.skipped) == (0, 0)
    assert {d["document"]["language"] for d in documents} == {"en", "ru"}
    assert all(d["document"]["text"] for d in documents)


def test_one_file_holds_the_same_lines_as_all_parts(job: Job, tmp_path: Path) -> None:
    go(job, tmp_path / "out")
    go(job, tmp_path / "one.jsonl")

    parts = b"".join(data for name, data in output(tmp_path / "out").items() if "part" in name)
    assert (tmp_path / "one.jsonl").read_bytes() == parts
    assert sorted(p.name for p in (tmp_path / "one.jsonl.run").iterdir()) == [
        ".lock", "errors.jsonl", "journal.jsonl", "skipped.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["out", "out.jsonl"])
def test_stopped_before_any_line_of_the_journal_a_run_goes_on_to_the_same_bytes(
    name: str, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.archive.plan.SHARD_BYTES", 4000)
    whole = tmp_path / "whole" / name
    clock = Clock()
    go(job, whole, clock=clock)
    stopped = tmp_path / "stopped" / name

    for moment in range(1, clock.asked + 1):
        with pytest.raises(Stopped):
            go(job, stopped, clock=Clock(stop_at=min(moment, 2) if moment > 1 else 1))
    go(job, stopped)

    assert clock.asked > 6
    folder = Layout.of(stopped).folder
    assert output(folder) == output(Layout.of(whole).folder)
    if name == "out.jsonl":
        assert stopped.read_bytes() == whole.read_bytes()


def test_stopped_between_pieces_only_what_is_missing_is_made(job: Job, tmp_path: Path) -> None:
    go(job, tmp_path / "whole")
    made: list[int] = []

    def stopping(tasks: Iterator[Task]) -> Iterator[Done | None]:
        for n, done in enumerate(in_process(tasks)):
            if n == 4:
                raise Stopped
            yield done

    out = tmp_path / "out"
    with pytest.raises(Stopped):
        Run(job, out)(stopping)
    times = {p.name: p.stat().st_mtime_ns for p in out.glob(".work/000000/*.piece")}
    made.append(len(times))

    def looking(tasks: Iterator[Task]) -> Iterator[Done | None]:
        yield from in_process(tasks)
        now = {p.name: p.stat().st_mtime_ns for p in out.glob(".work/000000/*.piece")}
        assert now.items() >= times.items()
        made.append(len(now))

    Run(job, out)(looking)

    assert 0 < made[0] < made[1]
    assert output(out) == output(tmp_path / "whole")


def test_a_torn_journal_and_half_written_files_are_mended(job: Job, tmp_path: Path) -> None:
    go(job, tmp_path / "whole")
    out = tmp_path / "out"
    with pytest.raises(Stopped):
        go(job, out, clock=Clock(stop_at=3))
    with (out / "journal.jsonl").open("ab") as file:
        file.write(b'{"event": "end", "at')
    (out / ".work" / "000000" / "000000.piece.abcd.unfinished").write_bytes(b"half")
    (out / "part-000000.jsonl.abcd.unfinished").write_bytes(b"half")

    go(job, out)

    assert output(out) == output(tmp_path / "whole")
    assert [e["event"] for e in Journal(out / "journal.jsonl").events()] == [
        "begin", "shard", "copies", "part", "end",
    ]  # fmt: skip


def test_a_finished_command_does_nothing_again(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = go(job, out)
    before = output(out)

    def refusing(tasks: Iterator[Task]) -> Iterator[Done | None]:
        raise AssertionError("nothing is left to do")
        yield

    again = Run(job, out)(refusing)

    assert again == replace(first, was_finished=True)
    assert output(out) == before
    assert begun_version(out) == job.version


def test_a_changed_command_is_refused_and_says_what_changed(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(job, out)

    for other, told in (
        (replace(job, any_language=True), "any_language"),
        (replace(job, options=replace(job.options, encoding="cp1252")), "encoding"),
        (replace(job, version="2026-01-01-aaaaaa"), f"version '{job.version}' -> "),
        (replace(job, inputs=(*job.inputs, *job.inputs)), "inputs"),
    ):
        with pytest.raises(ChangedCommand, match=told):
            go(other, out)


def test_changed_sources_are_refused_and_tagged_anew_on_request(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(job, out)
    (tmp_path / "in" / "z.txt").write_text("The union will send observers.", encoding="utf-8")

    with pytest.raises(ChangedCommand, match=r"files themselves \(11 then, 12 now\)"):
        go(job, out)

    assert go(job, out, retag=True).counts.documents == 26
    assert [e["event"] for e in Journal(out / "journal.jsonl").events()].count("begin") == 1


def test_another_version_tags_anew_only_on_request(
    source: Path, tagger: Tagger, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    registry = Registry(home)
    versions = [
        registry.add(
            tagger,
            Provenance(
                created=datetime(2026, 1, day, tzinfo=UTC), data_sha256="0", n_documents=1,
                n_sentences=1, seed=0,
            ),
            who="tests",
            why="two versions",
        ).id
        for day in (1, 2)
    ]  # fmt: skip
    out = tmp_path / "out"
    go(Job((str(source),), versions[0], str(home)), out)
    newer = Job((str(source),), versions[1], str(home))

    with pytest.raises(ChangedCommand):
        go(newer, out)
    go(newer, out, retag=True)

    assert {d["model"] for d in tagged(out)} == {versions[1]}


def test_parts_of_a_longer_run_before_are_deleted(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr("service.archive.plan.SHARD_BYTES", 4000)
        go(job, out)
    assert len(list(out.glob("part-*.jsonl"))) > 2

    go(job, out, retag=True)

    assert [path.name for path in out.glob("part-*.jsonl")] == ["part-000000.jsonl"]


def test_an_output_that_lost_a_part_is_told(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(job, out)
    (out / "part-000000.jsonl").unlink()

    with pytest.raises(OutputTaken, match="--retag"):
        go(job, out)


def test_a_file_that_no_run_wrote_is_not_overwritten(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "mine.jsonl"
    out.write_text("precious", encoding="utf-8")

    with pytest.raises(OutputTaken, match="no run of stancewire wrote it"):
        go(job, out)

    assert out.read_text(encoding="utf-8") == "precious"


def test_two_runs_into_one_output_are_kept_apart(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def second(progress: Progress) -> None:
        with pytest.raises(Busy):
            go(job, out)

    go(job, out, on_progress=second)


def test_inputs_without_anything_to_read_are_refused(job: Job, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "a.md").write_text("x", encoding="utf-8")

    for folder in ("empty", "odd"):
        with pytest.raises(NothingToRead):
            go(replace(job, inputs=(str(tmp_path / folder),)), tmp_path / "out")


def test_the_output_inside_the_input_is_not_read(job: Job, source: Path) -> None:
    first = go(job, source / "out")

    assert go(job, source / "out") == replace(first, was_finished=True)


def test_an_archive_of_nothing_but_errors_is_finished_too(job: Job, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("nonsense\n", encoding="utf-8")

    summary = go(replace(job, inputs=(str(tmp_path / "bad.jsonl"),)), tmp_path / "out")

    assert summary.counts == Counts(errors=1)
    assert tagged(tmp_path / "out") == []


@pytest.mark.parametrize("most_bytes", [4_000, 10_000, 20_000])
def test_a_full_disk_stops_the_run_and_room_lets_it_go_on(
    most_bytes: int, job: Job, tmp_path: Path
) -> None:
    """No room for a piece, then none for what groups the copies, then none for a part."""
    job = replace(job, commit_every=1)
    go(job, tmp_path / "whole")
    out = tmp_path / "out"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        with pytest.raises(StorageFull, match="make room"):
            go(job, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    go(job, out)

    assert output(out) == output(tmp_path / "whole")


def test_an_output_folder_that_cannot_be_made_is_an_error_of_the_system(
    job: Job, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")

    with pytest.raises(StorageFailed, match="file"):
        go(job, tmp_path / "file" / "out")


def test_a_reader_of_a_pipe_that_left_is_not_told_of_storage(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), telling(tmp_path):
        raise BrokenPipeError


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl.gz", "out.json", "out.parquet", "o.ndjson"])
def test_an_output_named_like_another_kind_of_file_is_refused(
    name: str, job: Job, tmp_path: Path
) -> None:
    with pytest.raises(NotAnOutput, match="stancewire export"):
        go(job, tmp_path / name)

    assert not list(tmp_path.glob("o*"))


def test_the_input_is_never_the_output(job: Job, source: Path) -> None:
    one = source / "a.jsonl"

    for path in (one, source):
        with pytest.raises(OutputTaken, match="is the input, too"):
            go(replace(job, inputs=(str(path),)), path)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (ReadOptions(encoding="klingon"), UnknownEncoding),
        (ReadOptions(encoding="base64"), UnknownEncoding),
        (ReadOptions(format="xls"), UnknownFormat),
        (ReadOptions(name_pattern="{outlet}_{*}.txt"), UnknownColumn),
    ],
)
def test_options_that_cannot_be_met_are_refused_before_anything_is_written(
    options: ReadOptions, error: type[Exception], job: Job, tmp_path: Path
) -> None:
    with pytest.raises(error):
        go(replace(job, options=options), tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_progress_counts_up_to_the_end(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_run, "LOOK_S", 0.0)
    seen: list[Progress] = []

    go(job, tmp_path / "out", on_progress=seen.append)

    tagging = [p for p in seen if p.stage == "tagging"]
    assert [p.stage for p in seen[-2:]] == ["copies", "publishing"]
    assert len(tagging) > 3
    done = [p.bytes_done for p in tagging]
    assert done == sorted(done)
    assert seen[-1].bytes_done == seen[-1].bytes_total > 0
    assert seen[-1].counts.documents == 25


def test_packed_sources_give_the_same_tags(job: Job, tmp_path: Path) -> None:
    lines = archives.jsonl(archives.articles(6))
    (tmp_path / "a.jsonl").write_bytes(lines)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines))

    go(replace(job, inputs=(str(tmp_path / "a.jsonl"),)), tmp_path / "a")
    go(replace(job, inputs=(str(tmp_path / "b.jsonl.gz"),)), tmp_path / "b")

    a, b = tagged(tmp_path / "a"), tagged(tmp_path / "b")
    assert [d["sentences"] for d in a] == [d["sentences"] for d in b]


def test_a_lock_left_by_a_dead_process_is_free(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / ".lock").touch()

    assert go(job, out).counts.documents == 25
    assert os.access(out / ".lock", os.F_OK)
