"""The file that a worker makes of up to 128 records: committed work of a run.

```
{"format": 1, "documents": 2, "errors": 1, "skipped": 0, "read": 3000, "bytes": [900, 80, 0, 960]}
tagged documents, one a line | errors, one a line | skipped, one a line | signatures
```
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from labels.durable import replacing
from labels.errors import StancewireError

FORMAT = 1
ENDING = ".piece"


class DamagedPiece(StancewireError):
    """A piece that isn't as it was written.

    Attributes:
        path: of the piece.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is damaged: delete it and run the same command again")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records came to what."""

    documents: int = 0
    errors: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.documents + other.documents,
            self.errors + other.errors,
            self.skipped + other.skipped,
        )


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a piece.

    Attributes:
        counts: records by outcome.
        read: bytes of its records as they were read.
        bytes: lengths of the four blocks.
        start: byte at which the first block begins.
    """

    counts: Counts
    read: int
    bytes: tuple[int, int, int, int]
    start: int

    def span(self, block: int) -> tuple[int, int]:
        """Return [start, end) of a block in the file."""
        start = self.start + sum(self.bytes[:block])
        return start, start + self.bytes[block]


TAGGED, ERRORS, SKIPPED, SIGNATURES = range(4)


def piece_path(folder: Path, shard: int, number: int) -> Path:
    """Return where a piece of a shard lies."""
    return shard_folder(folder, shard) / f"{number:06d}{ENDING}"


def shard_folder(folder: Path, shard: int) -> Path:
    """Return where the pieces of a shard lie."""
    return folder / f"{shard:06d}"


def committed(folder: Path, shard: int) -> list[Path]:
    """Return the pieces of a shard that are complete, in order."""
    inside = shard_folder(folder, shard)
    return sorted(inside.glob(f"*{ENDING}")) if inside.is_dir() else []


def write(
    path: Path,
    tagged: Sequence[bytes],
    errors: Sequence[bytes],
    skipped: Sequence[bytes],
    signatures: bytes,
    *,
    read: int = 0,
) -> None:
    """Write a piece; it is there as a whole or not at all."""
    blocks = [b"".join(lines) for lines in (tagged, errors, skipped)] + [signatures]
    head = {
        "format": FORMAT,
        "documents": len(tagged),
        "errors": len(errors),
        "skipped": len(skipped),
        "read": read,
        "bytes": [len(block) for block in blocks],
    }
    with replacing(path) as file:
        file.write(orjson.dumps(head) + b"\n")
        for block in blocks:
            file.write(block)


def read_header(path: Path) -> Header:
    """Read the first line of a piece and check its length.

    Raises:
        DamagedPiece: it can't be one, or is cut.
    """
    with path.open("rb") as file:
        line = file.readline(10_000)
        try:
            raw = orjson.loads(line)
            a, b, c, d = raw["bytes"]
            counts = Counts(raw["documents"], raw["errors"], raw["skipped"])
            header = Header(counts, int(raw["read"]), (a, b, c, d), len(line))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise DamagedPiece(path) from error
    if raw.get("format") != FORMAT or header.span(SIGNATURES)[1] != path.stat().st_size:
        raise DamagedPiece(path)
    return header


def read_block(file: BinaryIO, header: Header, block: int) -> bytes:
    """Read one block of an open piece."""
    start, end = header.span(block)
    file.seek(start)
    return file.read(end - start)
