"""The heads file: what a hostile one tries, and what a clean one keeps."""

import io
import os
import pickle
import pickletools
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from model import heads_file
from model.heads import Calibration, HeadConfig, ViewConfig, build_pipeline
from model.heads_file import UnsafeContent

CONFIG = HeadConfig("toy", (ViewConfig("words"), ViewConfig("letters", (2, 3), "char_wb")))


def fitted(labels: str = "abc") -> Pipeline:
    pipeline = build_pipeline(CONFIG)
    words = ["send troops now", "keep them out", "it rained"]
    rows = np.array([[text, text] for text in words], dtype=object)
    return pipeline.fit(rows, list(labels))


CLEAN = heads_file.dump({"toy": fitted()})


def names(module: str, name: str) -> bytes:
    """The opcodes that put one global on the stack."""
    return (
        b"\x8c" + bytes([len(module)]) + module.encode()
        + b"\x8c" + bytes([len(name)]) + name.encode() + b"\x93"
    )  # fmt: skip


def text(value: str) -> bytes:
    return b"\x8c" + bytes([len(value)]) + value.encode()


class Reduced:
    """Pickles as a call of anything with anything."""

    def __init__(self, called: Any, *arguments: Any, state: Any = None) -> None:
        self.parts = (called, arguments) if state is None else (called, arguments, state)

    def __reduce__(self) -> Any:
        return self.parts


@pytest.fixture
def witness(tmp_path: Path) -> Path:
    """A file that hostile code would make."""
    return tmp_path / "ran"


def dumped(value: Any) -> bytes:
    buffer = io.BytesIO()
    joblib.dump(value, buffer)
    return buffer.getvalue()


def test_pipelines_come_back_and_decide_alike() -> None:
    rows = np.array([["troops rained out", "keep"], ["", "zz"]], dtype=object)

    again = heads_file.load(CLEAN)["toy"]

    assert np.array_equal(again.decision_function(rows), fitted().decision_function(rows))
    heads_file.check_fitted(again, build_pipeline(CONFIG))


def test_arrays_are_read_only_views_into_the_memory() -> None:
    regression = heads_file.load(CLEAN)["toy"].named_steps["regression"]

    assert not regression.coef_.flags.owndata
    assert not regression.coef_.flags.writeable


def test_fortran_ordered_arrays_keep_their_places() -> None:
    pipeline = fitted()
    regression = pipeline.named_steps["regression"]
    wanted = regression.coef_.copy()
    regression.coef_ = np.asfortranarray(wanted)

    again = heads_file.load(heads_file.dump({"toy": pipeline}))["toy"]

    assert np.array_equal(again.named_steps["regression"].coef_, wanted)


