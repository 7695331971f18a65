"""Files that are either the old ones or the new ones, never halves; and lines of JSON."""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from labels.document import Document
from labels.errors import InvalidCoding, InvalidDocument
from labels.exchange.task import InvalidExchange

OnError = Callable[[InvalidExchange], None]


@contextmanager
def replacing(
    path: Path, *, encoding: str = "utf-8", newline: str | None = ""
) -> Iterator[IO[str]]:
    """Open a text file that takes `path`'s place when the block ends well, and vanishes when not."""
    with (
        replacing_path(path) as temporary,
        temporary.open("w", encoding=encoding, newline=newline) as file,
    ):
        yield file


@contextmanager
def replacing_path(path: Path) -> Iterator[Path]:
    """Give the path of an empty file in the same folder that takes `path`'s place at the end.

    For writers that open files themselves (SQLite, Parquet). What they wrote is on the disk before
    the name changes.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        # mkstemp makes files that only their owner reads; the result follows the user's umask.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_lines(objects: Iterable[object], path: Path) -> None:
    """Write one JSON object a line."""
    with replacing(path) as file:
        for item in objects:
            file.write(json.dumps(item, ensure_ascii=False) + "\n")


def read_lines(path: Path, tool: str, on_error: OnError | None) -> Iterator[tuple[str, Any]]:
    """Yield ("line 3", object) for every line that isn't empty."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"line {number}"
            try:
                yield place, json.loads(line)
            except ValueError as error:
                refuse(InvalidExchange(tool, place, f"not JSON: {error}"), on_error)


@contextmanager
def placing(tool: str, place: str, on_error: OnError | None) -> Iterator[None]:
    """Say in which tool's file, and where, a document or coding is at fault."""
    try:
        yield
    except (InvalidDocument, InvalidCoding) as error:
        refuse(InvalidExchange(tool, place, str(error)), on_error, cause=error)


def refuse(
    error: InvalidExchange, on_error: OnError | None, *, cause: Exception | None = None
) -> None:
    """Raise an error, or hand it to the caller who wants to go on.

    Raises:
        InvalidExchange: `error`, where nobody takes it.
    """
    if on_error is None:
        raise error from cause
    on_error(error)


def known_fields(document: Document) -> dict[str, str]:
    """Return what is known of a document beside id and text."""
    fields = document.to_json()
    return {key: value for key, value in fields.items() if key not in {"id", "text"}}
