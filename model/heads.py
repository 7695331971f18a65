"""A head: TF-IDF over several views of a sentence, then one logistic regression, calibrated.

A *view* is a list of tokens that some pure function made of a sentence in its document: its words,
its abstracted words, who speaks around it. A head vectorises each of its views on its own and puts
the vectors side by side. Only scikit-learn objects are fitted and stored; views are plain functions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from model.compiled import CompiledHead
from model.rows import Row, View, columns
from model.tag import Evidence

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ViewConfig:
    """How one view is vectorised.

    Attributes:
        name: key of the view in a row.
        ngrams: smallest and largest n.
        analyzer: "word" counts n-grams of tokens, "char_wb" n-grams of characters inside tokens.
        min_df: fewest of the rows that the views were fitted on in which an n-gram must stand to be kept.
        sublinear: replace a count by 1 + ln(count).
        weight: factor of the whole view; a larger one is penalised less (with levelling `l`, as by
            `weight ** (1 - l)`).
        presence: count whether a term stands there and nothing else (no IDF, no length norm): for
            views of few, abstract tokens, which a long sentence must not dilute.
    """

    name: str
    ngrams: tuple[int, int] = (1, 1)
    analyzer: Literal["word", "char_wb"] = "word"
    min_df: int = 1
    sublinear: bool = False
    weight: float = 1.0
    presence: bool = False


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """Hyper-parameters of one head, apart from all that it learns.

    Attributes:
        name: of the head.
        views: what it reads.
        C: inverse strength of the penalty on its coefficients.
        balanced: weigh every label alike, however often it stands.
        contrast: how much less a term is penalised that tells labels apart by itself, in [0, 1).
        levelling: how much less a rare or light term is penalised, in [0, 1] (`training.penalty`).
    """

    name: str
    views: tuple[ViewConfig, ...]
    C: float = 1.0
    balanced: bool = True
    contrast: float = 0.0
    levelling: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the configuration as it stands in a manifest."""
        return {
            "name": self.name,
            "C": self.C,
            "balanced": self.balanced,
            "contrast": self.contrast,
            "levelling": self.levelling,
            "views": [
                {
                    "name": view.name,
                    "ngrams": list(view.ngrams),
                    "analyzer": view.analyzer,
                    "min_df": view.min_df,
                    "sublinear": view.sublinear,
                    "weight": view.weight,
                    "presence": view.presence,
                }
                for view in self.views
            ],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "HeadConfig":
        """Read what `to_json` wrote."""
        views = tuple(
            ViewConfig(**{**view, "ngrams": tuple(view["ngrams"])}) for view in raw["views"]
        )
        return cls(
            name=raw["name"],
            views=views,
            C=raw["C"],
            balanced=raw["balanced"],
            contrast=raw.get("contrast", 0.0),  # not every version has these two
            levelling=raw.get("levelling", 0.0),
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns decision values into calibrated log-odds: `scale * value + shift[label]`.

    Platt's sigmoid (Platt 1999) for two labels; for more, its multinomial form with one scale
    (temperature) and one shift a label, in the order of classes.
    `decision_shift` leaves the probabilities alone: it is added to their logarithms when one label is chosen;
    empty where the most probable is.
    """

    scale: float
    shift: tuple[float, ...]
    decision_shift: tuple[float, ...] = ()

    @classmethod
    def identity(cls, n_classes: int) -> "Calibration":
        """Return the calibration that changes nothing."""
        zeros = (0.0,) * n_classes
        return cls(scale=1.0, shift=zeros)

    def to_json(self) -> dict[str, Any]:
        """Return the calibration as it stands in a manifest."""
        return {
            "scale": self.scale,
            "shift": list(self.shift),
            "decision_shift": list(self.decision_shift),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Calibration":
        """Read what `to_json` wrote."""
        earlier = raw.get("prior_shift", [0.0] * len(raw["shift"]))  # older versions shift twice
        return cls(
            raw["scale"],
            tuple(a + b for a, b in zip(raw["shift"], earlier, strict=True)),
            tuple(raw.get("decision_shift", ())),  # not every version has one
        )

    def log_odds(self, values: Array) -> Array:
        """Map decision values of shape (n_rows, n_classes) to log-odds of the same shape."""
        return np.asarray(values * self.scale + np.asarray(self.shift), dtype=np.float64)

    def decide(self, probabilities: Array) -> npt.NDArray[np.intp]:
        """Return the column of the label to report, over the last axis."""
        weights = np.exp(self.decision_shift) if self.decision_shift else 1.0
        return np.asarray(np.argmax(probabilities * weights, axis=-1))


def build_pipeline(config: HeadConfig, *, seed: int = 0) -> "Pipeline":
    """Return the unfitted scikit-learn pipeline of a head: one TF-IDF a view, then the regression.

    It takes an object array of shape (n_rows, n_views) that holds each view's joined tokens.
    """
    # A second to import, and a process that serves needs nothing of it.
    from sklearn.compose import ColumnTransformer  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import Pipeline  # noqa: PLC0415

    vectorizers = [
        (
            view.name,
            TfidfVectorizer(
                analyzer=view.analyzer,
                ngram_range=view.ngrams,
                min_df=view.min_df,
                sublinear_tf=view.sublinear,
                binary=view.presence,
                use_idf=not view.presence,
                norm=None if view.presence else "l2",
                lowercase=False,
                token_pattern=r"\S+" if view.analyzer == "word" else None,
            ),
            column,
        )
        for column, view in enumerate(config.views)
    ]
    weights = {view.name: view.weight for view in config.views}
    return Pipeline(
        [
            ("views", ColumnTransformer(vectorizers, transformer_weights=weights)),
            (
                "regression",
                LogisticRegression(
                    C=config.C,
                    class_weight="balanced" if config.balanced else None,
                    max_iter=2000,
                    random_state=seed,
                ),
            ),
        ]
    )


def to_matrix(rows: Sequence[Row], config: HeadConfig) -> npt.NDArray[np.object_]:
    """Return the object array of shape (n_rows, n_views) that the pipeline takes."""
    matrix = np.empty((len(rows), len(config.views)), dtype=object)
    for i, row in enumerate(rows):
        for j, view in enumerate(config.views):
            matrix[i, j] = row[view.name].joined()
    return matrix


class Head:
    """A fitted head.

    Attributes:
        config: its hyper-parameters.
        calibration: from decision values to calibrated log-odds.
        classes: the labels, in the order of every array's last axis.
    """

    def __init__(self, config: HeadConfig, pipeline: "Pipeline", calibration: Calibration) -> None:
        self.config = config
        self.calibration = calibration
        self.classes: tuple[str, ...] = tuple(str(label) for label in pipeline.classes_)
        self.pipeline = pipeline

    @classmethod
    def ready(
        cls,
        config: HeadConfig,
        compiled: CompiledHead,
        calibration: Calibration,
        pipeline: Callable[[], "Pipeline"],
    ) -> "Head":
        """Return a head that is compiled already; `pipeline` loads the fitted one if it is asked for."""
        head = cls.__new__(cls)
        head.config = config
        head.calibration = calibration
        head.classes = compiled.classes
        head._load = pipeline
        head.compiled = compiled
        return head

    _load: Callable[[], "Pipeline"]

    @cached_property
    def pipeline(self) -> "Pipeline":
        """The fitted scikit-learn pipeline."""
        return self._load()

    @cached_property
    def compiled(self) -> CompiledHead:
        """The head as tables; made when it first decides."""
        return CompiledHead.of(self.pipeline)

    def decision(self, rows: Sequence[Row]) -> Array:
        """Return decision values before calibration, of shape (n_rows, n_classes).

        A head of two labels has one coefficient vector; its values are (0, w.x + b).
        """
        asked = columns(rows, [view.name for view in self.config.views])
        return _by_class(self.compiled.decision(asked))

    def reference_decision(self, rows: Sequence[Row]) -> Array:
        """Return the same values by scikit-learn's own path: slow, and what `decision` must equal."""
        if not rows:
            return np.zeros((0, len(self.classes)))
        values = self.pipeline.decision_function(to_matrix(rows, self.config))
        return _by_class(np.asarray(values, dtype=np.float64).reshape(len(rows), -1))

    def decision_with(self, other: "Head", rows: Sequence[Row]) -> tuple[Array, Array]:
        """Return both heads' decision values; terms that both count are looked up once."""
        alike = self.config.views == other.config.views  # tables don't know what views are called
        joined = self.compiled.joined(other.compiled) if alike else None
        if joined is None:
            return self.decision(rows), other.decision(rows)
        values = joined.decision(columns(rows, [view.name for view in self.config.views]))
        n_outputs = len(self.compiled.intercepts)
        return _by_class(values[:, :n_outputs]), _by_class(values[:, n_outputs:])

    def predict_proba(self, rows: Sequence[Row]) -> Array:
        """Return calibrated probabilities of shape (n_rows, n_classes); each row sums to 1."""
        return self.probabilities(self.decision(rows))

    def probabilities(self, values: Array) -> Array:
        """Return decision values, of shape (n_rows, n_classes), as calibrated probabilities."""
        return softmax(self.calibration.log_odds(values))

    def explain(self, row: Row, label: str) -> list[Evidence]:
        """Return the exact additive evidence for `label`, largest contribution first.

        The contributions, the intercept's included, sum to the label's calibrated log-odds (for
        two labels: against the other label; for more: before the softmax).
        """
        which = self.classes.index(label)
        shifts = self.calibration.shift
        output, sign, shift = which, 1.0, shifts[which]
        if len(self.classes) == 2:
            output, sign, shift = 0, (-1.0, 1.0)[which], shift - shifts[1 - which]
        scale = self.calibration.scale
        compiled = self.compiled
        intercept = sign * float(compiled.intercepts[output])
        found = [
            Evidence(
                self.config.name, label, "", "(intercept)", (), intercept,
                scale * intercept + shift,
            )
        ]  # fmt: skip
        views = [row[config.name] for config in self.config.views]
        terms = compiled.terms([view.tokens for view in views])
        for config, view, listed in zip(self.config.views, views, terms, strict=True):
            for index, value in listed:
                term = compiled.names[index]
                weight = sign * float(compiled.coefficients[output, index])
                # Two heads may share a vocabulary: no row of this one held such a term.
                if not weight:
                    continue
                found.append(
                    Evidence(
                        self.config.name, label, config.name, term,
                        term_spans(view, term), weight, scale * weight * value,
                    )
                )  # fmt: skip
        return sorted(found, key=lambda item: -abs(item.contribution))


def _by_class(values: Array) -> Array:
    """Put the missing zero beside the one output of a head of two labels."""
    return np.column_stack([np.zeros(len(values)), values]) if values.shape[1] == 1 else values


def term_spans(view: View, term: str) -> tuple[tuple[int, int], ...]:
    """Return where an n-gram of tokens (or, in one token, of characters) stands in the document."""
    if not view.spans:
        return ()
    wanted = tuple(term.split(" "))
    n = len(wanted)
    spans = [
        (view.spans[i][0], view.spans[i + n - 1][1])
        for i in range(len(view.tokens) - n + 1)
        if view.tokens[i : i + n] == wanted
    ]
    if not spans:  # a character n-gram
        piece = term.strip()
        spans = [
            span for token, span in zip(view.tokens, view.spans, strict=True) if piece in token
        ]
    return tuple(spans)


def softmax(values: Array) -> Array:
    """Return exp(v) / sum(exp(v)) over the last axis, without overflow."""
    shifted = values - values.max(axis=-1, keepdims=True) if values.size else values
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float64)
