"""The file that holds the fitted scikit-learn pipelines, and a reader that runs none of its code.

A pickle is a program: `joblib.load` runs whatever it says. This reader takes the files that
`joblib.dump` writes without compression and executes only what fitted heads need:

- opcodes from a short list (no GLOBAL, INST, OBJ, persistent ids, extension codes or buffers);
- five scikit-learn classes, `numpy.ndarray`, `dtype` and `float64`, and `slice`: everything else
  that a file names is refused before it is imported;
- calls of `dtype` and `slice` with plain arguments, and no others;
- states that are plain dictionaries and shadow no method;
- arrays of numbers and fixed-width text, read from the file as they stand. joblib reads arrays of
  objects as a pickle inside the pickle (with no check at all in its older releases): refused here.

Arrays are views into the read-only memory that the caller gives, so processes that map the same
file share its pages.

What a clean file may still do is hold nonsense (a vocabulary that points past the coefficients, a
tokenizer that nobody configured); `check_fitted` refuses that.
"""

import io
import math
import mmap
import pickle
import re
import warnings
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

import joblib
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from model.tables import UnsafeContent as UnsafeContent

ESTIMATORS = (ColumnTransformer, LogisticRegression, Pipeline, TfidfTransformer, TfidfVectorizer)
DTYPE = re.compile(r"[iuf][1248]|b1|U\d{1,4}")
# fmt: off
OPCODES = (
    "PROTO", "FRAME", "STOP", "MARK", "MEMOIZE", "BINGET", "LONG_BINGET", "STACK_GLOBAL", "NEWOBJ",
    "REDUCE", "BUILD", "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1",
    "BINFLOAT", "SHORT_BINUNICODE", "BINUNICODE", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2",
    "TUPLE3", "EMPTY_LIST", "APPEND", "APPENDS", "EMPTY_DICT", "SETITEM", "SETITEMS",
)
# fmt: on


def dump(pipelines: Mapping[str, Pipeline]) -> bytes:
    """Return the heads file of fitted pipelines, by name of head."""
    buffer = io.BytesIO()
    joblib.dump(dict(pipelines), buffer, compress=0, protocol=4)
    return buffer.getvalue()


def load(memory: bytes | mmap.mmap) -> dict[str, Pipeline]:
    """Return the pipelines of a heads file.

    Args:
        memory: the whole file; keep it as long as the pipelines, whose arrays look into it.

    Raises:
        UnsafeContent: the file asks for anything but pipelines by name, or is cut short.
    """
    try:
        with warnings.catch_warnings():
            # `model.artefact` has compared the releases: a patch release apart is fine.
            warnings.simplefilter("ignore", InconsistentVersionWarning)
            found = _Reader(memory).load()
    except UnsafeContent:
        raise
    except Exception as error:  # whatever garbled bytes lead to, they are no heads file
        raise UnsafeContent(f"it is garbled ({type(error).__name__}: {error})") from error
    if type(found) is not dict or not all(
        type(name) is str and type(pipeline) is Pipeline for name, pipeline in found.items()
    ):
        raise UnsafeContent("it holds something else than pipelines by name")
    return found


class _ArrayPlace:
    """Stands for joblib's `NumpyArrayWrapper`: the array's bytes follow it in the file."""


class _Reader(pickle._Unpickler):
    dispatch: ClassVar[dict[int, Any]] = {}
    classes: ClassVar[dict[tuple[str, str], type]] = {
        **{(cls.__module__, cls.__name__): cls for cls in ESTIMATORS},
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("numpy", "float64"): np.float64,
        ("builtins", "slice"): slice,
        ("joblib.numpy_pickle", "NumpyArrayWrapper"): _ArrayPlace,
    }

    # The pure Python unpickler's own, which the stubs don't tell.
    stack: list[Any]

    def __init__(self, memory: bytes | mmap.mmap) -> None:
        self.memory = memory
        self.file: Any = io.BytesIO(memory) if isinstance(memory, bytes) else memory
        self.file.seek(0)
        super().__init__(self.file)

    def find_class(self, module: str, name: str, /) -> Any:
        try:
            return self.classes[module, name]
        except (KeyError, TypeError):
            raise UnsafeContent(f"it names {module}.{name}") from None

    def persistent_load(self, pid: Any) -> NoReturn:
        raise UnsafeContent("it points outside itself")

    def load_new(self) -> None:
        arguments = self.stack.pop()
        made = self.stack.pop()
        if (
            type(arguments) is not tuple
            or arguments
            or not _is_one_of(made, *ESTIMATORS, _ArrayPlace)
        ):
            raise UnsafeContent(f"it makes a {made!r:.100} with {arguments!r:.100}")
        self.stack.append(made.__new__(made))

    def load_call(self) -> None:
        arguments = self.stack.pop()
        called = self.stack.pop()
        if called is slice and all(type(item) in (int, type(None)) for item in arguments):
            self.stack.append(slice(*arguments))
        elif called is np.dtype and type(arguments[0]) is str and DTYPE.fullmatch(arguments[0]):
            self.stack.append(np.dtype(arguments[0]))
        else:
            raise UnsafeContent(f"it calls {called!r} with {arguments!r:.200}")

    def load_state(self) -> None:
        state = self.stack.pop()
        target = self.stack[-1]
        if _is_one_of(type(target), *ESTIMATORS) and type(state) is dict:
            for name in state:
                if type(name) is not str or callable(getattr(type(target), name, None)):
                    raise UnsafeContent(f"it replaces {type(target).__name__}.{name}")
            target.__setstate__(state)
        elif isinstance(target, np.dtype) and type(state) is tuple:
            # The type's size comes from its name; the state is let say the order of bytes alone.
            if state[1] not in ("<", "|"):
                raise UnsafeContent(f"it holds numbers of byte order {state[1]!r}")
        elif type(target) is _ArrayPlace and type(state) is dict:
            self.stack[-1] = self._array(**state)
        else:
            raise UnsafeContent(f"it changes a {type(target).__name__}")

    def _array(self, *, subclass: Any, shape: Any, order: Any, dtype: Any, **rest: Any) -> Any:
        plain = type(shape) is tuple and all(type(n) is int and n >= 0 for n in shape)
        if subclass is not np.ndarray or not isinstance(dtype, np.dtype) or not plain:
            raise UnsafeContent(f"it holds an array of {dtype!r} and shape {shape!r:.200}")
        if rest.get("numpy_array_alignment_bytes") is not None:
            padding = self.file.read(1)[0]
            self.file.read(padding)
        start, count = self.file.tell(), math.prod(shape)
        if count * dtype.itemsize > len(self.memory) - start:
            raise UnsafeContent("it is cut short inside an array")
        self.file.seek(start + count * dtype.itemsize)
        flat = np.frombuffer(self.memory, dtype=dtype, count=count, offset=start)
        return flat.reshape(shape, order="F" if order == "F" else "C")


