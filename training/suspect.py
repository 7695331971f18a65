"""Codings that are probably wrong: what a tagger that never saw them says, and how sure it is.

Confident learning (Northcutt, Jiang, Chuang 2021), the part that finds errors, in numpy: the
maintained package (cleanlab) is under the AGPL and brings pandas into the process.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labels.judgement import Place
from labels.labelled_set import LabelledSet
from labels.scheme import Coding
from model.analysis import analyse
from model.heads import Array
from model.tag import TaggedDocument
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
    """List the codings of stance that are probably wrong, worst first.

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
    classes = labelled.scheme.stances
    rows = [
        (coded, sentence, coding, tag)
        for i, coded in enumerate(documents)
        for sentence, coding, tag in zip(
            coded.sentences, coded.codings, tagged[i].tags, strict=True
        )
    ]
    probabilities = np.array([[tag.stance.scores.get(c, 0.0) for c in classes] for *_, tag in rows])
    found = confident(probabilities, [classes.index(coding.stance) for _, _, coding, _ in rows])
    listed = []
    for row, likely in found:
        coded, sentence, coding, tag = rows[row]
        document = coded.document
        listed.append(
            Suspect(
                place=(document.id, sentence.start, sentence.end),
                text=document.text[sentence.start : sentence.end],
                field="stance",
                given=coding.stance,
                likely=classes[likely],
                given_score=tag.stance.scores.get(coding.stance, 0.0),
                likely_score=tag.stance.scores[classes[likely]],
                coding=coding,
            )
        )
    return tuple(listed)
