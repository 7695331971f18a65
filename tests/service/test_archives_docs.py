"""docs/archives.md tells no command that doesn't run."""

import io
import json
import re
import shlex
import sys
from pathlib import Path

import fsspec
import pytest

from service.cli import app
from service.exports.source import files
from service.readers.formats import ENDINGS
from tests import archives

TEXT = (Path(__file__).parents[2] / "docs" / "archives.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"`(stancewire tag [^`]*-o [^`]+)`", TEXT)


def prepare(folder: Path) -> None:
    documents = archives.articles(2)
    lines = [line for d in documents for line in archives.nexis_lines(d)]
    names = {"id": "nr", "text": "BODY", "published": "day"}
    written: dict[str, bytes] = {
        "articles.jsonl": archives.jsonl(documents),
        "table.csv": archives.csv_table(documents, names).encode(),
        "table.parquet": archives.parquet(documents),
        "texts/Courier_2024-03-05_1.txt": documents[0].text.encode(),
        "texts/Courier_2024-03-06_2.txt": documents[1].text.encode(),
        "pages/1.html": archives.page(documents[0]).encode(),
        "pages/2.html": archives.page(documents[1]).encode(),
        "feed.rss": archives.rss(documents).encode(),
        "crawl.warc.gz": archives.warc(documents),
        "nexis.docx": archives.docx(lines),
        "factiva.html": archives.factiva_page(documents[:1]).encode(),
        "factiva.rtf": archives.factiva_rtf(documents[1:]),
        "packed.zip": archives.zipped({"in/a.jsonl": archives.jsonl(documents)}),
    }
    for name, data in written.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    memory = fsspec.filesystem("memory")
    memory.store.clear()  # it is one for the whole process, and other tests leave files in it
    memory.pipe("/bucket/news/a.jsonl", archives.jsonl(documents))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_tags_every_article(
    command: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stdin:
        buffer = io.BytesIO(archives.jsonl(archives.articles(2)))

    prepare(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", Stdin())
    arguments = shlex.split(command)[1:]

    app([*arguments, "--home", str(home), "-j", "1"], standalone_mode=False)

    out = Path(arguments[arguments.index("-o") + 1])
    tagged = [
        json.loads(line) for file in files([out]) for line in file.read_text("utf-8").splitlines()
    ]
    assert len(tagged) == (6 if out.suffix != ".jsonl" else 2)
    sentences = sorted({line["sentences"][0]["text"] for line in tagged})
    assert sentences == sorted(d.text.split(" shows.")[0] + " shows." for d in archives.articles(2))


def test_every_ending_is_told() -> None:
    told = set(re.findall(r"`(\.\w+)`", TEXT))

    assert set(ENDINGS) | {".gz", ".zip"} <= told
