"""Which stance each sentence takes: the rows that the stance head reads."""

from collections.abc import Sequence

import numpy as np

from model.analysis import Analysis
from model.heads import Array, Head, HeadConfig, Row, View, ViewConfig
from model.tag import ActorTag, SpeakerTag, StanceTag

STANCE = "stance"
CONFIG = HeadConfig(STANCE, (ViewConfig("words", ngrams=(1, 2), min_df=2, sublinear=True),), C=3.0)


def stance_rows(
    analysis: Analysis,
    speakers: Sequence[SpeakerTag],
    actors: Sequence[Sequence[ActorTag]],
) -> list[Row]:
    """Return one row a sentence; `speakers` and `actors` are what was said of the sentences before."""
    return [
        {
            "words": View(
                tuple(word.text.lower() for word in words),
                tuple((word.start, word.end) for word in words),
            )
        }
        for words in analysis.words
    ]


def stance_tag(scores: Array, head: Head, *, abstain_below: float) -> StanceTag:
    """Read one row of calibrated probabilities, of shape (n_classes,)."""
    best = int(np.argmax(scores))
    return StanceTag(
        label=head.classes[best],
        score=float(scores[best]),
        scores={label: float(score) for label, score in zip(head.classes, scores, strict=True)},
        abstain=bool(scores[best] < abstain_below),
    )
