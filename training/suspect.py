"""Codings that are probably wrong: what a tagger that never saw them says, and how sure it is.

Confident learning (Northcutt, Jiang, Chuang 2021), the part that finds errors, in numpy: the
maintained package (cleanlab) is under the AGPL and brings pandas into the process.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labels.document import Document
from labels.judgement import Place
from labels.labelled_set import LabelledSet
from labels.scheme import Coding
from model.analysis import analyse
from model.heads import Array
from model.tag import SpeakerTag, Tag, TaggedDocument
from model.tagger import Tagger
from training.splits import by_document


@dataclass(frozen=True, slots=True)
class Suspect:
    """A coding that is probably wrong.

    Attributes:
        place: the sentence.
        text: the sentence itself.
        field: "stance" or "speaker_type".
        given: what the coding says.
        likely: what the machine says that was fitted without this document.
        given_score: probability of the former, in [0, 1].
        likely_score: probability of the latter, in [0, 1].
        coding: the whole coding.
    """

    place: Place
    text: str
    field: str
    given: str
    likely: str
    given_score: float
    likely_score: float
    coding: Coding

    def to_json(self) -> dict[str, Any]:
        """Return the suspect as one JSON object."""
        document, start, end = self.place
        return {
            "document": document,
            "start": start,
            "end": end,
            "text": self.text,
            "field": self.field,
            "given": self.given,
            "likely": self.likely,
            "given_score": round(self.given_score, 6),
            "likely_score": round(self.likely_score, 6),
        }


def confident(probabilities: Array, given: Sequence[int]) -> list[tuple[int, int]]:
    """Return (row, likely class) of the rows whose given class is probably wrong, worst first.

    A class is confident of a row where its probability reaches the mean that it has over the rows
    given to it; a row is suspect where the likeliest of the confident classes is another one.

    Args:
        probabilities: of shape (n_rows, n_classes), by a head that saw none of these rows.
        given: class of each row.
    """
    codes = np.asarray(given, dtype=np.intp)
    n_classes = probabilities.shape[1]
    threshold = np.array(
        [
            probabilities[codes == k, k].mean() if (codes == k).any() else np.inf
            for k in range(n_classes)
        ]
    )
    eligible = np.where(probabilities >= threshold, probabilities, -np.inf)
    likely = eligible.argmax(axis=1)
    rows = np.arange(len(codes))
    suspect = np.isfinite(eligible[rows, likely]) & (likely != codes)
    margin = probabilities[rows, likely] - probabilities[rows, codes]
    order = np.argsort(-margin, kind="stable")
    return [(int(i), int(likely[i])) for i in order if suspect[i] and margin[i] > 0]


def suspects(
    labelled: LabelledSet,
    fit: Callable[[LabelledSet], Tagger],
    *,
    k: int = 5,
    seed: int = 0,
) -> tuple[Suspect, ...]:
    """List the codings of stance and speaker type that are probably wrong, worst first.

    Every document is tagged by a tagger fitted on the other folds only.

    Args:
        labelled: what people said.
        fit: makes a tagger of a labelled set.
        k: number of folds, by document.
        seed: deals the folds.

    Raises:
        ValueError: fewer documents than folds.
    """
    documents = labelled.documents
    tagged: dict[int, TaggedDocument] = {}
    for fold in by_document(len(documents), k=k, seed=seed):
        part = LabelledSet.of((documents[i] for i in fold.fitted), labelled.scheme)
        held_out = [documents[i] for i in fold.held_out]
        said = fit(part).tag_analyses([analyse(d.document, d.sentences) for d in held_out])
        tagged.update(zip(fold.held_out, said, strict=True))
    rows = [
        (coded.document, coding, tag)
        for i, coded in enumerate(documents)
        for coding, tag in zip(coded.codings, tagged[i].tags, strict=True)
    ]
    scheme = labelled.scheme
    found = _of(
        "stance", scheme.stances, [(d, c, t, c.stance, t.stance.scores) for d, c, t in rows]
    )
    found += _of(
        "speaker_type",
        scheme.speaker_types,
        [
            (d, c, t, c.speaker_type, _spread(t.speaker, scheme.speaker_types))
            for d, c, t in rows
            if t.speaker is not None and c.speaker_type is not None
        ],
    )
    return tuple(sorted(found, key=lambda one: one.given_score - one.likely_score))


def _spread(speaker: SpeakerTag, types: Sequence[str]) -> dict[str, float]:
    """Return a probability of every type: a tag tells the winner's alone, the rest is shared evenly."""
    rest = (1.0 - speaker.score) / max(1, len(types) - 1)
    return {kind: speaker.score if kind == speaker.type else rest for kind in types}


Row = tuple[Document, Coding, Tag, str, Mapping[str, float]]


def _of(field: str, classes: Sequence[str], rows: Sequence[Row]) -> list[Suspect]:
    """Return the suspects of one field.

    Args:
        field: its name.
        classes: its values.
        rows: document, coding, tag, given value and the machine's probabilities, one a sentence.
    """
    if not rows:
        return []
    probabilities = np.array([[scores.get(c, 0.0) for c in classes] for *_, scores in rows])
    found = []
    for row, likely in confident(probabilities, [classes.index(given) for *_, given, _ in rows]):
        document, coding, tag, given, _ = rows[row]
        start, end = tag.sentence.start, tag.sentence.end
        found.append(
            Suspect(
                place=(document.id, start, end),
                text=document.text[start:end],
                field=field,
                given=given,
                likely=classes[likely],
                given_score=float(probabilities[row, classes.index(given)]),
                likely_score=float(probabilities[row, likely]),
                coding=coding,
            )
        )
    return found
