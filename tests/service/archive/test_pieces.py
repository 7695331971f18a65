"""Plans, pieces, journals: the small parts of a run."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from labels.document import Document
from model.tag import TaggedDocument
from model.tagger import Tagger
from service.archive import grouping, pieces
from service.archive.job import Job, fingerprint
from service.archive.journal import Journal
from service.archive.pieces import Counts, DamagedPiece
from service.archive.plan import (
    MOST_STRIPES,
    PIECE_BYTES,
    SHARD_BYTES,
    n_stripes,
    pieces as cut,
    shards,
)
from service.archive.worker import make
from service.duplicates import group, signature
from service.intake import MAX_CHARS
from service.readers.fields import build
from service.readers.record import ReadOptions, Record
from service.readers.sources import Source
from tests.archives import article


def test_small_sources_share_a_shard_and_large_ones_have_their_own() -> None:
    sizes = [10, 20, SHARD_BYTES * 3, 5, SHARD_BYTES - 5, 1]

    made = shards([Source(str(i), str(i), size) for i, size in enumerate(sizes)])

    assert [[int(s.name) for s in shard.sources] for shard in made] == [[0, 1], [2], [3, 4], [5]]
    assert [shard.number for shard in made] == [0, 1, 2, 3]


def test_many_small_files_are_divided_too() -> None:
    made = shards([Source(str(i), str(i), 1) for i in range(1200)])

    assert [len(shard.sources) for shard in made] == [512, 512, 176]


def test_a_shard_is_striped_only_where_workers_would_stand_idle() -> None:
    (large,) = shards([Source("a", "a", 100 * SHARD_BYTES)])
    (small,) = shards([Source("a", "a", 100)])

    assert n_stripes(large, n_shards=100, n_workers=2) == 1
    assert n_stripes(large, n_shards=1, n_workers=2) == 2
    assert n_stripes(large, n_shards=1, n_workers=100) == MOST_STRIPES
    assert n_stripes(small, n_shards=1, n_workers=8) == 1


def record(size: int) -> Record:
    return Record("a", "", size, lambda: article(size))


@given(st.lists(st.integers(0, PIECE_BYTES), max_size=60), st.integers(1, 9))
def test_pieces_hold_every_record_once_and_in_order(sizes: list[int], most: int) -> None:
    made = list(cut([record(size) for size in sizes], most=most))

    assert [number for number, _ in made] == list(range(len(made)))
    assert [r.size for _, some in made for r in some] == sizes
    assert all(0 < len(some) <= most for _, some in made)
    assert all(len(some) == 1 or sum(r.size for r in some) <= PIECE_BYTES for _, some in made)


def test_a_piece_gives_back_its_blocks(tmp_path: Path) -> None:
    path = tmp_path / "0.piece"

    pieces.write(path, [b"a\n", b"bb\n"], [b"e\n"], [], b"sign", read=7)

    header = pieces.read_header(path)
    assert (header.counts, header.read) == (Counts(2, 1, 0), 7)
    with path.open("rb") as file:
        blocks = [pieces.read_block(file, header, block) for block in range(4)]
    assert blocks == [b"a\nbb\n", b"e\n", b"", b"sign"]


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b"{}\n" + b, lambda b: b"x",
                                    lambda b: b.replace(b'"format":1', b'"format":9')])  # fmt: skip
def test_a_damaged_piece_is_told(damage, tmp_path: Path) -> None:
    path = tmp_path / "0.piece"
    pieces.write(path, [b"a\n"], [], [], b"")
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(DamagedPiece, match="delete it"):
        pieces.read_header(path)


@given(st.integers(0, 200), st.sampled_from([b"", b"\x00\x00", b"[]\n", b"no json\n"]))
def test_a_journal_cut_anywhere_keeps_its_whole_lines(length: int, tail: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.jsonl")
        journal.append(*({"event": "part", "shard": i} for i in range(4)))
        data = journal.path.read_bytes()[:length]
        journal.path.write_bytes(data + tail)
        whole = data.count(b"\n")

        journal.recover()
        journal.append({"event": "end"})

        assert [e.get("shard") for e in journal.events()] == [*range(whole), None]


def test_a_journal_that_is_not_there_has_no_events(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")

    journal.recover()

    assert list(journal.events()) == []


def test_a_fingerprint_changes_with_name_size_and_time() -> None:
    base = Source("a", "a", 1, "t")
    others = [Source("b", "b", 1, "t"), Source("a", "a", 2, "t"), Source("a", "a", 1, "u")]

    assert len({fingerprint([source]) for source in (base, *others)}) == 4


def test_groups_on_disk_are_those_in_memory(tmp_path: Path) -> None:
    numbers = [1, 2, 1, 3, 4, 2, 1, 5, 6, 6]
    signatures = [signature(article(n).text) for n in numbers] + [signature("")] * 2
    expected = group(signatures)
    paths = []
    for i in range(0, len(signatures), 5):
        block = np.array(signatures[i : i + 5], dtype="<u4").tobytes()
        paths.append(tmp_path / f"{i}.piece")
        pieces.write(paths[-1], [b"{}\n"] * (len(block) // 480), [], [], block)

    for most in (1_000, 3):
        n_groups = grouping.group(paths, tmp_path, tmp_path / "groups", most=most)

        found = np.fromfile(tmp_path / "groups", dtype="<i8").tolist()
        assert n_groups == 3
        assert found == [first if expected.count(first) > 1 else -1 for first in expected]
        assert not list(tmp_path.glob("keys-*"))


def test_an_error_while_copies_are_grouped_is_the_one_that_is_raised(tmp_path: Path) -> None:
    piece = tmp_path / "0.piece"
    pieces.write(piece, [b"{}\n"], [], [], signature("The union will send troops.").tobytes())
    (tmp_path / "keys-00-0000").mkdir()

    with pytest.raises(OSError, match="keys-00-0000"):
        grouping.group([piece], tmp_path, tmp_path / "groups")


def test_an_archive_without_documents_has_no_groups(tmp_path: Path) -> None:
    assert grouping.group([], tmp_path, tmp_path / "groups") == 0


def test_a_document_on_which_the_tagger_fails_does_not_take_others_with_it(
    tagger: Tagger,
) -> None:
    class Picky:
        """A tagger that a certain article breaks."""

        def tag(self, documents: Sequence[Document]) -> list[TaggedDocument]:
            if any("break" in document.text for document in documents):
                raise RecursionError("too deep")
            return tagger.tag(documents)

    texts = ["The union will send troops.", "Now break.", "Elders oppose any foreign force."]
    documents = [Document(str(i), text) for i, text in enumerate(texts)]
    records = [
        Record("a", f"line {i}", 1, partial(replace, document))
        for i, document in enumerate(documents)
    ]

    made = make(records, Job((), "v", "h"), Picky())

    assert len(made.tagged) == 2
    assert made.errors == [
        b'{"source":"a","position":"line 1","id":"1","reason":"RecursionError: too deep"}\n'
    ]


def test_a_text_as_long_as_a_book_is_an_error_that_says_where_and_what_to_do(
    tagger: Tagger,
) -> None:
    text = "x" * (MAX_CHARS + 1)
    book = Record("a", "line 1", 1, partial(build, {"text": text}, ReadOptions()))

    made = make([book], Job((), "v", "h"), tagger)

    assert made.tagged == []
    assert made.errors == [
        b'{"source":"a","position":"line 1","reason":"text: 500,001 characters, and one document '
        b'may have 500,000: split it, or raise STANCEWIRE_MAX_DOCUMENT_CHARS"}\n'
    ]
