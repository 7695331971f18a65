"""How good is a tagger? Figures on coded documents, with 95% bootstrap intervals by document.

```
coded documents | tagger.tag | align | counts by document | figures
                                     | resample documents | intervals
```

Which figures, and how they are defined: `training.figures`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np

from labels.agreement import Interval
from labels.labelled_set import CodedDocument, LabelledSet
from labels.scheme import Scheme
from model.tag import TaggedDocument
from model.tagger import Tagger
from training.counts import Array, Counts, align, count
from training.figures import ends, figures_of, or_none, resampled, total, with_intervals
from training.gate import Difference
from training.splits import Fold

N_BOOT = 1000
# Which head each figure of the gate judges.
GATED = {
    "stance_macro_f1": "stance",
    "relevant_f1": "stance",
    "speaker_type_acc": "speaker_type",
    "speaker_name_acc": "speaker",
    "actors_micro_f1": "actors",
    "statement_f1": "statement",
}


@dataclass(frozen=True, slots=True)
class Slice:
    """The figures of some of the documents.

    Attributes:
        by: what they share: "conflict" or "origin".
        name: its value.
        n_documents: how many documents.
        n_sentences: how many coded sentences.
        figures: by name; None where undefined.
    """

    by: str
    name: str
    n_documents: int
    n_sentences: int
    figures: Mapping[str, float | None]

    def to_json(self) -> dict[str, Any]:
        """Return the slice as one JSON object."""
        return {
            "by": self.by, "name": self.name, "documents": self.n_documents,
            "sentences": self.n_sentences, "figures": dict(self.figures),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bin:
    """A tenth of the stance scores: where they say 0.7, are 7 of 10 right?"""

    low: float
    high: float
    n: int
    mean_score: float
    accuracy: float

    def to_json(self) -> dict[str, float]:
        """Return the bin as one JSON object."""
        return {
            "low": self.low, "high": self.high, "n": self.n,
            "mean_score": self.mean_score, "accuracy": self.accuracy,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured of one tagger on one coded file.

    Attributes:
        scheme: names the labels.
        n_documents: coded documents.
        n_missing: of these, the ones that were not tagged.
        n_sentences: coded sentences.
        figures: by name, with 95% intervals; see the module.
        stance_confusion: rows coded, columns said, in the order of the scheme's stances.
        speaker_confusion: the same for speaker types.
        bins: reliability of the stance score; empty tenths are left out.
        slices: figures by conflict and by file of origin, where there are two or more.
    """

    scheme: Scheme
    n_documents: int
    n_missing: int
    n_sentences: int
    figures: Mapping[str, Interval]
    stance_confusion: tuple[tuple[int, ...], ...]
    speaker_confusion: tuple[tuple[int, ...], ...]
    bins: tuple[Bin, ...]
    slices: tuple[Slice, ...]

    def to_json(self) -> dict[str, Any]:
        """Return all of it as one JSON object."""
        return {
            "scheme": self.scheme.version,
            "documents": self.n_documents,
            "missing_documents": self.n_missing,
            "sentences": self.n_sentences,
            "figures": {name: figure.to_json() for name, figure in self.figures.items()},
            "stance_confusion": {
                "labels": list(self.scheme.stances), "counts": self.stance_confusion,
            },
            "speaker_confusion": {
                "labels": list(self.scheme.speaker_types), "counts": self.speaker_confusion,
            },
            "calibration": [one.to_json() for one in self.bins],
            "slices": [one.to_json() for one in self.slices],
        }  # fmt: skip


def evaluate(
    coded: Sequence[CodedDocument],
    tagged: Sequence[TaggedDocument],
    scheme: Scheme,
    *,
    n_boot: int = N_BOOT,
    seed: int = 0,
) -> Evaluation:
    """Compare tagged documents with coded ones of the same ids.

    Args:
        coded: what people said; at least one sentence.
        tagged: what the machine said, in any order; documents that nobody coded don't count.
        scheme: under which both speak.
        n_boot: bootstrap samples of documents.
        seed: of the bootstrap.

    Raises:
        ValueError: no coded sentence.
    """
    by_id = {document.document.id: document for document in tagged}
    counts = count(coded, by_id, scheme)
    if not counts.stance.sum():
        raise ValueError("there is no coded sentence to evaluate on")
    whole = total(counts)
    return Evaluation(
        scheme=scheme,
        n_documents=len(coded),
        n_missing=sum(one.document.id not in by_id for one in coded),
        n_sentences=int(counts.stance.sum()),
        figures=with_intervals(counts, n_boot=n_boot, seed=seed),
        stance_confusion=_whole_numbers(whole.stance[0]),
        speaker_confusion=_whole_numbers(whole.speaker[0]),
        bins=_bins(whole.bins[0]),
        slices=_slices(coded, counts),
    )


