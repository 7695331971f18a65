"""Groups wire copies over a whole archive, in memory that doesn't grow with it.

```
pieces | signatures on disk | keys by band and part, on disk | pairs | union-find on disk
```
"""

import hashlib
import mmap
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from labels.durable import replacing
from service.archive import pieces
from service.duplicates import (
    N_BANDS,
    N_PERMUTATIONS,
    Indices,
    Signatures,
    band_keys,
    is_empty,
    join,
    similar_pairs,
)

# 100,000 signatures are 48 MB, a million keys of one band 16 MB.
BLOCK = 50_000
KEYS_AT_ONCE = 1_000_000
ALONE = -1
KEYED = np.dtype([("key", "<u8"), ("index", "<i8")])


def group(paths: Iterable[Path], work: Path, groups: Path, *, most: int = KEYS_AT_ONCE) -> int:
    """Write for each tagged document of the pieces, in order, the first one of its group.

    Args:
        paths: pieces, in the order of the output.
        work: folder for what lies on disk meanwhile.
        groups: file to write: one int64 a document, -1 where it has no copy.
        most: keys of one band that are in memory at a time.

    Returns:
        The number of groups of two or more.
    """
    signatures_file = work / "signatures.uint32"
    n = collect(paths, signatures_file)
    if n == 0:
        with replacing(groups):
            return 0
    with closing(Mapped(signatures_file)) as mapped:
        n_parts = -(-n // most)
        _scatter(mapped.signatures, work, n_parts)
        parents = _own_parents(work / "parents.int64", n)
        for path in _key_files(work, n_parts):
            keyed = np.fromfile(path, dtype=KEYED)
            for one, other in similar_pairs(keyed["key"], keyed["index"], mapped.signatures):
                join(parents, one, other)
            mapped.forget()
            path.unlink()
    return _write(parents, groups)


def _own_parents(path: Path, n: int) -> Indices:
    """Return an array on disk in which each document is its own parent."""
    # Written, not only mapped: on a full disk, pages of a hole would end the process by a signal.
    with path.open("wb") as file:
        for start in range(0, n, BLOCK):
            file.write(np.arange(start, min(start + BLOCK, n), dtype=np.int64).tobytes())
    return np.memmap(path, dtype=np.int64, mode="r+")


def collect(paths: Iterable[Path], to: Path) -> int:
    """Put the signatures of all pieces into one file; return how many there are."""
    n_bytes = 0
    with to.open("wb") as out:
        for path in paths:
            header = pieces.read_header(path)
            with path.open("rb") as file:
                n_bytes += out.write(pieces.read_block(file, header, pieces.SIGNATURES))
    return n_bytes // (4 * N_PERMUTATIONS)


class Mapped:
    """Signatures in a file, as an array of shape (n, 120) of which memory holds what is in use."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        flat: npt.NDArray[np.uint32] = np.frombuffer(self._map, dtype="<u4")
        self.signatures: Signatures = flat.reshape(-1, N_PERMUTATIONS)

    def forget(self) -> None:
        """Give the pages back; they are read again when they are needed."""
        self._map.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Unmap the file."""
        del self.signatures
        # The traceback of an error inside still holds views; the map goes when that does.
        with suppress(BufferError):
            self._map.close()


def _scatter(signatures: Signatures, work: Path, n_parts: int) -> None:
    """Write (key, index) pairs into one file for each band and share of the keys."""
    for path in _key_files(work, n_parts):
        path.unlink(missing_ok=True)
    for start in range(0, len(signatures), BLOCK):
        block = np.asarray(signatures[start : start + BLOCK])
        present = np.flatnonzero(~is_empty(block))
        keys = band_keys(block[present])
        keyed = np.empty(len(present), dtype=KEYED)
        keyed["index"] = present + start
        for band in range(N_BANDS):
            keyed["key"] = keys[:, band]
            share = keyed["key"] % np.uint64(n_parts)
            for part in range(n_parts):
                with _key_file(work, band, part).open("ab") as file:
                    file.write(keyed[share == part].tobytes())


def _key_files(work: Path, n_parts: int) -> list[Path]:
    return [_key_file(work, band, part) for band in range(N_BANDS) for part in range(n_parts)]


def _key_file(work: Path, band: int, part: int) -> Path:
    return work / f"keys-{band:02d}-{part:04d}"


def _write(parents: Indices, groups: Path) -> int:
    """Write the first member of each document's group; groups of one are no groups."""
    n = len(parents)
    shared = np.zeros(n, dtype=np.bool_)
    for start in range(0, n, BLOCK):
        own = np.arange(start, min(start + BLOCK, n))
        firsts = np.asarray(parents[start : start + BLOCK])
        while not np.array_equal(firsts, upper := parents[firsts]):
            firsts = upper
        parents[start : start + BLOCK] = firsts
        shared[firsts[firsts != own]] = True
    with replacing(groups) as file:
        for start in range(0, n, BLOCK):
            firsts = np.asarray(parents[start : start + BLOCK])
            file.write(np.where(shared[firsts], firsts, ALONE).astype("<i8").tobytes())
    return int(shared.sum())


def name(signature: npt.NDArray[np.uint32]) -> str:
    """Return the name of a group by its first member's signature: the same in every run."""
    return hashlib.blake2b(signature.astype("<u4").tobytes(), digest_size=8).hexdigest()
