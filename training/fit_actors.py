"""The heads that say whose intervention is meant, fitted on coded documents."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from labels.labelled_set import CodedDocument
from model.actor_views import named_rows, told
from model.analysis import Analysis
from model.heads import (
    Array,
    Calibration,
    Head,
    HeadConfig,
    to_matrix,
)
from model.line_views import line_rows
from model.mentions import (
    LINE_CONFIG,
    MEANT,
    NAMED_CONFIG,
    PROPOSED_CONFIG,
    Named,
    actor_tags,
)
from model.proposed_views import proposed_rows
from model.reading import read
from model.rows import Row
from model.scene import scene
from model.tag import ActorTag
from training.fit_head import fit_pipeline
from training.splits import by_document

NOT_MEANT = "no"
ANYBODY = ""  # of a row that asks whether anybody is meant
N_FOLDS = 4
Found = list[tuple[int, int, str, Row]]  # document, line, actor, row


@dataclass(frozen=True, slots=True)
class ActorFit:
    """The actor heads, and what they say of documents that they were not fitted on.

    Attributes:
        heads: by name, calibrated.
        held_out: tags of every document, out of fold: what later heads may learn from.
    """

    heads: dict[str, Head]
    held_out: list[tuple[tuple[ActorTag, ...], ...]]


def fit_actor_heads(
    analyses: Sequence[Analysis], documents: Sequence[CodedDocument], *, seed: int
) -> dict[str, Head]:
    """Fit the actor heads, calibrated; see `fit_actors`."""
    return fit_actors(analyses, documents, seed=seed).heads


def fit_actors(
    analyses: Sequence[Analysis], documents: Sequence[CodedDocument], *, seed: int
) -> ActorFit:
    """Fit the actor heads, calibrated.

    ```
    named rows | named_actor, out of fold | line rows | actor_line, out of fold
               | proposed rows | proposed_actor
    ```

    Every head learns from what those before it say of documents that they were not fitted on, as it
    will meet them; all are calibrated by Platt's sigmoid on out-of-fold decisions.

    Raises:
        ValueError: fewer than two documents, or no row of either answer to learn from.
    """
    scenes = [scene(analysis) for analysis in analyses]
    lines = [told(one) for one in scenes]
    found = [
        (number, at, actor, row)
        for number, one in enumerate(scenes)
        for at, actor, row in named_rows(one, lines[number])
    ]
    first, scores = _fit(NAMED_CONFIG, found, documents, seed=seed)
    named: Named = [{} for _ in scenes]
    for (number, at, actor, _), score in zip(found, scores, strict=True):
        named[number][at, actor] = float(score)
    found = [
        (number, at, ANYBODY, row)
        for number, one in enumerate(scenes)
        for at, row in line_rows(one, named[number], read(analyses[number]))
    ]
    second, scores = _fit(LINE_CONFIG, found, documents, seed=seed)
    left = iter(scores.tolist())
    about = [[next(left) for _ in one.lines] for one in scenes]
    found = [
        (number, at, actor, row)
        for number, one in enumerate(scenes)
        for at, actor, row in proposed_rows(one, lines[number], named[number], about[number])
    ]
    third, scores = _fit(PROPOSED_CONFIG, found, documents, seed=seed)
    keys = [(number, at, actor) for number, at, actor, _ in found]
    return ActorFit(
        heads={head.config.name: head for head in (first, second, third)},
        held_out=actor_tags(analyses, scenes, keys, scores),
    )


def _fit(
    config: HeadConfig, found: Found, documents: Sequence[CodedDocument], *, seed: int
) -> tuple[Head, Array]:
    """Fit a head on all rows; return it with its calibrated out-of-fold scores, of shape (n_rows,)."""
    meant = [_is_meant(documents[number], at, actor) for number, at, actor, _ in found]
    targets = np.array([MEANT if yes else NOT_MEANT for yes in meant])
    matrix = to_matrix([row for *_, row in found], config)
    origin = np.array([number for number, *_ in found])
    values = np.zeros(len(found))
    for fold in by_document(len(documents), k=min(N_FOLDS, len(documents)), seed=seed):
        held_out = np.isin(origin, fold.held_out)
        if held_out.any():
            pipeline = fit_pipeline(config, matrix[~held_out], targets[~held_out], seed=seed)
            values[held_out] = pipeline.decision_function(matrix[held_out])
    pipeline = fit_pipeline(config, matrix, targets, seed=seed)
    head = Head(config, pipeline, platt(values, targets == MEANT))
    scores = head.probabilities(np.column_stack([np.zeros_like(values), values]))
    return head, scores[:, head.classes.index(MEANT)]


def _is_meant(coded: CodedDocument, at: int, actor: str) -> bool:
    meant = coded.codings[at].proposed_actors
    return bool(meant) if actor == ANYBODY else actor in meant


def platt(values: Array, is_yes: npt.NDArray[np.bool_]) -> Calibration:
    """Return the sigmoid that makes decision values of shape (n_rows,) probabilities (Platt 1999)."""
    # So large a C that the two numbers are not penalised.
    sigmoid = LogisticRegression(C=1e6).fit(values[:, None], is_yes)
    return Calibration(
        scale=float(sigmoid.coef_[0, 0]),
        shift=(0.0, float(sigmoid.intercept_[0])),
    )
