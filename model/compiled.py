"""A fitted head folded into tables: the same decision values as scikit-learn's path, much sooner.

scikit-learn spends nearly all its time in Python, n-gram by n-gram, and some of it per call
whatever the batch. Here the n-grams of all views are looked up together, counted in one sort, and
weighed with tables that are ready:

```
tokens | known n-grams | counts a row | tf x idf, L2 norm a row and view | x coefficients | + intercept
```

Where the extension `model.scorer` was built (a C compiler at installation), it does all of this in one
walk over the tokens; the numpy passes here explain, and stand in for it. Sums run in another order than
scikit-learn's, so values agree to about 1e-12, not to the bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from model.ngrams import Flags, Ids, NgramTable, Tokens

try:
    from model.scorer import Scorer
except ImportError:
    HAS_SCORER = False
else:
    HAS_SCORER = True

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """What the n-grams of a head weigh.

    Attributes:
        idf: of each term; 1 in a view without IDF.
        sublinear: of each view, whether a count is replaced by 1 + ln(count).
        binary: of each view, whether presence alone counts.
        normed: of each view, whether a row is divided by its L2 norm.
        factors: of each view, what it is multiplied by.
        coefficients: of shape (n_outputs, n_terms).
        intercepts: of shape (n_outputs,); one output where the head has two labels.
    """

    idf: Array
    sublinear: Flags
    binary: Flags
    normed: Flags
    factors: Array
    coefficients: Array
    intercepts: Array


@dataclass(frozen=True, slots=True)
class Terms:
    """The known n-grams of a batch; parallel arrays, sorted by segment and then by term.

    Attributes:
        segments: which distinct row of which view, see `model.ngrams.Found`.
        ids: which term of the head.
        values: its TF-IDF value times the view's factor; 1 is the norm of a row at factor 1.
    """

    segments: Ids
    ids: Ids
    values: Array


class CompiledHead:
    """All views of one head.

    Attributes:
        table: its n-grams.
        weights: what they weigh.
        classes: the labels.
    """

    def __init__(self, table: NgramTable, weights: Weights, classes: Sequence[str]) -> None:
        self.classes = tuple(classes)
        self.table = table
        self.weights = weights
        self._counted = not weights.binary.all()
        self._sublinear = bool((weights.sublinear & ~weights.binary).any())

    @classmethod
    def of(cls, pipeline: "Pipeline") -> "CompiledHead":
        """Fold a fitted scikit-learn pipeline (`model.heads.build_pipeline`)."""
        columns = pipeline.named_steps["views"]
        regression = pipeline.named_steps["regression"]
        factors: Mapping[str, float] = columns.transformer_weights or {}
        vectorizers = {name: vectorizer for name, vectorizer, _ in columns.transformers_}
        table = NgramTable.built(
            [(v.analyzer, v.ngram_range, v.vocabulary_) for v in vectorizers.values()]
        )
        weights = Weights(
            idf=np.concatenate([_idf(vectorizer) for vectorizer in vectorizers.values()]),
            sublinear=_flags(v.sublinear_tf for v in vectorizers.values()),
            binary=_flags(v.binary for v in vectorizers.values()),
            normed=_flags(v.norm is not None for v in vectorizers.values()),
            factors=np.array([factors.get(name, 1.0) for name in vectorizers]),
            coefficients=np.ascontiguousarray(regression.coef_, dtype=np.float64),
            intercepts=np.asarray(regression.intercept_, dtype=np.float64),
        )
        return cls(table, weights, [str(label) for label in pipeline.classes_])

    def decision(self, columns: Sequence[Sequence[Tokens]]) -> Array:
        """Return decision values of shape (n_rows, n_outputs); `columns` holds each view's rows."""
        if not HAS_SCORER:
            return self.decision_by_passes(columns)
        values = np.tile(self.weights.intercepts, (len(columns[0]), 1))
        self._scorer.add(columns, values)
        return values

    def decision_by_passes(self, columns: Sequence[Sequence[Tokens]]) -> Array:
        """Return the same by numpy alone."""
        terms, rows, n_segments = self._terms(columns)
        values = np.empty((len(columns[0]), len(self.weights.intercepts)))
        for k, coefficients in enumerate(self.weights.coefficients):
            added = np.bincount(
                terms.segments, terms.values * coefficients[terms.ids], minlength=n_segments
            )
            values[:, k] = self.weights.intercepts[k]
            for segments in rows:
                values[:, k] += added[segments]
        return values

    def terms(self, row: Sequence[Tokens]) -> list[list[tuple[int, float]]]:
        """Return, for each view of one row, its terms with their values."""
        terms, rows, _ = self._terms([[tokens] for tokens in row])
        pairs = list(zip(terms.ids.tolist(), terms.values.tolist(), strict=True))
        cuts = np.searchsorted(terms.segments, [*(int(s[0]) for s in rows), len(row)])
        return [pairs[a:b] for a, b in pairwise(cuts.tolist())]

    @cached_property
    def names(self) -> list[str]:
        """Every term spelled out, by its number."""
        return self.table.names()

    @cached_property
    def _scorer(self) -> "Scorer":
        told, table = self.weights, self.table
        return Scorer(
            table.words,
            table.walked(),
            table.n_words,
            (told.idf, told.sublinear, told.binary, told.normed, told.factors, told.coefficients),
        )

    def _terms(self, columns: Sequence[Sequence[Tokens]]) -> tuple[Terms, tuple[Ids, ...], int]:
        """Count and weigh; return the terms, the segment of each view's rows, the number of segments."""
        weights = self.weights
        found = self.table.find(columns)
        keys = found.at * max(self.table.n_terms, 1) + found.terms
        keys.sort()
        fresh = np.empty(len(keys), dtype=np.bool_)
        fresh[:1] = True
        np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
        first = np.flatnonzero(fresh)
        segments, ids = np.divmod(keys[first], max(self.table.n_terms, 1))
        views = found.views[segments]
        values = weights.idf[ids]
        if self._counted:
            counts = np.diff(first, append=len(keys)).astype(np.float64)
            if self._sublinear:
                counts = np.where(weights.sublinear[views], 1.0 + np.log(counts), counts)
            values = values * np.where(weights.binary[views], 1.0, counts)
        norms = np.sqrt(np.bincount(segments, values * values, minlength=found.n_segments))
        scale = weights.factors[found.views]
        normed = weights.normed[found.views] & (norms > 0.0)
        np.divide(scale, norms, out=scale, where=normed)
        return Terms(segments, ids, values * scale[segments]), found.segments, found.n_segments


def _idf(vectorizer: Any) -> Array:
    if vectorizer.use_idf:
        return np.asarray(vectorizer.idf_, dtype=np.float64)
    return np.ones(len(vectorizer.vocabulary_))


def _flags(values: Any) -> Flags:
    return np.array([bool(value) for value in values], dtype=np.bool_)