def _is_one_of(found: object, *allowed: object) -> bool:
    """Compare by identity: `==` is the file's to define."""
    return any(found is item for item in allowed)


_Reader.dispatch = {
    pickle.__dict__[name][0]: pickle._Unpickler.dispatch[pickle.__dict__[name][0]]
    for name in OPCODES
} | {
    pickle.NEWOBJ[0]: _Reader.load_new,
    pickle.REDUCE[0]: _Reader.load_call,
    pickle.BUILD[0]: _Reader.load_state,
}


def check_fitted(pipeline: Pipeline, expected: Pipeline) -> None:
    """Refuse a pipeline that isn't `expected`, fitted.

    Args:
        pipeline: as read from a file.
        expected: unfitted, built from the configuration in the manifest.

    Raises:
        UnsafeContent: another step or parameter, a vocabulary that doesn't number its terms from
            0, or arrays that don't fit each other.
    """
    try:
        _check_same(pipeline, expected, "pipeline")
        views = pipeline.named_steps["views"]
        width = 0
        names = [name for name, _, _ in expected.named_steps["views"].transformers]
        if [name for name, _, _ in views.transformers_] != names:
            raise UnsafeContent("its views are not those of its configuration")
        for fitted, wanted in zip(
            views.transformers_, expected.named_steps["views"].transformers, strict=True
        ):
            if fitted[2] != wanted[2]:
                raise UnsafeContent(f"view {fitted[0]} reads another column")
            _check_same(fitted[1], wanted[1], fitted[0])
            width += _check_vocabulary(fitted[1], fitted[0])
        _check_regression(pipeline.named_steps["regression"], width)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnsafeContent(f"it is not fitted ({error})") from error


def _check_same(found: object, expected: object, where: str) -> None:
    """Compare estimators parameter by parameter, down through lists of named steps."""
    if type(found) is not type(expected):
        raise UnsafeContent(f"{where} is a {type(found).__name__}")
    if isinstance(found, BaseEstimator) and isinstance(expected, BaseEstimator):
        mine, theirs = found.get_params(deep=False), expected.get_params(deep=False)
        for name in theirs:
            if name != "random_state":
                _check_same(mine[name], theirs[name], f"{where}.{name}")
    elif isinstance(found, list | tuple) and isinstance(expected, list | tuple):
        for i, (one, other) in enumerate(zip(found, expected, strict=True)):
            _check_same(one, other, f"{where}[{i}]")
    elif found != expected:
        raise UnsafeContent(f"{where} is {found!r:.100}, not {expected!r:.100}")


def _check_vocabulary(vectorizer: TfidfVectorizer, view: str) -> int:
    """Return the number of terms; a term numbered past the end would be read out of bounds."""
    terms: dict[str, int] = vectorizer.vocabulary_
    size = len(terms)
    if (
        type(terms) is not dict
        or {type(term) for term in terms} != {str}
        or {type(number) for number in terms.values()} != {int}
        or set(terms.values()) != set(range(size))
    ):
        raise UnsafeContent(f"the vocabulary of view {view} doesn't number its terms from 0")
    weights = vectorizer._tfidf
    if type(weights) is not TfidfTransformer:
        raise UnsafeContent(f"the weights of view {view} are a {type(weights).__name__}")
    for name in weights.get_params():
        _check_same(getattr(weights, name), getattr(vectorizer, name), f"{view}.{name}")
    if weights.use_idf:
        _check_array(weights.idf_, (size,), f"weights of view {view}")
    return size


def _check_regression(regression: LogisticRegression, width: int) -> None:
    classes = regression.classes_
    if not isinstance(classes, np.ndarray) or classes.dtype.kind != "U" or classes.ndim != 1:
        raise UnsafeContent("its labels are not text")
    rows = 1 if len(classes) == 2 else len(classes)
    _check_array(regression.coef_, (rows, width), "coefficients")
    _check_array(regression.intercept_, (rows,), "intercepts")


def _check_array(found: object, shape: tuple[int, ...], what: str) -> None:
    if not isinstance(found, np.ndarray) or found.dtype != np.float64 or found.shape != shape:
        raise UnsafeContent(f"its {what} are not {shape} numbers")
    if not np.isfinite(found).all():
        raise UnsafeContent(f"its {what} are not all finite")
