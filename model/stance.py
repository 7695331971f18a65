"""What position a sentence takes: the rows that the stance heads read, and how two heads make one answer.

```
row | about head:  does it talk of an intervention at all?            p(about)
row | stance head: if it does, which position?                         p(stance | about)
    | p(stance) = p(about) p(stance | about), what is left is neutral  -> StanceTag
```

Most errors on real news are neutral against the rest, and most neutral sentences aren't about an
intervention at all: the first head learns that from every sentence, so that the second can learn from
what is left what tells a position from a neutral report.
"""

from collections.abc import Mapping, Sequence

from model.heads import Array, Head, HeadConfig, ViewConfig
from model.rows import Row
from model.tag import StanceTag

STANCE = "stance"
ABOUT = "about"
YES, NO = "yes", "no"
VIEWS = (
    ViewConfig("stems", ngrams=(1, 2), min_df=2, sublinear=True, weight=3.0),
    ViewConfig("pairs", min_df=3, sublinear=True, weight=2.0),
    ViewConfig("classes", min_df=2, weight=2.0),
    ViewConfig("classes_before", min_df=2, weight=0.5),
    ViewConfig("sequence", ngrams=(1, 3), min_df=3, sublinear=True),
    ViewConfig("cues", min_df=2, presence=True, weight=0.3),
    ViewConfig("topical", min_df=2, presence=True, weight=0.15),
    ViewConfig("frames", min_df=2, presence=True, weight=0.6),
    ViewConfig("relevance", min_df=2, presence=True, weight=0.3),
    ViewConfig("context", min_df=2, presence=True, weight=0.3),
    ViewConfig("roles", min_df=2, presence=True, weight=0.5),
)
CONFIG = HeadConfig(STANCE, VIEWS, C=0.3, contrast=0.3, levelling=0.5)
ABOUT_CONFIG = HeadConfig(ABOUT, VIEWS, C=0.3, balanced=False, contrast=0.3, levelling=0.5)


def stance_scores(sentence_rows: Sequence[Row], heads: Mapping[str, Head], neutral: str) -> Array:
    """Return calibrated probabilities of shape (n_rows, n_labels), in the stance head's order.

    Without an about head (a scheme that codes no actors) the stance head answers alone.
    """
    return scores_of(decisions(sentence_rows, heads), heads, neutral)


def decisions(sentence_rows: Sequence[Row], heads: Mapping[str, Head]) -> dict[str, Array]:
    """Return each stance head's decision values, of shape (n_rows, n_labels), by its name."""
    stance = heads[STANCE]
    if ABOUT not in heads:
        return {STANCE: stance.decision(sentence_rows)}
    about, position = heads[ABOUT].decision_with(stance, sentence_rows)
    return {ABOUT: about, STANCE: position}


def scores_of(values: Mapping[str, Array], heads: Mapping[str, Head], neutral: str) -> Array:
    """Return the calibrated probabilities of decision values, by name of head."""
    stance = heads[STANCE]
    scores = stance.probabilities(values[STANCE])
    if ABOUT not in heads:
        return scores
    about = heads[ABOUT]
    talks = about.probabilities(values[ABOUT])[:, about.classes.index(YES)]
    return combine(talks, scores, stance.classes.index(neutral))


def combine(about: Array, stances: Array, neutral: int) -> Array:
    """Multiply p(about), of shape (n,), into p(stance | about), of shape (n, n_labels)."""
    scores = stances * about[:, None]
    scores[:, neutral] += 1 - about
    return scores


def stance_tag(scores: Array, head: Head, *, abstain_below: float) -> StanceTag:
    """Read one row of calibrated probabilities, of shape (n_labels,).

    The label is the guess that loses neither precision nor recall (`Calibration.decide`): it may be a
    position that is less probable than none, and its score says how probable.
    """
    by_label: dict[str, float] = dict(zip(head.classes, scores.tolist(), strict=True))
    best = head.classes[int(head.calibration.decide(scores))]
    return StanceTag(best, by_label[best], by_label, abstain=by_label[best] < abstain_below)
