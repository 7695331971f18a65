"""The compiled head says what scikit-learn's path says."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from labels.labelled_set import shipped
from model import compiled
from model.heads import (
    Array,
    Calibration,
    Head,
    HeadConfig,
    ViewConfig,
    build_pipeline,
    to_matrix,
)
from model.ngrams import Characters
from model.rows import Row, View
from model.tagger import Tagger
from tests.compiler import can_compile

ROOT = Path(__file__).parents[2]
WORDS = ["troops", "send", "Ж", "a", "é", "withdraw", "not", "İ", "x.y", "🏳", "ﬁn", "ab"]
MOST_ROWS = 1_000  # of one head and batch of documents that scikit-learn decides anew
WORD = st.one_of(st.sampled_from(WORDS), st.text("abж🏳İ'.", min_size=1, max_size=9))
ROW = st.builds(
    lambda a, b: {"words": View(tuple(a)), "cues": View(tuple(b))},
    st.lists(WORD, max_size=12),
    st.lists(st.sampled_from(WORDS), max_size=6),
)


def _rows(n: int) -> list[Row]:
    order = np.random.default_rng(3)
    return [
        {
            "words": View(tuple(order.choice(WORDS, size=order.integers(0, 9)))),
            "cues": View(tuple(order.choice(WORDS, size=order.integers(0, 4)))),
        }
        for _ in range(n)
    ]


def _with_all_views(rows: Sequence[Row]) -> list[Row]:
    """The words of rows once more, as the views of characters and of presence."""
    return [{**row, "chars": row["words"], "present": row["words"]} for row in rows]


def labelled_head(labels: list[str], *, sublinear: bool) -> Head:
    views = (
        ViewConfig("words", ngrams=(1, 2), min_df=2, sublinear=sublinear, weight=1.7),
        ViewConfig("cues", ngrams=(2, 3)),
        ViewConfig("present", min_df=2, weight=0.3, presence=True),
        ViewConfig("chars", (2, 5), "char_wb", 2, sublinear=sublinear),
    )
    config = HeadConfig("toy", views)
    rows = _with_all_views(_rows(80))
    targets = [labels[i % len(labels)] for i in range(len(rows))]
    pipeline = build_pipeline(config).fit(to_matrix(rows, config), targets)
    return Head(config, pipeline, Calibration.identity(len(labels)))


@pytest.fixture(
    scope="module",
    params=[(["no", "yes"], False), (["a", "b", "c"], True)],
    ids=["two labels", "three labels, sublinear"],
)
def head(request: pytest.FixtureRequest) -> Head:
    labels, sublinear = request.param
    return labelled_head(labels, sublinear=sublinear)


@pytest.fixture(scope="module", params=[True, False], ids=["extension", "numpy passes"])
def path(request: pytest.FixtureRequest) -> Iterator[None]:
    """Decide by the extension, or by what stands in for it."""
    if request.param and not compiled.HAS_SCORER:
        assert not can_compile(), "`make install` builds model.scorer"
        pytest.skip("no compiler")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "HAS_SCORER", request.param)
        yield


@pytest.mark.usefixtures("path")
@settings(deadline=None, max_examples=150)
@given(rows=st.lists(ROW, max_size=8))
def test_decisions_equal_those_of_scikit_learn(head: Head, rows: list[Row]):
    with_chars = _with_all_views(rows)

    values = head.decision(with_chars)

    assert values.shape == (len(rows), len(head.classes))
    assert np.abs(values - head.reference_decision(with_chars)).max(initial=0.0) < 1e-9


def test_on_every_labelled_document_each_head_decides_as_scikit_learn_does(
    tagger: Tagger, monkeypatch: pytest.MonkeyPatch
):
    asked: list[tuple[list[Head], list[Row]]] = []
    decision, decision_with = Head.decision, Head.decision_with

    def listening(head: Head, rows: Sequence[Row]) -> Array:
        asked.append(([head], list(rows)))
        return decision(head, rows)

    def listening_to_both(head: Head, other: Head, rows: Sequence[Row]) -> tuple[Array, Array]:
        asked.append(([head, other], list(rows)))
        return decision_with(head, other, rows)

    monkeypatch.setattr(Head, "decision", listening)
    monkeypatch.setattr(Head, "decision_with", listening_to_both)

    tagger.tag([coded.document for coded in shipped().documents])

    assert {head.config.name for heads, _ in asked for head in heads} == set(tagger.heads)
    assert any(len(heads) == 2 for heads, _ in asked)
    for heads, rows in asked:
        some = rows if len(rows) < MOST_ROWS else rows[:: len(rows) // MOST_ROWS + 1]
        references = [head.reference_decision(some) for head in heads]
        for has_scorer in {compiled.HAS_SCORER, False}:
            monkeypatch.setattr(compiled, "HAS_SCORER", has_scorer)
            found = (
                [decision(heads[0], some)]
                if len(heads) == 1
                else decision_with(heads[0], heads[1], some)
            )
            for values, reference in zip(found, references, strict=True):
                assert np.abs(values - reference).max(initial=0) < 1e-9


def two_heads_on_the_same_terms() -> tuple[Head, Head]:
    one = labelled_head(["a", "b", "c"], sublinear=True)
    rows = _with_all_views(_rows(80))
    pipeline = build_pipeline(one.config)
    pipeline.steps[0] = one.pipeline.steps[0]
    pipeline.named_steps["regression"].fit(
        one.pipeline.named_steps["views"].transform(to_matrix(rows, one.config)), ["no", "yes"] * 40
    )
    return one, Head(one.config, pipeline, Calibration.identity(2))


@pytest.mark.usefixtures("path")
def test_two_heads_on_the_same_terms_decide_together_as_each_does_alone():
    one, other = two_heads_on_the_same_terms()
    rows = _with_all_views(_rows(30))

    for a, b in ((one, other), (other, one)):
        first, second = a.decision_with(b, rows)
        assert (first == a.decision(rows)).all()
        assert (second == b.decision(rows)).all()
    assert one.compiled.joined(other.compiled) is one.compiled.joined(other.compiled)


@pytest.mark.usefixtures("path")
def test_heads_on_other_terms_decide_each_on_its_own(head: Head):
    other = labelled_head(["a", "b"], sublinear=False)
    rows = _with_all_views(_rows(30))

    first, second = head.decision_with(other, rows)

    assert head.compiled.joined(other.compiled) is None
    assert (first == head.decision(rows)).all()
    assert (second == other.decision(rows)).all()


@pytest.mark.usefixtures("path")
def test_heads_that_read_other_views_of_a_row_are_not_joined():
    one, other = two_heads_on_the_same_terms()
    renamed = replace(other.config.views[0], name="chars")
    other.config = replace(other.config, views=(renamed, *other.config.views[1:]))
    rows = [{**row, "chars": row["cues"], "present": row["words"]} for row in _rows(30)]

    assert (one.decision_with(other, rows)[1] == other.decision(rows)).all()


@pytest.mark.usefixtures("path")
def test_threads_that_share_a_head_decide_as_one_does(head: Head):
    batches = [_with_all_views(_rows(n)) for n in range(40, 60)]
    expected = [head.decision(rows) for rows in batches]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(head.decision, batches * 5))

    assert all((a == b).all() for a, b in zip(found, expected * 5, strict=True))


@pytest.mark.usefixtures("path")
def test_a_row_decides_alike_alone_and_in_a_batch(head: Head):
    rows = _with_all_views(_rows(30))

    together = head.decision(rows)

    alone = np.vstack([head.decision([row]) for row in rows])
    assert (together == alone).all()


def test_the_evidence_of_a_label_sums_to_its_log_odds(head: Head):
    rows = _with_all_views(_rows(5))
    for row in rows:
        values = head.decision([row])[0]
        for k, label in enumerate(head.classes):
            expected = values[k] - (values[1 - k] if len(head.classes) == 2 else 0.0)

            total = sum(item.contribution for item in head.explain(row, label))

            assert total == pytest.approx(expected, abs=1e-9)


@pytest.mark.usefixtures("path")
def test_the_cache_of_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch):
    head = labelled_head(["no", "yes"], sublinear=False)
    monkeypatch.setattr("model.ngrams.CACHED_TOKENS", 3)
    row: Row = {
        "words": View(()),
        "cues": View(()),
        "present": View(()),
        "chars": View(tuple(WORDS)),
    }

    assert np.abs(head.decision([row]) - head.reference_decision([row])).max() < 1e-9
    grams = head.compiled.counts.table.words[3]
    assert isinstance(grams, Characters)
    assert len(grams._kept) <= 3


def test_without_the_extension_heads_decide_by_numpy():
    program = """
import sys
sys.modules["model.scorer"] = None
from tests.model.test_compiled import _rows, _with_all_views, compiled, labelled_head, np
assert not compiled.HAS_SCORER
head = labelled_head(["no", "yes"], sublinear=True)
rows = _with_all_views(_rows(9))
assert np.abs(head.decision(rows) - head.reference_decision(rows)).max() < 1e-9
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "columns",
    [[[()]], [[()], [()], [()], [(), ()]]],
    ids=["too few views", "a view of more rows"],
)
@pytest.mark.skipif(not compiled.HAS_SCORER, reason="the extension was not built")
def test_the_extension_refuses_columns_that_are_not_the_heads(
    columns: list[list[tuple[str, ...]]],
):
    head = labelled_head(["no", "yes"], sublinear=False)
    with pytest.raises(ValueError, match="view"):
        head.compiled.decision(columns)
