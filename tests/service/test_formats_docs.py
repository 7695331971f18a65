"""docs/formats.md tells no command that doesn't run, and no column that isn't there."""

import gzip
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.main import get_command

from labels.exchange.task import SentenceCoding, Task
from labels.exchange.tools import Tool, write_tasks
from service.cli import app
from service.exports.choices import Format
from service.exports.formats import format_of
from service.exports.source import read_tagged
from service.exports.statements import columns
from service.readers.formats import READERS, format_of as format_of_input
from tests import archives
from tests.builders import coded
from tests.service.exports.samples import press, write

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"
TEXT = DOCS.read_text(encoding="utf-8")
COMMANDS = re.findall(r"`(stancewire (?:tag|export|labels) [^`]+ [^`]+)`", TEXT)
CODED = coded(
    """
    [favor|foreign_government|Paris|FRA] Paris will send 900 men to the port.
    [none|author|-|-] Nobody in the capital had asked for them.
    """
)


def sample(folder: Path) -> None:
    """The files that the commands name."""
    write(folder / "tagged.jsonl", *press())
    (folder / "archive").mkdir()
    (folder / "texts").mkdir()
    documents = archives.articles(2)
    first = documents[0]
    files: dict[str, bytes | str] = {
        "articles.csv": archives.csv_table(documents, archives.COLUMNS),
        "articles.parquet": archives.parquet(documents),
        "articles.jsonl.gz": gzip.compress(archives.jsonl(documents)),
        "texts/Post_2026-01-05_a.txt": first.text,
        "page.html": archives.page(first),
        "feed.xml": archives.rss(documents),
        "crawl.warc.gz": archives.warc(documents),
        "nexis.docx": archives.docx(archives.nexis_lines(first)),
        "factiva.html": archives.factiva_page(documents),
        "factiva.rtf": archives.factiva_rtf(documents),
        "archive.zip": archives.zipped({"page.html": archives.page(first).encode()}),
        "archive/articles.jsonl": archives.jsonl(documents),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    told = (
        {"id": raw["id"], "text": " ".join(one["text"] for one in raw["sentences"])}
        for raw in read_tagged([folder / "tagged.jsonl"])
    )
    write(folder / "articles.jsonl", *told)
    said = tuple(
        SentenceCoding(place.start, place.end, coding, "ana", "2026-01-05T10:00:00+00:00")
        for place, coding in zip(CODED.sentences, CODED.codings, strict=True)
    )
    for name, tool in {
        "coded.json": Tool.LABEL_STUDIO,
        "coded-doccano.jsonl": Tool.DOCCANO,
        "coded-prodigy.jsonl": Tool.PRODIGY,
        "coded-sheet.csv": Tool.CSV,
    }.items():
        write_tasks([Task(CODED.document, said)], folder / name, tool)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_runs_and_gives_something(
    command: str,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    sample(tmp_path)
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command.partition(" > ")[0])[1:]
    workspace = home
    if words[0] == "labels":  # which writes into it
        workspace = shutil.copytree(home, tmp_path / "home")
    monkeypatch.setenv("STANCEWIRE_HOME", str(workspace))

    app(words, standalone_mode=False)

    printed = capsysbinary.readouterr().out
    match words[0]:
        case "export":
            assert all(Path(name).stat().st_size > 0 for name in printed.decode().split())
        case "labels":
            assert printed.startswith(b"2 judgements kept")
        case "tag":
            assert [json.loads(line)["sentences"] for line in printed.splitlines()]


def test_every_format_that_is_read_has_a_command() -> None:
    shown = set()
    for command in COMMANDS:
        if command.startswith("stancewire tag"):
            words = shlex.split(command.partition(" > ")[0])[2:]
            shown |= {format_of_input(word) for word in words if "." in word}

    # Known by its first bytes, by another separator, and by the folder in the table.
    assert {*READERS} - {"factiva", "tsv", "text"} <= shown


def test_every_format_has_a_command() -> None:
    shown = set()
    for command in COMMANDS:
        words = shlex.split(command)
        if words[1] != "export":
            continue
        if "--format" in words:
            shown.add(Format(words[words.index("--format") + 1]))
        else:
            shown.add(format_of(Path(words[words.index("-o") + 1])))

    assert shown == set(Format)


def test_the_columns_are_those_of_the_code() -> None:
    expected = [f"| `{column.name}` | {column.kind} | {column.meaning} |" for column in columns()]

    start = TEXT.index("| column | kind | meaning |")
    table = TEXT[start : TEXT.index("\n\n", start)].splitlines()[2:]

    assert table == expected


def test_every_option_that_is_told_exists() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    known = {
        name: {word for option in command.params for word in option.opts}
        for name, command in {
            "export": commands["export"],
            "tag": commands["tag"],
            "labels": commands["labels"].commands["import"],
        }.items()
    }

    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", TEXT))

    assert told <= set().union(*known.values())
    assert known["export"] - told == {"tagged", "--output", "-o", "-f"}
