"""Fits the stance heads on coded documents: the about head, the stance head, their calibration.

```
rows | folds by document: fit on the rest, decision values on the held-out documents
     | Platt scaling of each head under the news' base rates, decision, abstention
     | both heads once more on everything
```
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
import numpy.typing as npt

from labels.labelled_set import CodedDocument
from labels.scheme import CODEBOOK, Scheme
from model.analysis import Analysis
from model.heads import (
    Array,
    Head,
    HeadConfig,
    build_pipeline,
    to_matrix,
)
from model.reading import read
from model.rows import Row
from model.stance import ABOUT, ABOUT_CONFIG, CONFIG, NO, STANCE, YES, decisions, scores_of
from model.tag import ActorTag, SpeakerTag
from model.views import stance_rows
from training.calibrate import (
    columns_of,
    coverage_at_risk,
    decision_shift,
    fit_calibration,
    to_base_rate,
)
from training.fit_head import fit_regression, fit_views, uncalibrated
from training.splits import by_document

N_FOLDS = 5
RISK = 0.15
# Held-out sentences: with fewer, the choice of what to report would follow chance.
MIN_TO_DECIDE = 500
UNSEEN = -20.0
# Share of speaker types that are drawn anew; a fourth of the draws is right again.
SPEAKER_NOISE = 0.4


@dataclass(frozen=True, slots=True)
class StanceFit:
    """The fitted stance heads and what was seen on held-out documents.

    Attributes:
        heads: by name.
        abstain_below: stance scores under this are wrong more often than `risk` allows.
        coverage: expected share of sentences in the news that don't abstain.
        risk: accepted share of wrong labels among the answered.
    """

    heads: dict[str, Head]
    abstain_below: float
    coverage: float
    risk: float


def fit_stance_heads(
    analyses: Sequence[Analysis],
    speakers: Sequence[Sequence[SpeakerTag]],
    actors: Sequence[Sequence[Sequence[ActorTag]]],
    documents: Sequence[CodedDocument],
    *,
    seed: int,
    scheme: Scheme = CODEBOOK,
    configs: tuple[HeadConfig, HeadConfig] = (ABOUT_CONFIG, CONFIG),
) -> StanceFit:
    """Fit about and stance head on coded documents and calibrate both on held-out ones.

    Args:
        analyses: one a document.
        speakers: who speaks, per document and sentence; out-of-fold, as at tagging.
        actors: whose intervention, likewise.
        documents: with their codings.
        seed: deals the folds.
        scheme: names the labels; without actors only a stance head is fitted.
        configs: of the about and of the stance head, which read the same views.

    Raises:
        ValueError: too little to learn from (`fit_uncalibrated`).
    """
    data = stance_data(analyses, speakers, actors, documents, scheme)
    owner = np.array([i for i, d in enumerate(documents) for _ in d.codings])
    everything = np.ones(len(data.rows), dtype=bool)
    heads = fit_uncalibrated(data, everything, configs, seed)
    held = _held_out(data, owner, len(documents), configs, heads, seed)
    return _calibrated(heads, held, data, scheme)


@dataclass(frozen=True, slots=True)
class StanceData:
    """Sentences as the stance heads learn from them; parallel sequences.

    Attributes:
        rows: what the heads read.
        stances: what people coded.
        about: YES or NO, whether an intervention is talked about; None where a scheme can't say.
    """

    rows: Sequence[Row]
    stances: Sequence[str]
    about: Sequence[str] | None


def noisy_speakers(
    documents: Sequence[CodedDocument], *, seed: int
) -> list[tuple[SpeakerTag, ...]]:
    """Return the coded speakers, about as often wrong in type as the speaker heads are on new text.

    The stance head must not learn to trust speakers more than they deserve at tagging. Speakers of
    held-out heads do as well and no better (docs/quality.md), and cost a third of all training.
    """
    dice = Random(seed)  # noqa: S311 - makes noise, guards nothing
    types = [c.speaker_type or "" for d in documents for c in d.codings]
    return [
        tuple(
            SpeakerTag(
                dice.choice(types) if dice.random() < SPEAKER_NOISE else c.speaker_type or "",
                1.0,
                c.speaker,
            )
            for c in d.codings
        )
        for d in documents
    ]


def stance_data(
    analyses: Sequence[Analysis],
    speakers: Sequence[Sequence[SpeakerTag]],
    actors: Sequence[Sequence[Sequence[ActorTag]]],
    documents: Sequence[CodedDocument],
    scheme: Scheme = CODEBOOK,
) -> StanceData:
    """Put together what the stance heads learn from, in the order of the documents."""
    rows: list[Row] = []
    for analysis, spoken, meant in zip(analyses, speakers, actors, strict=True):
        rows.extend(stance_rows(read(analysis), spoken, meant))
    codings = [c for d in documents for c in d.codings]
    about = [YES if c.proposed_actors or c.stance != scheme.neutral else NO for c in codings]
    return StanceData(rows, [c.stance for c in codings], about if scheme.has_actors else None)


def fit_uncalibrated(
    data: StanceData,
    chosen: npt.NDArray[np.bool_],
    configs: tuple[HeadConfig, HeadConfig],
    seed: int,
) -> dict[str, Head]:
    """Fit the heads on the chosen rows, not yet calibrated.

    Both read the same views, which are counted once, since counting is most of the time that fitting takes:
    terms and their IDF are those of all chosen rows, though the stance head learns from those alone that
    talk of an intervention.

    Args:
        data: of all rows.
        chosen: of shape (n_rows,).
        configs: of the about and of the stance head.
        seed: of the regressions.

    Raises:
        ValueError: the two read other views, a view has no term, or fewer than two labels stand there.
    """
    about_config, stance_config = configs
    if about_config.views != stance_config.views:
        raise ValueError("the about head and the stance head must read the same views")
    picked = np.flatnonzero(chosen)
    matrix = to_matrix([data.rows[int(i)] for i in picked], stance_config)
    pipeline = build_pipeline(stance_config, seed=seed)
    values = fit_views(pipeline, matrix)
    stances = np.array(data.stances)[picked]
    heads = {}
    if data.about is not None:
        answers = np.array(data.about)[picked]
        asking = build_pipeline(about_config, seed=seed)
        asking.steps[0] = pipeline.steps[0]  # one fitted transformer for both, stored once
        fit_regression(asking, about_config, values, answers)
        heads[ABOUT] = uncalibrated(about_config, asking)
        values, stances = values[answers == YES], stances[answers == YES]
    fit_regression(pipeline, stance_config, values, stances)
    heads[STANCE] = uncalibrated(stance_config, pipeline)
    return heads


def _held_out(
    data: StanceData,
    owner: npt.NDArray[np.int_],
    n_documents: int,
    configs: tuple[HeadConfig, HeadConfig],
    final: Mapping[str, Head],
    seed: int,
) -> dict[str, Array]:
    """Return each head's decision values on documents that it wasn't fitted on.

    The columns are those of the `final` heads; a label that a fold never saw has a very low value.
    """
    n = len(owner)
    values = {name: np.full((n, len(head.classes)), UNSEEN) for name, head in final.items()}
    for fold in by_document(n_documents, k=min(N_FOLDS, n_documents), seed=seed):
        fitted = np.isin(owner, fold.fitted)
        out = np.flatnonzero(~fitted)
        rows = [data.rows[int(i)] for i in out]
        heads = fit_uncalibrated(data, fitted, configs, seed)
        for name, decided in decisions(rows, heads).items():
            columns = np.array(columns_of(heads[name].classes, final[name].classes))
            values[name][np.ix_(out, columns)] = decided
    return values


def _calibrated(
    heads: Mapping[str, Head],
    held: Mapping[str, Array],
    data: StanceData,
    scheme: Scheme,
) -> StanceFit:
    """Calibrate the heads and choose how they decide, on held-out documents.

    Where these hold few sentences, the most probable label is reported.
    """
    base = to_base_rate(data.stances, scheme.neutral)
    stance = heads[STANCE]
    columns = np.array(columns_of(data.stances, stance.classes))
    talking = np.ones(len(columns), dtype=bool)
    if data.about is not None:
        about = heads[ABOUT]
        about.calibration = fit_calibration(
            held[ABOUT], columns_of(data.about, about.classes), base
        )
        talking = np.array([answer == YES for answer in data.about])
    stance.calibration = fit_calibration(
        held[STANCE][talking], list(columns[talking]), base[talking]
    )
    scores = scores_of(held, heads, scheme.neutral)
    if len(scores) >= MIN_TO_DECIDE:
        neutral = stance.classes.index(scheme.neutral)
        shift = decision_shift(scores, columns, base, neutral)
        stance.calibration = replace(stance.calibration, decision_shift=shift)
    decided = stance.calibration.decide(scores)
    confidence = scores[np.arange(len(scores)), decided]
    threshold, coverage = coverage_at_risk(confidence, decided == columns, base, RISK)
    return StanceFit(dict(heads), threshold, coverage, RISK)
