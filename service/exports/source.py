"""Where exports read from: tagged documents in files and run folders, and the articles beside them."""

import gzip
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any

import orjson

from labels.document import Document
from labels.errors import InvalidDocument, StancewireError
from labels.exchange.task import suggest
from service.archive.layout import WORK
from service.exports.statements import InvalidTagged


class NoSuchSource(StancewireError):
    """A file or folder that isn't there, or holds nothing to read.

    Attributes:
        path: as it was given.
    """

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(f"{path}: {reason}")


def files(paths: Iterable[Path]) -> list[Path]:
    """Return the JSON Lines files that the paths stand for; `-` is standard input.

    A folder (as `stancewire tag` writes it) stands for its `*.jsonl` and `*.jsonl.gz` files in the
    order of their names, without `errors.jsonl`, `skipped.jsonl`, journals and hidden files.

    Raises:
        NoSuchSource: a path isn't there, or a folder holds no such file or an unfinished run.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            if (path / WORK).exists():
                raise NoSuchSource(path, "not tagged to its end; the same `tag` command goes on")
            inside = [
                file
                for pattern in ("*.jsonl", "*.jsonl.gz")
                for file in path.glob(pattern)
                if not file.name.startswith((".", "errors.", "journal", "skipped."))
            ]
            if not inside:
                raise NoSuchSource(path, "no *.jsonl file in this folder")
            found += sorted(inside)
        elif str(path) == "-" or path.exists():
            found.append(path)
        else:
            raise NoSuchSource(path, "no such file or folder")
    return found


def read_tagged(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield tagged documents, one by one: memory holds a line at a time.

    Raises:
        NoSuchSource: see `files`.
        InvalidTagged: a line isn't a JSON object; the text names file and line.
    """
    for source, line in _lines(paths):
        try:
            raw = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise InvalidTagged(f"not JSON: {error}", source=source) from error
        if not isinstance(raw, dict) or not isinstance(raw.get("sentences"), list):
            raise InvalidTagged("not a tagged document: no list of sentences", source=source)
        yield raw


class Articles:
    """Documents by id, on disk and not in memory: a table of SQLite's that vanishes on closing."""

    def __init__(self, paths: Sequence[Path] = ()) -> None:
        self._rows = sqlite3.connect("")
        self._rows.execute("CREATE TABLE article (id TEXT PRIMARY KEY, line BLOB) WITHOUT ROWID")
        self._rows.executemany("INSERT OR IGNORE INTO article VALUES (?, ?)", _articles(paths))

    def find(self, tagged: dict[str, Any]) -> Document:
        """Return a tagged document's article.

        Taken from the files given; else from the tagged object, where it carries the text; else
        the sentences' own text stands in, each at its place.
        """
        row = self._rows.execute(
            "SELECT line FROM article WHERE id = ?", (str(tagged["id"]),)
        ).fetchone()
        if row is not None:
            return Document.from_json(orjson.loads(row[0]))
        source = tagged.get("document") or {}
        if isinstance(source.get("text"), str):
            known = {key: value for key, value in source.items() if value}
            return Document.from_json({**known, "id": tagged["id"]})
        return suggest(tagged).document

    def close(self) -> None:
        """Give the disk space back."""
        self._rows.close()


def _articles(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for source, line in _lines(paths):
        try:
            document = Document.from_json(orjson.loads(line))
        except (orjson.JSONDecodeError, InvalidDocument) as error:
            raise InvalidDocument(f"{source}: {error}") from error
        yield document.id, line


def _lines(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for path in files(paths):
        with _open(path) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"{path}:{number}", line


def _open(path: Path) -> AbstractContextManager[IO[bytes] | gzip.GzipFile]:
    if str(path) == "-":
        return nullcontext(sys.stdin.buffer)  # not ours to close
    if path.suffix == ".gz":
        return gzip.open(path, "rb")
    return path.open("rb")
