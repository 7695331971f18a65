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

Heads that count the same terms (`Counts`) can be joined: the terms are looked up once for all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

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
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """Which n-grams are counted, and what a count is worth.

    Attributes:
        table: the n-grams.
        idf: of each term; 1 in a view without IDF.
        sublinear: of each view, whether a count is replaced by 1 + ln(count).
        binary: of each view, whether presence alone counts.
        normed: of each view, whether a row is divided by its L2 norm.
        factors: of each view, what it is multiplied by.
    """

    table: NgramTable
    idf: Array
    sublinear: Flags
    binary: Flags
    normed: Flags
    factors: Array

    @classmethod
    def of(cls, columns: "ColumnTransformer") -> "Counts":
        """Fold fitted views; heads that share a transformer share the counts."""
        found = _FOLDED.get(columns)
        # Of threads that fold at once, all take what the first of them made.
        return _FOLDED.setdefault(columns, cls._folded(columns)) if found is None else found

    @classmethod
    def _folded(cls, columns: "ColumnTransformer") -> "Counts":
        factors: Mapping[str, float] = columns.transformer_weights or {}
        vectorizers = {name: vectorizer for name, vectorizer, _ in columns.transformers_}
        each = vectorizers.values()
        return cls(
            table=NgramTable.built([(v.analyzer, v.ngram_range, v.vocabulary_) for v in each]),
            idf=np.concatenate([_idf(vectorizer) for vectorizer in each]),
            sublinear=_flags(v.sublinear_tf for v in each),
            binary=_flags(v.binary for v in each),
            normed=_flags(v.norm is not None for v in each),
            factors=np.array([factors.get(name, 1.0) for name in vectorizers]),
        )


_FOLDED: "WeakKeyDictionary[ColumnTransformer, Counts]" = WeakKeyDictionary()


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
        counts: its terms.
        coefficients: what these weigh, of shape (n_outputs, n_terms).
        intercepts: of shape (n_outputs,); one output where the head has two labels.
        classes: the labels.
    """

    def __init__(
        self, counts: Counts, coefficients: Array, intercepts: Array, classes: Sequence[str]
    ) -> None:
        self.classes = tuple(classes)
        self.counts = counts
        self.coefficients = coefficients
        self.intercepts = intercepts
        self._joined: tuple[CompiledHead, CompiledHead] | None = None

    @classmethod
    def of(cls, pipeline: "Pipeline") -> "CompiledHead":
        """Fold a fitted scikit-learn pipeline (`model.heads.build_pipeline`)."""
        regression = pipeline.named_steps["regression"]
        return cls(
            Counts.of(pipeline.named_steps["views"]),
            np.ascontiguousarray(regression.coef_, dtype=np.float64),
            np.asarray(regression.intercept_, dtype=np.float64),
            [str(label) for label in pipeline.classes_],
        )

    def joined(self, other: "CompiledHead") -> "CompiledHead | None":
        """Return a head with the outputs of both, its own first; None where their terms differ.

        It is kept for the next call, and is no head with labels of its own.
        """
        if self.counts is not other.counts:
            return None
        made = self._joined
        if made is None or made[0] is not other:
            # By term, as the extension wants it: so it makes no second copy.
            by_term = np.concatenate([self.coefficients.T, other.coefficients.T], axis=1)
            intercepts = np.concatenate([self.intercepts, other.intercepts])
            both = (*self.classes, *other.classes)
            made = self._joined = other, CompiledHead(self.counts, by_term.T, intercepts, both)
        return made[1]

    def decision(self, columns: Sequence[Sequence[Tokens]]) -> Array:
        """Return decision values of shape (n_rows, n_outputs); `columns` holds each view's rows."""
        if not HAS_SCORER:
            return self.decision_by_passes(columns)
        values = np.tile(self.intercepts, (len(columns[0]), 1))
        self._scorer.add(columns, values)
        return values

    def decision_by_passes(self, columns: Sequence[Sequence[Tokens]]) -> Array:
        """Return the same by numpy alone."""
        terms, rows, n_segments = self._terms(columns)
        values = np.empty((len(columns[0]), len(self.intercepts)))
        for k, coefficients in enumerate(self.coefficients):
            added = np.bincount(
                terms.segments, terms.values * coefficients[terms.ids], minlength=n_segments
            )
            values[:, k] = self.intercepts[k]
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
        return self.counts.table.names()

    @cached_property
    def _scorer(self) -> "Scorer":
        told, table = self.counts, self.counts.table
        # What one term weighs in every output stands side by side: it is read at once.
        by_term = np.ascontiguousarray(self.coefficients.T)
        return Scorer(
            table.words,
            table.walked(),
            table.n_words,
            (told.idf, told.sublinear, told.binary, told.normed, told.factors, by_term),
        )

    def _terms(self, columns: Sequence[Sequence[Tokens]]) -> tuple[Terms, tuple[Ids, ...], int]:
        """Count and weigh; return the terms, the segment of each view's rows, the number of segments."""
        told, table = self.counts, self.counts.table
        found = table.find(columns)
        keys = found.at * max(table.n_terms, 1) + found.terms
        keys.sort()
        fresh = np.empty(len(keys), dtype=np.bool_)
        fresh[:1] = True
        np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
        first = np.flatnonzero(fresh)
        segments, ids = np.divmod(keys[first], max(table.n_terms, 1))
        views = found.views[segments]
        counts = np.diff(first, append=len(keys)).astype(np.float64)
        counts = np.where(told.sublinear[views], 1.0 + np.log(counts), counts)
        values = told.idf[ids] * np.where(told.binary[views], 1.0, counts)
        norms = np.sqrt(np.bincount(segments, values * values, minlength=found.n_segments))
        scale = told.factors[found.views]
        normed = told.normed[found.views] & (norms > 0.0)
        np.divide(scale, norms, out=scale, where=normed)
        return Terms(segments, ids, values * scale[segments]), found.segments, found.n_segments


def _idf(vectorizer: Any) -> Array:
    if vectorizer.use_idf:
        return np.asarray(vectorizer.idf_, dtype=np.float64)
    return np.ones(len(vectorizer.vocabulary_))


def _flags(values: Any) -> Flags:
    return np.array([bool(value) for value in values], dtype=np.bool_)