def compare(
    coded: Sequence[CodedDocument],
    current: Sequence[TaggedDocument],
    candidate: Sequence[TaggedDocument],
    scheme: Scheme,
    *,
    n_boot: int = N_BOOT,
    seed: int = 0,
) -> tuple[Difference, ...]:
    """Compare two versions on the same coded documents, by a paired bootstrap, for the gate.

    Figures that the documents leave undefined (no coded name, say) are left out.
    """
    both = [
        count(coded, {one.document.id: one for one in tagged}, scheme)
        for tagged in (current, candidate)
    ]
    weights = resampled(len(coded), n_boot=n_boot, seed=seed)
    old, new = (figures_of(total(counts)) for counts in both)
    old_samples, new_samples = (figures_of(counts.weighted(weights)) for counts in both)
    found = []
    for name, head in GATED.items():
        if name not in old or np.isnan(old[name][0]) or np.isnan(new[name][0]):
            continue
        low, high = ends(new_samples[name] - old_samples[name])
        was, became = float(old[name][0]), float(new[name][0])
        change = became - was
        found.append(
            Difference(
                name, head, was, became,
                low=change if low is None else low, high=change if high is None else high,
            )
        )  # fmt: skip
    return tuple(found)


def cross_validate(
    labelled: LabelledSet,
    folds: Sequence[Fold],
    fit: Callable[[LabelledSet], Tagger],
    *,
    processes: int = 2,
    seed: int = 0,
) -> Evaluation:
    """Fit on each fold's documents, tag those held out, and evaluate all of them together.

    Slow: one fit a fold. Each held-out document is tagged by a tagger that never saw its fold.

    Args:
        labelled: the whole set.
        folds: from `training.splits`, which never divide a document.
        fit: makes a tagger of a part of the set; runs in other processes, so it must pickle.
        processes: how many folds are fitted at a time.
        seed: of the bootstrap.
    """
    jobs = (joblib.delayed(_held_out)(labelled, fold, fit) for fold in folds)
    parts = joblib.Parallel(n_jobs=processes)(jobs)
    tagged = [document for part in parts for document in part]
    return evaluate(labelled.documents, tagged, labelled.scheme, seed=seed)


def _held_out(
    labelled: LabelledSet, fold: Fold, fit: Callable[[LabelledSet], Tagger]
) -> list[TaggedDocument]:
    tagger = fit(LabelledSet.of((labelled.documents[i] for i in fold.fitted), labelled.scheme))
    return tagger.tag([labelled.documents[i].document for i in fold.held_out])


@dataclass(frozen=True, slots=True)
class Mistake:
    """A sentence that was tagged otherwise than coded."""

    document: str
    text: str
    coded: str
    said: str


def mistakes(
    coded: Sequence[CodedDocument], tagged: Sequence[TaggedDocument], scheme: Scheme, *, limit: int
) -> list[Mistake]:
    """Return the first sentences that differ in stance, speaker type or actors."""
    by_id = {document.document.id: document for document in tagged}
    found: list[Mistake] = []
    for one in coded:
        for pair in align(one, by_id.get(one.document.id), scheme):
            if len(found) >= limit:
                return found
            if not pair.is_right:
                text = one.document.text[pair.start : pair.end]
                told = [
                    f"{coding.stance} | {coding.speaker_type} | {coding.speaker} | "
                    f"{', '.join(coding.proposed_actors) or '-'}"
                    for coding in (pair.coded, pair.said)
                ]
                found.append(Mistake(one.document.id, text, *told))
    return found


def _whole_numbers(matrix: Array) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(n) for n in row) for row in matrix)


def _bins(bins: Array) -> tuple[Bin, ...]:
    return tuple(
        Bin(
            low=i / len(bins), high=(i + 1) / len(bins), n=int(n),
            mean_score=float(scores / n), accuracy=float(right / n),
        )
        for i, (scores, right, n) in enumerate(bins)
        if n
    )  # fmt: skip


def _slices(coded: Sequence[CodedDocument], counts: Counts) -> tuple[Slice, ...]:
    found = []
    for by, values in (
        ("conflict", [one.document.conflict for one in coded]),
        ("origin", [one.origin or None for one in coded]),
    ):
        names = sorted({value for value in values if value})
        if len(names) < 2:
            continue
        weights = np.array([[value == name for value in values] for name in names], dtype=float)
        parts = counts.weighted(weights)
        figures = figures_of(parts)
        for i, name in enumerate(names):
            found.append(
                Slice(
                    by=by, name=name, n_documents=int(weights[i].sum()),
                    n_sentences=int(parts.stance[i].sum()),
                    figures={key: or_none(value[i]) for key, value in figures.items()},
                )
            )  # fmt: skip
    return tuple(found)
