"""The file of compiled heads: all of it comes back, and what points outside itself is refused."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from model import tables
from model.compiled import CompiledHead
from model.tables import UnsafeContent
from tests.model.test_compiled import labelled_head, two_heads_on_the_same_terms


@pytest.fixture(scope="module")
def compiled() -> dict[str, CompiledHead]:
    return {"toy": labelled_head(["a", "b", "c"], sublinear=True).compiled}


@pytest.fixture(scope="module")
def content(compiled: dict[str, CompiledHead]) -> bytes:
    return tables.dump(compiled)


def test_loaded_tables_decide_as_those_that_were_saved(
    compiled: dict[str, CompiledHead], content: bytes
):
    (loaded,) = tables.load(content).values()
    rows: list[list[tuple[str, ...]]] = [
        [("troops", "send", "ab")],
        [("withdraw", "not")],
        [("a",)],
        [("troops",)],
    ]

    assert (loaded.decision(rows) == compiled["toy"].decision(rows)).all()
    assert loaded.names == compiled["toy"].names
    assert loaded.classes == ("a", "b", "c")
    assert tables.dump({"toy": loaded}) == content


def test_arrays_are_views_into_the_file(content: bytes):
    (loaded,) = tables.load(content).values()

    memory = np.frombuffer(content, dtype=np.uint8)
    assert np.shares_memory(loaded.coefficients, memory)
    assert all(np.shares_memory(level.codes, memory) for level in loaded.counts.table.levels)


@pytest.fixture(scope="module")
def shared() -> bytes:
    one, other = (head.compiled for head in two_heads_on_the_same_terms())
    return tables.dump({"one": one, "other": other})


def test_what_two_heads_share_is_stored_and_loaded_once(content: bytes, shared: bytes):
    loaded = tables.load(shared)

    assert loaded["one"].counts is loaded["other"].counts
    assert loaded["one"].joined(loaded["other"]) is not None
    assert tables.dump(loaded) == shared
    assert len(shared) < len(content) + len(tables.dump({"other": loaded["other"]})) / 2


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_garbled_tables_are_refused_or_harmless(shared: bytes, data: st.DataObject):
    at = data.draw(st.integers(0, len(shared) - 1))
    garbled = bytearray(shared)
    garbled[at] ^= data.draw(st.integers(1, 255))
    rows = [[("troops", "send", "ab")]] * 4

    try:
        one, other = tables.load(bytes(garbled)).values()
    except UnsafeContent:
        return
    for loaded in (one, other, one.joined(other) or one):
        loaded.decision(rows)
        assert len(loaded.names) == loaded.counts.table.n_terms


@pytest.mark.parametrize(
    "header",
    ['{"a": ' * 100_000, '{"a": {"n_terms": 1, "views": [], "levels": [], "weights": [[]]}}'],
    ids=["nested", "empty"],
)
def test_headers_of_nonsense_are_refused(header: str):
    told = header.encode()

    with pytest.raises(UnsafeContent):
        tables.load(tables.MAGIC + len(told).to_bytes(8, "little") + told)


def test_a_shape_beyond_all_numbers_is_refused(content: bytes):
    size = int.from_bytes(content[20:28], "little")
    header = json.loads(content[28 : 28 + size])
    header["toy"]["weights"][0][1] = [10**30]
    told = json.dumps(header).encode()
    padding = bytes(-(28 + len(told)) % tables.ALIGNED)
    body = content[28 + size + -(28 + size) % tables.ALIGNED :]

    with pytest.raises(UnsafeContent, match="garbled"):
        tables.load(content[:20] + len(told).to_bytes(8, "little") + told + padding + body)


@pytest.mark.parametrize("kept", [0, 10, 30, 500, -64])
def test_tables_that_are_cut_short_are_refused(content: bytes, kept: int):
    with pytest.raises(UnsafeContent):
        tables.load(content[:kept])


def test_a_term_past_the_coefficients_is_refused(content: bytes):
    size = int.from_bytes(content[20:28], "little")
    header = json.loads(content[28 : 28 + size])
    header["toy"]["n_terms"] -= 1
    told = json.dumps(header).encode()
    told += b" " * (size - len(told))

    with pytest.raises(UnsafeContent):
        tables.load(content[:28] + told + content[28 + size :])


def test_a_process_that_tags_never_imports_scikit_learn(home: Path):
    script = (
        "import sys, pathlib\n"
        "from labels.document import Document\n"
        "from training.registry import Registry\n"
        f"tagger = Registry(pathlib.Path({str(home)!r})).load()\n"
        "tagger.tag([Document('a', 'Kenya said it would send troops.')])\n"
        "print([name for name in ('sklearn', 'scipy', 'pandas', 'joblib') if name in sys.modules])\n"
    )

    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[]"