@pytest.mark.parametrize(
    "make",
    [
        lambda command: Reduced(os.system, command),
        lambda command: Reduced(eval, f"__import__('os').system({command!r})"),
        lambda command: Reduced(exec, f"import os; os.system({command!r})"),
        lambda command: Reduced(getattr, Reduced(__import__, "os"), "system"),
        lambda command: {"toy": [fitted(), Reduced(os.system, command)]},
        lambda command: {Reduced(os.system, command): fitted()},
        lambda command: np.array([Reduced(os.system, command)], dtype=object),
        lambda command: Reduced(pickle.loads, pickle.dumps(Reduced(os.system, command))),
        lambda command: Reduced(joblib.load, command),
        lambda command: Reduced(np.load, command),
        lambda command: FunctionTransformer(os.system),
        lambda command: CountVectorizer(tokenizer=os.system),
        lambda command: TfidfVectorizer(tokenizer=os.system),
        lambda command: Reduced(np.dtype, "O"),
        lambda command: np.dtype("O"),
        lambda command: Reduced(slice, os.system),
        lambda command: bytearray(b"any"),
        lambda command: {1, 2},
    ],
    ids=[
        "os.system", "eval", "exec", "getattr", "among clean ones", "as a key", "object array",
        "nested pickle", "nested joblib", "numpy.load", "a transformer of functions",
        "another vectoriser", "a tokenizer", "an object type", "an object type as numpy writes it",
        "inside a slice", "a bytearray", "a set",
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_and_runs_nothing(
    make: Callable[[str], Any], witness: Path
) -> None:
    hostile = dumped(make(f"touch {witness}"))

    with pytest.raises(UnsafeContent):
        heads_file.load(hostile)

    assert not witness.exists()


@pytest.mark.parametrize("protocol", range(6))
def test_no_protocol_of_pickle_gets_code_through(protocol: int, witness: Path) -> None:
    hostile = pickle.dumps({"toy": Reduced(os.system, f"touch {witness}")}, protocol)

    with pytest.raises(UnsafeContent):
        heads_file.load(hostile)

    assert not witness.exists()


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (b"cos\nsystem\n(S'true'\ntR.", "garbled"),
        (b"(S'true'\nios\nsystem\n.", "garbled"),
        (b"(cos\nsystem\nS'true'\no.", "garbled"),
        (b"Pthere\n.", "garbled"),
        (b"\x80\x04\x82\x01.", "garbled"),
        (b"\x80\x04}" + text("__class__") + b"\x93.", "garbled"),
        (b"\x80\x04" + names("numpy", "dtype.__class__") + b".", "names"),
        (b"\x80\x04" + names("sklearn.pipeline", "Pipeline") + b"}b.", "changes a"),
        (b"\x80\x04" + names("joblib.numpy_pickle", "NumpyArrayWrapper") + b"}b.", "changes a"),
        (b"\x80\x04" + names("numpy", "ndarray") + b")\x81.", "makes"),
        (b"\x80\x04" + names("sklearn.pipeline", "Pipeline") + b"]\x81.", "makes"),
        (b"\x80\x04" + names("sklearn.pipeline", "Pipeline") + b"K\x01\x85\x81.", "makes"),
        (b"\x80\x04" + names("sklearn.pipeline", "Pipeline") + b")R.", "calls"),
        (b"\x80\x04" + names("numpy", "float64") + b"K\x01\x85R.", "calls"),
        (b"\x80\x04]}b.", "changes a list"),
        (b"\x80\x04K\x01.", "something else"),
        (b"\x80\x04}K\x01K\x02s.", "something else"),
        (b"", "garbled"),
        (b"\x80\x04.", "garbled"),
    ],
)
def test_an_odd_program_is_refused(program: bytes, reason: str) -> None:
    with pytest.raises(UnsafeContent, match=reason):
        heads_file.load(program)


@pytest.mark.parametrize(
    "name", ["fit", "transform", "predict_proba", "__setstate__", "__class__", "__getattr__", 7]
)
def test_a_state_that_replaces_a_method_is_refused(name: str | int) -> None:
    state = pickle.dumps({name: None}, 4)[2:-1]
    frame = state[9:] if state[:1] == b"\x95" else state
    made = names("sklearn.feature_extraction.text", "TfidfVectorizer") + b")\x81"

    with pytest.raises(UnsafeContent):
        heads_file.load(b"\x80\x04" + made + frame + b"b.")


def test_big_endian_numbers_are_refused_clearly() -> None:
    with pytest.raises(UnsafeContent, match="byte order"):
        heads_file.load(dumped(np.arange(3.0).astype(">f8")))


def test_an_array_that_claims_more_than_the_file_holds_is_refused() -> None:
    cut = dumped(np.zeros(1000))[:-100]

    with pytest.raises(UnsafeContent, match="cut short inside an array"):
        heads_file.load(cut)


def test_another_kind_of_array_is_refused() -> None:
    with pytest.raises(UnsafeContent):
        heads_file.load(dumped(np.rec.array([(1, 2.0)])))


