"""Turns committed pieces into the output: parts or one file, errors, skipped."""

import mmap
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from labels.durable import replacing
from service.archive import pieces
from service.archive.grouping import ALONE, Mapped, name
from service.archive.layout import Layout

Groups = npt.NDArray[np.int64]


class Copies:
    """Who is a copy of whom, as `service.archive.grouping` wrote it."""

    def __init__(self, layout: Layout) -> None:
        self._groups: Groups = np.zeros(0, dtype=np.int64)
        self._stack = ExitStack()
        self._signatures: npt.NDArray[np.uint32] | None = None
        if layout.groups.exists() and layout.groups.stat().st_size:
            with layout.groups.open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._groups = np.frombuffer(mapped, dtype="<i8")
            signatures = self._stack.enter_context(closing(Mapped(layout.signatures)))
            self._signatures = signatures.signatures

    def close(self) -> None:
        """Let the files go."""
        self._signatures = None
        self._groups = np.zeros(0, dtype=np.int64)
        self._stack.close()

    def names(self, start: int, count: int) -> list[str | None]:
        """Return the groups' names of `count` documents from number `start`; None for no copy."""
        if self._signatures is None:
            return [None] * count
        firsts = self._groups[start : start + count].tolist()
        return [None if i == ALONE else name(self._signatures[i]) for i in firsts]


def lines(paths: Iterable[Path], block: int) -> Iterator[bytes]:
    """Yield one block of each piece, whole."""
    for path in paths:
        header = pieces.read_header(path)
        with path.open("rb") as file:
            yield pieces.read_block(file, header, block)


def write_block(to: Path, paths: Iterable[Path], block: int) -> None:
    """Write a block of all pieces into one file."""
    with replacing(to) as out:
        for data in lines(paths, block):
            out.write(data)


def write_tagged(out: BinaryIO, paths: Sequence[Path], copies: Copies, *, start: int) -> int:
    """Write tagged documents with the names of their groups.

    Args:
        out: where to.
        paths: pieces, in order.
        copies: who is a copy of whom.
        start: number of the first document among all of the run.

    Returns:
        How many documents it wrote.
    """
    n = 0
    for data in lines(paths, pieces.TAGGED):
        tagged = data.splitlines(keepends=True)
        names = copies.names(start + n, len(tagged))
        n += len(tagged)
        for line, group in zip(tagged, names, strict=True):
            out.write(line if group is None else with_group(line, group))
    return n


def with_group(line: bytes, group: str) -> bytes:
    """Add the group to a line that ends with its `document` object, without parsing it."""
    assert line.endswith(b"}}\n")
    return line[:-3] + b',"duplicate_group":"' + group.encode() + b'"}}\n'


def clean(layout: Layout, *, n_shards: int) -> None:
    """Delete the work, and parts of an earlier run that had more of them."""
    shutil.rmtree(layout.work, ignore_errors=True)
    for part in layout.folder.glob("part-*.jsonl"):
        number = part.stem.removeprefix("part-")
        if number.isdecimal() and int(number) >= n_shards:
            part.unlink()
