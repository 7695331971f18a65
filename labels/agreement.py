"""How far coders agree: Krippendorff's alpha and Cohen's kappa per field, and where they differ.

The arithmetic is our own, because the maintained package (`krippendorff`) is under the GPL and has
neither intervals by document nor a distance between sets; the tests check each alpha against it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from labels.judgement import FIELDS, Judgement, Kind, standing
from labels.settlement import Settled, Verdict, comparable, differing

Array = npt.NDArray[np.float64]
Value = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% bootstrap interval; None where it is undefined (no variation)."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def to_json(self) -> dict[str, float | None]:
        """Return value, low and high."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two coders on one field.

    Attributes:
        coders: their names, in alphabetical order.
        n: sentences that both coded.
        observed: share of these on which they agree.
        kappa: Cohen's kappa.
        confusion: how often the first said one value and the second another, most frequent first.
    """

    coders: tuple[str, str]
    n: int
    observed: float
    kappa: Interval
    confusion: tuple[tuple[Value, Value, int], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the pair as one JSON object."""
        first, second = self.coders
        return {
            "coders": list(self.coders),
            "n": self.n,
            "observed": self.observed,
            "kappa": self.kappa.to_json(),
            "confusion": [{first: a, second: b, "n": n} for a, b, n in self.confusion],
        }


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """How far all coders agree on one field.

    Attributes:
        field: name of the field.
        n: sentences that at least two people coded.
        n_documents: articles in which these stand; intervals resample articles, not sentences.
        alpha: Krippendorff's alpha; nominal, except that sets of actors differ by Jaccard distance.
        pairs: every two coders that share sentences.
    """

    field: str
    n: int
    n_documents: int
    alpha: Interval
    pairs: tuple[Pair, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the field as one JSON object."""
        return {
            "field": self.field,
            "sentences": self.n,
            "documents": self.n_documents,
            "alpha": self.alpha.to_json(),
            "pairs": [pair.to_json() for pair in self.pairs],
        }


@dataclass(frozen=True, slots=True)
class Unit:
    """What each coder said of one sentence, in one field."""

    document: str
    values: tuple[tuple[str, Value], ...]


def agreement(
    judgements: Iterable[Judgement], *, n_boot: int = 1000, seed: int = 0
) -> tuple[FieldAgreement, ...]:
    """Measure agreement on every field, over the sentences that at least two people coded.

    Adjudications are no coder's word and stay out; so do fields that a coder left to the machine.

    Args:
        judgements: all that are kept; superseded ones are passed over.
        n_boot: bootstrap samples of documents; 0 leaves the intervals out.
        seed: of the bootstrap.
    """
    codings = [one for one in standing(judgements) if one.kind is Kind.CODING]
    return tuple(_field(name, codings, n_boot=n_boot, seed=seed) for name in FIELDS)


def _field(name: str, codings: Sequence[Judgement], *, n_boot: int, seed: int) -> FieldAgreement:
    units = units_of(name, codings)
    documents = sorted({unit.document for unit in units})
    distance = jaccard_distance if name == "proposed_actors" else None
    pairs = {
        pair
        for unit in units
        for pair in combinations(sorted(coder for coder, _ in unit.values), 2)
    }
    return FieldAgreement(
        field=name,
        n=len(units),
        n_documents=len(documents),
        alpha=alpha(units, distance=distance, n_boot=n_boot, seed=seed),
        pairs=tuple(_pair(units, pair, n_boot=n_boot, seed=seed) for pair in sorted(pairs)),
    )


def units_of(field: str, codings: Iterable[Judgement]) -> tuple[Unit, ...]:
    """Return the sentences that at least two people coded in `field`, in the order of places."""
    said: dict[tuple[str, int, int], list[tuple[str, Value]]] = {}
    for one in codings:
        if one.coding is not None and field in one.coded:
            said.setdefault(one.place, []).append((one.coder, comparable(field, one.coding)))
    return tuple(
        Unit(place[0], tuple(values)) for place, values in sorted(said.items()) if len(values) > 1
    )


def jaccard_distance(a: Value, b: Value) -> float:
    """Return 1 - |a and b| / |a or b| of two sets of actors; two empty sets are equal.

    >>> jaccard_distance(("FRA", "UN"), ("UN",)), jaccard_distance((), ())
    (0.5, 0.0)
    """
    first, second = set(a or ()), set(b or ())
    union = first | second
    return 1 - len(first & second) / len(union) if union else 0.0


def alpha(
    units: Sequence[Unit],
    *,
    distance: Callable[[Value, Value], float] | None = None,
    n_boot: int = 1000,
    seed: int = 0,
) -> Interval:
    """Return Krippendorff's alpha, 1 - observed / expected disagreement (Krippendorff 2011).

    Args:
        units: each coded by two people or more.
        distance: between two values, in [0, 1]; None: 0 for the same value, else 1.
        n_boot: bootstrap samples of documents.
        seed: of the bootstrap.
    """
    values = sorted({value for unit in units for _, value in unit.values}, key=repr)
    documents = sorted({unit.document for unit in units})
    column = {value: i for i, value in enumerate(values)}
    row = {document: i for i, document in enumerate(documents)}
    delta = 1.0 - np.eye(len(values))
    if distance is not None:
        delta = np.array([[distance(a, b) for b in values] for a in values])
    counts = np.zeros((len(documents), len(values)))
    observed = np.zeros(len(documents))
    for unit in units:
        codes = [column[value] for _, value in unit.values]
        counts[row[unit.document]] += np.bincount(codes, minlength=len(values))
        apart = sum(delta[a, b] for a, b in combinations(codes, 2))
        observed[row[unit.document]] += 2 * apart / (len(codes) - 1)

    def of(weights: Array) -> Array:
        margins = weights @ counts
        n = margins.sum(axis=1)
        expected = np.einsum("bi,ij,bj->b", margins, delta, margins, optimize=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(1 - (n - 1) * (weights @ observed) / expected)

    return _interval(of, len(documents), n_boot=n_boot, seed=seed)


def _pair(units: Sequence[Unit], coders: tuple[str, str], *, n_boot: int, seed: int) -> Pair:
    both = []
    for unit in units:
        said = dict(unit.values)
        if coders[0] in said and coders[1] in said:
            both.append((unit.document, said[coders[0]], said[coders[1]]))
    confusion: dict[tuple[Value, Value], int] = {}
    for _, a, b in both:
        confusion[a, b] = confusion.get((a, b), 0) + 1
    ranked = sorted(confusion.items(), key=lambda item: (-item[1], repr(item[0])))
    return Pair(
        coders=coders,
        n=len(both),
        observed=sum(a == b for _, a, b in both) / len(both),
        kappa=kappa(both, n_boot=n_boot, seed=seed),
        confusion=tuple((a, b, n) for (a, b), n in ranked),
    )


def kappa(
    both: Sequence[tuple[str, Value, Value]], *, n_boot: int = 1000, seed: int = 0
) -> Interval:
    """Return Cohen's kappa of (document, one coder's value, the other's) triples."""
    values = sorted({v for _, a, b in both for v in (a, b)}, key=repr)
    documents = sorted({document for document, _, _ in both})
    column = {value: i for i, value in enumerate(values)}
    row = {document: i for i, document in enumerate(documents)}
    first, second = np.zeros((2, len(documents), len(values)))
    same = np.zeros(len(documents))
    for document, a, b in both:
        first[row[document], column[a]] += 1
        second[row[document], column[b]] += 1
        same[row[document]] += a == b

    def of(weights: Array) -> Array:
        one, other = weights @ first, weights @ second
        n = one.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            expected = (one * other).sum(axis=1) / n**2
            return np.asarray((weights @ same / n - expected) / (1 - expected))

    return _interval(of, len(documents), n_boot=n_boot, seed=seed)


def _interval(
    of: Callable[[Array], Array], n_documents: int, *, n_boot: int, seed: int
) -> Interval:
    """Return a figure of weighted documents with its percentile interval over resampled ones."""
    if n_documents == 0:
        return Interval(None)
    value = float(of(np.ones((1, n_documents)))[0])
    if not np.isfinite(value):
        return Interval(None)
    if n_boot == 0 or n_documents == 1:
        return Interval(value)
    drawn = np.random.default_rng(seed).multinomial(
        n_documents, np.full(n_documents, 1 / n_documents), size=n_boot
    )
    figures = of(drawn.astype(np.float64))
    defined = figures[np.isfinite(figures)]
    if defined.size == 0:
        return Interval(value)
    low, high = np.quantile(defined, [0.025, 0.975])
    return Interval(value, float(low), float(high))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A sentence that coders coded differently.

    Attributes:
        settled: the sentence, what each said, and the adjudication if there is one.
        fields: the fields in which they differ.
    """

    settled: Settled
    fields: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Nobody has adjudicated it yet."""
        return self.settled.verdict is Verdict.DISPUTED


def disagreements(settled: Iterable[Settled]) -> tuple[Disagreement, ...]:
    """List the sentences whose coders differ: open ones first, those on stance first among them."""
    found = []
    for one in settled:
        if fields := differing(one.judgements):
            found.append(Disagreement(one, fields))
    return tuple(
        sorted(found, key=lambda d: (not d.is_open, "stance" not in d.fields, d.settled.place))
    )
