"""Writes that a power cut can't tear: a file is there as a whole, or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

UNFINISHED = ".unfinished"


@contextmanager
def replacing_path(path: Path) -> Iterator[Path]:
    """Give the path of a file to write that takes the place of `path` at the end; else nothing changes.

    For writers that open files themselves (SQLite, Parquet). What they wrote is on the disk before
    the name changes.

    Raises:
        OSError: the disk is full, for one.
    """
    # Its own name, for two processes may write the same file at a time.
    unfinished = path.with_name(f"{path.name[:50]}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        yield unfinished
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` when all is written."""
    with replacing_path(path) as unfinished, unfinished.open("wb") as file:
        yield file


@contextmanager
def replacing_text(
    path: Path, *, encoding: str = "utf-8", newline: str | None = ""
) -> Iterator[IO[str]]:
    """Open a new text file that takes the place of `path` when all is written."""
    with (
        replacing_path(path) as unfinished,
        unfinished.open("w", encoding=encoding, newline=newline) as file,
    ):
        yield file


def sync_folder(folder: Path) -> None:
    """Make new names in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
