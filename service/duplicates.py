"""Finds near-identical texts (wire copies) by MinHash signatures.

```
text | words | runs of 5 words | signature (120 numbers) | 20 bands of 6
texts that share a band | are compared | groups
```

Two texts share a band with probability 1 - (1 - J^6)^20, where J is the share of common 5-word
runs: 0.01 for J = 0.3, 0.27 for 0.5, 0.92 for 0.7, 0.998 for 0.8.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

Signature = npt.NDArray[np.uint32]
Signatures = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

N_BANDS = 20
N_ROWS = 6
N_PERMUTATIONS = N_BANDS * N_ROWS
RUN_WORDS = 5
# Copies with one paragraph of four cut have J = 0.75; unlike stories on one event stay below 0.2.
SIMILAR = 0.7
# Wire copies differ behind this length, if at all, by what an outlet appends.
LONGEST_CHARACTERS = 200_000
PAIRS_AT_ONCE = 20_000

WORD = re.compile(r"\w+")


def signature(text: str) -> Signature:
    """Return the MinHash signature of a text, of shape (120,); the same on every machine.

    Bit for bit datasketch's with its scheme "affine32" and CRC-32: importing that package brings
    scipy, a second and 45 MB for every process.
    """
    hashed = np.array([zlib.crc32(run) for run in runs(text)], dtype=np.uint32)
    # The finalizer of MurmurHash3 spreads the bits; numpy's integers wrap around as it needs.
    hashed ^= hashed >> np.uint32(16)
    hashed *= np.uint32(0x85EBCA6B)
    hashed ^= hashed >> np.uint32(13)
    hashed *= np.uint32(0xC2B2AE35)
    hashed ^= hashed >> np.uint32(16)
    factors, offsets = _permutations()
    least: Signature = np.min(
        hashed[:, None] * factors + offsets, axis=0, initial=np.iinfo(np.uint32).max
    )
    return least


@cache
def _permutations() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return factors (odd, so that no two hashes fall together) and offsets, each of shape (120,)."""
    draw = np.random.RandomState(1)  # unlike a Generator's, its numbers stay for ever
    factors = draw.randint(0, 1 << 31, N_PERMUTATIONS, dtype=np.uint32) * np.uint32(2)
    offsets = draw.randint(0, 1 << 32, N_PERMUTATIONS, dtype=np.uint32)
    return factors + np.uint32(1), offsets


def runs(text: str) -> list[bytes]:
    """Return the runs of five words of a text, case and punctuation aside; a shorter text whole."""
    words = [word.encode() for word in WORD.findall(text[:LONGEST_CHARACTERS].lower())]
    last = max(len(words) - RUN_WORDS, 0)
    return [b" ".join(words[i : i + RUN_WORDS]) for i in range(last + 1)] if words else []


def similarity(one: Signature, other: Signature) -> float:
    """Return the estimated share of common runs, in [0, 1]; its standard error is below 0.05."""
    return float(np.mean(one == other))


def band_keys(signatures: Signatures) -> Keys:
    """Return one key a band, of shape (n, 20): texts with a key in common are compared."""
    banded = signatures.reshape(len(signatures), N_BANDS, N_ROWS).astype(np.uint64)
    keys = np.zeros((len(signatures), N_BANDS), dtype=np.uint64)
    for row in range(N_ROWS):
        # FNV-1a over the rows; numpy's integers wrap around as it needs them to.
        keys = (keys ^ banded[:, :, row]) * np.uint64(0x100000001B3)
    return keys


def similar_pairs(
    keys: Keys, indices: Indices, signatures: Signatures
) -> Iterator[tuple[int, int]]:
    """Yield (earlier, later) indices of similar texts that share a key of one band.

    Args:
        keys: of one band, of shape (n,).
        indices: which text each key belongs to, rising.
        signatures: of all texts; may lie on disk.
    """
    order = np.argsort(keys, kind="stable")
    sorted_keys, members = keys[order], indices[order]
    same = np.flatnonzero(sorted_keys[1:] == sorted_keys[:-1]) + 1
    if not len(same):
        return
    starts = np.flatnonzero(np.r_[True, sorted_keys[1:] != sorted_keys[:-1]])
    first = starts[np.searchsorted(starts, same, side="right") - 1]
    # Each text is compared with the first of its bucket and with its neighbour: linear in the
    # size of a bucket, where all pairs would be quadratic.
    pairs = np.unique(
        np.r_[
            np.c_[members[first], members[same]],
            np.c_[members[same - 1], members[same]],
        ],
        axis=0,
    )
    for i in range(0, len(pairs), PAIRS_AT_ONCE):
        some = pairs[i : i + PAIRS_AT_ONCE]
        alike = np.mean(signatures[some[:, 0]] == signatures[some[:, 1]], axis=1) >= SIMILAR
        for one, other in some[alike]:
            yield int(one), int(other)


def root(parents: Indices, index: int) -> int:
    """Return the first text of the group of `index`, shortening the way for the next time."""
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = int(parents[index])
    return index


def join(parents: Indices, one: int, other: int) -> None:
    """Put two texts into one group, whose first text is the earliest of all its members."""
    a, b = root(parents, one), root(parents, other)
    parents[max(a, b)] = min(a, b)


def group(signatures: Sequence[Signature] | Signatures) -> list[int]:
    """Return for each text the index of the first text of its group; alone, its own.

    Texts without any word belong to no group.
    """
    stacked = np.asarray(signatures, dtype=np.uint32).reshape(-1, N_PERMUTATIONS)
    parents = np.arange(len(stacked), dtype=np.int64)
    present = np.flatnonzero(~is_empty(stacked))
    keys = band_keys(stacked[present])
    for band in range(N_BANDS):
        for one, other in similar_pairs(keys[:, band], present, stacked):
            join(parents, one, other)
    return [root(parents, i) for i in range(len(stacked))]


def is_empty(signatures: Signatures) -> npt.NDArray[np.bool_]:
    """Tell which signatures come from texts without any word; of shape (n,)."""
    return np.asarray((signatures == np.iinfo(np.uint32).max).all(axis=1))