def test_a_compressed_file_is_refused_since_it_could_not_be_mapped() -> None:
    with pytest.raises(UnsafeContent, match="garbled"):
        heads_file.load(zlib.compress(CLEAN))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_garbled_bytes_are_refused_or_read_never_anything_else(data: st.DataObject) -> None:
    garbled = bytearray(CLEAN)
    for _ in range(data.draw(st.integers(1, 4))):
        garbled[data.draw(st.integers(0, len(garbled) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(garbled)))

    try:
        pipelines = heads_file.load(bytes(garbled[:end]))
    except UnsafeContent:
        return
    assert all(type(pipeline) is Pipeline for pipeline in pipelines.values())


def test_what_a_clean_file_names_is_all_that_is_allowed() -> None:
    """An allowed name that no file needs is a door left open."""
    named = set()

    class Spy(heads_file._Reader):
        def find_class(self, module: str, name: str, /) -> Any:
            named.add((module, name))
            return super().find_class(module, name)

    Spy(CLEAN).load()

    assert named == set(heads_file._Reader.classes)
    assert {"REDUCE", "BUILD", "NEWOBJ"} <= set(heads_file.OPCODES)
    known = {opcode.name for opcode in pickletools.opcodes}
    assert set(heads_file.OPCODES) <= known


def other_tokenizer(pipeline: Pipeline) -> None:
    vectorizer(pipeline).tokenizer = str.split


def other_pattern(pipeline: Pipeline) -> None:
    vectorizer(pipeline).token_pattern = "(a+)+$"  # noqa: S105


def other_weights(pipeline: Pipeline) -> None:
    vectorizer(pipeline)._tfidf.norm = "l1"


def no_weights(pipeline: Pipeline) -> None:
    vectorizer(pipeline)._tfidf = TfidfVectorizer()


def short_weights(pipeline: Pipeline) -> None:
    vectorizer(pipeline)._tfidf.idf_ = np.ones(1)


def vocabulary_past_the_end(pipeline: Pipeline) -> None:
    vectorizer(pipeline).vocabulary_ = {"troops": 0, "out": 10**9}


def vocabulary_of_bytes(pipeline: Pipeline) -> None:
    vectorizer(pipeline).vocabulary_ = {b"troops": 0}


def unfitted_view(pipeline: Pipeline) -> None:
    del vectorizer(pipeline).vocabulary_


def other_column(pipeline: Pipeline) -> None:
    views = pipeline.named_steps["views"]
    views.transformers_ = [(name, found, 5) for name, found, _ in views.transformers_]


def fewer_views(pipeline: Pipeline) -> None:
    del pipeline.named_steps["views"].transformers_[0]


def verbose_step(pipeline: Pipeline) -> None:
    pipeline.verbose = True


def other_step(pipeline: Pipeline) -> None:
    pipeline.steps[1] = ("regression", TfidfTransformer())


def further_step(pipeline: Pipeline) -> None:
    pipeline.steps.append(("more", LogisticRegression()))


def nested_columns(pipeline: Pipeline) -> None:
    pipeline.steps[0] = ("views", ColumnTransformer([]))


def numbered_labels(pipeline: Pipeline) -> None:
    pipeline.named_steps["regression"].classes_ = np.array([0, 1, 2])


def narrow_coefficients(pipeline: Pipeline) -> None:
    regression = pipeline.named_steps["regression"]
    regression.coef_ = regression.coef_[:, :-1]


def infinite_intercepts(pipeline: Pipeline) -> None:
    pipeline.named_steps["regression"].intercept_ = np.array([np.nan, 0.0, 0.0])


def vectorizer(pipeline: Pipeline) -> Any:
    return pipeline.named_steps["views"].transformers_[0][1]


@pytest.mark.parametrize(
    "spoil",
    [
        other_tokenizer, other_pattern, other_weights, no_weights, short_weights, unfitted_view,
        vocabulary_past_the_end, vocabulary_of_bytes, other_column, fewer_views, verbose_step,
        other_step, further_step, nested_columns, numbered_labels, narrow_coefficients,
        infinite_intercepts,
    ],
)  # fmt: skip
def test_a_pipeline_that_differs_from_its_configuration_is_refused(
    spoil: Callable[[Pipeline], None],
) -> None:
    pipeline = fitted()
    spoil(pipeline)

    with pytest.raises(UnsafeContent):
        heads_file.check_fitted(pipeline, build_pipeline(CONFIG))


def test_a_head_of_two_labels_has_one_row_of_coefficients() -> None:
    pipeline = fitted("aab")

    heads_file.check_fitted(pipeline, build_pipeline(CONFIG))

    assert pipeline.named_steps["regression"].coef_.shape[0] == 1


def test_a_calibration_of_an_older_version_keeps_both_of_its_shifts():
    older = {"scale": 2.0, "shift": [0.0, 1.0], "prior_shift": [0.5, -0.25]}

    assert Calibration.from_json(older) == Calibration(2.0, (0.5, 0.75))
