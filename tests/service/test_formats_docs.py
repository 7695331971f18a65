"""docs/formats.md tells no command that doesn't run, and no column that isn't there."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from service.cli import app
from service.exports.choices import Format
from service.exports.formats import format_of
from service.exports.source import read_tagged
from service.exports.statements import columns
from tests.service.exports.samples import press, write

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"
TEXT = DOCS.read_text(encoding="utf-8")
COMMANDS = re.findall(r"`(stancewire export [^`]+)`", TEXT)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_runs_and_writes_its_file(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "tagged.jsonl", *press())
    articles = [
        {"id": raw["id"], "text": " ".join(one["text"] for one in raw["sentences"])}
        for raw in read_tagged([tmp_path / "tagged.jsonl"])
    ]
    write(tmp_path / "articles.jsonl", *articles)

    app(shlex.split(command)[1:], standalone_mode=False)

    written = capsys.readouterr().out.split()
    assert written
    assert all((tmp_path / name).stat().st_size > 0 for name in written)


def test_every_format_has_a_command() -> None:
    shown = set()
    for command in COMMANDS:
        words = shlex.split(command)
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
    command = get_command(app).commands["export"]  # type: ignore[attr-defined]
    known = {name for option in command.params for name in option.opts}

    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", TEXT))

    assert told <= known
    assert known - told == {"tagged", "--output", "-o", "-f"}
