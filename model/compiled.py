"""A fitted head folded into tables: the same decision values as scikit-learn's path, much sooner.

scikit-learn spends nearly all its time in Python, n-gram by n-gram, and some of it per call
whatever the batch. Here a view's n-grams are looked up in one pass, counted in one sort, and
weighed with tables that are ready:

```
tokens | ids of known n-grams | counts a row | tf x idf, L2 norm a row | x coefficients | + intercept
```

Sums run in another order than scikit-learn's, so values agree to about 1e-12, not to the bit.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Tokens = Sequence[str]

# Distinct tokens whose character n-grams are kept; news repeats its words (8 MB at most).
CACHED_TOKENS = 50_000


@dataclass(frozen=True, slots=True)
class Terms:
    """The known n-grams of a batch of rows; parallel arrays, sorted by row and then by term.

    Attributes:
        rows: which row, in [0, n_rows).
        ids: which term of the view.
        values: its TF-IDF value times the view's weight; 1 is the norm of a row at weight 1.
    """

    rows: Ids
    ids: Ids
    values: Array


class CompiledView:
    """One view of one head.

    Attributes:
        n_terms: size of its vocabulary.
        coefficients: of shape (n_outputs, n_terms).
        names: the terms, by id.
    """

    def __init__(self, vectorizer: TfidfVectorizer, weight: float, coefficients: Array) -> None:
        self.n_terms = len(vectorizer.vocabulary_)
        self.coefficients = np.ascontiguousarray(coefficients)
        self.names: tuple[str, ...] = tuple(
            sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
        )
        self._ids: dict[str, int] = {name: i for i, name in enumerate(self.names)}
        self._idf = (
            np.asarray(vectorizer.idf_, dtype=np.float64)
            if vectorizer.use_idf
            else np.ones(self.n_terms)
        )
        self._binary = bool(vectorizer.binary)
        self._normed = vectorizer.norm is not None
        self._weight = weight
        self._sublinear = bool(vectorizer.sublinear_tf)
        self._ngrams: tuple[int, int] = vectorizer.ngram_range
        self._find: Callable[[Tokens], list[int]] = (
            self._words if vectorizer.analyzer == "word" else self._characters
        )
        self._known: dict[str, list[int]] = {}

    def terms(self, views: Sequence[Tokens]) -> Terms:
        """Count and weigh the known n-grams of each row's tokens."""
        found = [self._find(tokens) for tokens in views]
        lengths = np.fromiter(map(len, found), dtype=np.int64, count=len(found))
        flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=int(lengths.sum()))
        keys = np.repeat(np.arange(len(found)) * self.n_terms, lengths) + flat
        keys.sort()
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        counts = np.diff(first, append=len(keys)).astype(np.float64)
        if self._binary:
            counts = np.ones_like(counts)
        rows, ids = np.divmod(keys[first], max(self.n_terms, 1))
        values = (1.0 + np.log(counts) if self._sublinear else counts) * self._idf[ids]
        if not self._normed:
            return Terms(rows, ids, values * self._weight)
        norms = np.sqrt(np.bincount(rows, values * values, minlength=len(found)))
        return Terms(rows, ids, values * (self._weight / norms[rows]))

    def decision(self, views: Sequence[Tokens]) -> Array:
        """Return what the view adds to each output, of shape (n_rows, n_outputs)."""
        terms = self.terms(views)
        added = np.empty((len(views), len(self.coefficients)))
        for k, weights in enumerate(self.coefficients):
            added[:, k] = np.bincount(
                terms.rows, terms.values * weights[terms.ids], minlength=len(views)
            )
        return added

    def _words(self, tokens: Tokens) -> list[int]:
        smallest, largest = self._ngrams
        get = self._ids.get
        found = [i for i in map(get, tokens) if i is not None] if smallest == 1 else []
        for n in range(max(smallest, 2), largest + 1):
            grams = zip(*(tokens[k:] for k in range(n)), strict=False)
            found += [i for i in map(get, map(" ".join, grams)) if i is not None]
        return found

    def _characters(self, tokens: Tokens) -> list[int]:
        found: list[int] = []
        for token in tokens:
            ids = self._known.get(token)
            if ids is None:
                ids = [i for i in map(self._ids.get, self._grams(token)) if i is not None]
                if len(self._known) >= CACHED_TOKENS:
                    self._known.clear()
                self._known[token] = ids
            found += ids
        return found

    def _grams(self, token: str) -> Iterator[str]:
        """Yield the character n-grams of a padded token; one shorter than n counts once."""
        padded = f" {token} "
        smallest, largest = self._ngrams
        for n in range(smallest, largest + 1):
            if n >= len(padded):
                yield padded
                return
            yield from (padded[i : i + n] for i in range(len(padded) - n + 1))


class CompiledHead:
    """All views of one head, and its intercepts.

    Attributes:
        views: in the order of the head's columns.
        intercepts: of shape (n_outputs,); one output where the head has two labels.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        columns = pipeline.named_steps["views"]
        regression = pipeline.named_steps["regression"]
        weights = columns.transformer_weights or {}
        coefficients = np.asarray(regression.coef_, dtype=np.float64)
        views, start = [], 0
        for name, vectorizer, _ in columns.transformers_:
            stop = start + len(vectorizer.vocabulary_)
            views.append(
                CompiledView(vectorizer, weights.get(name, 1.0), coefficients[:, start:stop])
            )
            start = stop
        self.views = tuple(views)
        self.intercepts = np.asarray(regression.intercept_, dtype=np.float64)

    def decision(self, columns: Sequence[Sequence[Tokens]]) -> Array:
        """Return decision values of shape (n_rows, n_outputs); `columns` holds each view's rows."""
        added = (view.decision(rows) for view, rows in zip(self.views, columns, strict=True))
        return np.asarray(sum(added, start=self.intercepts[np.newaxis, :]), dtype=np.float64)
