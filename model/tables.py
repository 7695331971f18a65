"""The file of compiled heads: what serving needs of a version, without scikit-learn and without pickle.

```
"STANCEWIRE TABLES 1\\n" | length of the header, 8 bytes | header, JSON | arrays and words, each at 64 bytes
```

The header says where each array and each list of words stands. Loading runs nothing that the file
says: it makes arrays over the read-only memory that the caller gives (so processes that map the
same file share its pages), and checks that every number points where it may. A process makes for itself
the dictionaries of words and, for the extension, where longer n-grams start and coefficients by term.
"""

import json
import mmap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from labels.errors import StancewireError
from model.compiled import CompiledHead, Counts
from model.ngrams import UNKNOWN, Level, NgramTable, ViewTerms

MAGIC = b"STANCEWIRE TABLES 1\n"
ALIGNED = 64
SIZES = {"<i8": 8, "<f8": 8, "|b1": 1}
COUNTS = {"idf": "<f8", "sublinear": "|b1", "binary": "|b1", "normed": "|b1", "factors": "<f8"}
WEIGHTS = ("coefficients", "intercepts")
LEVEL = ("codes", "terms", "grows")


# What nonsense in a header leads to.
GARBLED = (
    AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError,
)  # fmt: skip


class UnsafeContent(StancewireError):
    """A file of heads that asks for more than fitted heads need; nothing of it was run.

    Attributes:
        reason: what it asks for.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"refused to load the heads: {reason}; take a version from a source that you trust, "
            "or train one with `stancewire train`"
        )


def dump(heads: Mapping[str, CompiledHead]) -> bytes:
    """Return the file of compiled heads, by name of head."""
    body = bytearray()
    places: dict[bytes, int] = {}

    def put(content: bytes) -> int:
        if content not in places:  # what heads share stands there once
            body.extend(bytes(-len(body) % ALIGNED))
            places[content] = len(body)
            body.extend(content)
        return places[content]

    def array(values: npt.NDArray[Any]) -> list[Any]:
        plain = np.ascontiguousarray(values)
        return [plain.dtype.str, list(plain.shape), put(plain.tobytes())]

    def words(listed: Sequence[str]) -> list[int]:
        content = "\n".join(listed).encode("utf-8", "surrogatepass")
        return [len(listed), put(content), len(content)]

    header = {
        name: {
            "views": [
                [view.analyzer, list(view.ngrams), view.first, words(view.spelled)]
                for view in head.counts.table.views
            ],
            "levels": [
                [array(getattr(level, key)) for key in LEVEL] for level in head.counts.table.levels
            ],
            "n_terms": head.counts.table.n_terms,
            "classes": list(head.classes),
            "weights": [
                *(array(getattr(head.counts, key)) for key in COUNTS),
                *(array(getattr(head, key)) for key in WEIGHTS),
            ],
        }
        for name, head in heads.items()
    }
    told = json.dumps(header).encode()
    start = len(MAGIC) + 8 + len(told)
    padding = bytes(-start % ALIGNED)
    return MAGIC + len(told).to_bytes(8, "little") + told + padding + bytes(body)


def load(memory: bytes | mmap.mmap) -> dict[str, CompiledHead]:
    """Return the compiled heads of a file.

    Args:
        memory: the whole file; keep it as long as the heads, whose arrays look into it.

    Raises:
        UnsafeContent: the file is cut short, or a number points where it may not.
    """
    try:
        if memory[: len(MAGIC)] != MAGIC:
            raise UnsafeContent("its tables are of another format")
        start = len(MAGIC) + 8
        size = int.from_bytes(memory[len(MAGIC) : start], "little")
        header = json.loads(memory[start : start + size])
        body = start + size + -(start + size) % ALIGNED
        part, known = _Part(memory, body), dict[str, Counts]()
        return {name: _head(part, told, known) for name, told in header.items()}
    except UnsafeContent:
        raise
    except GARBLED as error:
        raise UnsafeContent(f"its tables are garbled ({error})") from error


class _Part:
    """The part of a file that holds arrays and words; offsets count from its start."""

    def __init__(self, memory: bytes | mmap.mmap, start: int) -> None:
        self.memory = memory
        self.start = start

    def array(self, told: Sequence[Any], kind: str) -> npt.NDArray[Any]:
        """Return an array over the memory."""
        dtype, shape, offset = told
        size = int(np.prod(shape, dtype=np.int64))
        if dtype != kind or offset < 0 or min(shape, default=0) < 0 or not 1 <= len(shape) <= 2:
            raise UnsafeContent("its tables are not those of heads")
        if self.start + offset + size * SIZES[kind] > len(self.memory):
            raise UnsafeContent("its tables are cut short")
        flat = np.frombuffer(self.memory, dtype=kind, count=size, offset=self.start + offset)
        return flat.reshape(shape)

    def words(self, told: Sequence[int]) -> tuple[str, ...]:
        """Return a list of words."""
        count, offset, size = told
        content = self.memory[self.start + offset : self.start + offset + size]
        words = content.decode("utf-8", "surrogatepass").split("\n") if count else []
        if offset < 0 or len(words) != count or len(set(words)) != count:
            raise UnsafeContent("its words are not as many as its tables say")
        return tuple(words)


def _head(part: _Part, told: Mapping[str, Any], known: dict[str, Counts]) -> CompiledHead:
    """Return one head; `known` holds the counts of those before it, and those of this one thereafter."""
    *counted, coefficients, intercepts = told["weights"]
    place = json.dumps([told["n_terms"], told["views"], told["levels"], counted])
    if place not in known:
        known[place] = _counts(part, told, counted)
    counts = known[place]
    head = CompiledHead(
        counts,
        part.array(coefficients, "<f8"),
        part.array(intercepts, "<f8"),
        told["classes"],
    )
    n_outputs = len(head.intercepts)
    _check("coefficients", head.coefficients, (n_outputs, counts.table.n_terms))
    _check("intercepts", head.intercepts, (n_outputs,))
    if n_outputs != (1 if len(head.classes) == 2 else len(head.classes)):
        raise UnsafeContent("its tables have other labels than outputs")
    return head


def _counts(part: _Part, told: Mapping[str, Any], counted: Sequence[Any]) -> Counts:
    n_terms = told["n_terms"]
    views = [
        ViewTerms(_analyzer(analyzer), (int(least), int(most)), first, part.words(spelled))
        for analyzer, (least, most), first, spelled in told["views"]
    ]
    levels = [
        Level(part.array(codes, "<i8"), part.array(terms, "<i8"), part.array(grows, "|b1"))
        for codes, terms, grows in told["levels"]
    ]
    worth = {
        key: part.array(at, kind) for (key, kind), at in zip(COUNTS.items(), counted, strict=True)
    }
    _check_levels(views, levels, n_terms)
    for key, values in worth.items():
        _check(key, values, (n_terms if key == "idf" else len(views),))
    return Counts(NgramTable(views, levels, n_terms), **worth)


def _analyzer(told: str) -> Any:
    if told not in ("word", "char_wb"):
        raise UnsafeContent(f"it reads views by {told!r:.50}")
    return told


def _check_levels(views: Sequence[ViewTerms], levels: Sequence[Level], n_terms: int) -> None:
    """See that every code names known n-grams and every term is one of the head's."""
    n_words = sum(len(view.spelled) for view in views if view.analyzer == "word")
    fits = bool(levels) and len(levels[0].codes) == n_words
    before = 1
    for level in levels:
        codes, terms = level.codes, level.terms
        fits = fits and codes.ndim == 1 and codes.shape == terms.shape == level.grows.shape
        fits = fits and bool((np.diff(codes) > 0).all())
        if fits and len(codes):
            fits = bool(codes[0] >= 0 and codes[-1] < before * n_words)
            fits = fits and bool(terms.min() >= UNKNOWN and terms.max() < n_terms)
        before = len(codes)
    for view in views:
        if view.analyzer == "char_wb":
            fits = fits and 0 <= view.first <= n_terms - len(view.spelled)
    if not fits:
        raise UnsafeContent("its tables point outside themselves")


def _check(what: str, values: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    if values.shape != shape or not np.isfinite(values).all():
        raise UnsafeContent(f"its {what} are not {shape} numbers")
