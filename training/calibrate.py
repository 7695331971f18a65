"""Calibration of heads, and the threshold of abstention, from held-out decision values.

Every function takes values and returns values: which sentences were held out, and how much each one
weighs, is the caller's to say. Weights carry the base rates: the labelled set has fewer neutral
sentences than the news, so `to_base_rate` weighs each sentence by how much more often its label is
expected there (Saerens et al. 2002), and whatever is fitted under these weights is fitted to the news.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.metrics import f1_score

from model.heads import Array, Calibration, softmax

# Share of sentences that take no stance in regional news about conflicts. Stated by the project's
# brief for real articles; the labelled set's own share is 0.31 to 0.87 by file.
NEUTRAL_RATE = 0.75
TINY = 1e-12
# Added to the logarithm of the neutral label's probability; differences in macro F1 below the second are chance.
SHIFTS = np.arange(0, -1.55, -0.1).round(1)
TOLERANCE = 0.01


def to_base_rate(targets: Sequence[str], neutral: str, rate: float = NEUTRAL_RATE) -> Array:
    """Return one weight a sentence, of mean 1, under which `neutral` has this share.

    The other labels keep their shares among themselves.
    """
    is_neutral = np.array([target == neutral for target in targets])
    share = is_neutral.mean()
    if share in (0.0, 1.0):
        return np.ones(len(is_neutral))
    return np.asarray(np.where(is_neutral, rate / share, (1 - rate) / (1 - share)))


def fit_calibration(
    values: Array, targets: Sequence[int], weights: Array, *, keep_shape: bool = False
) -> Calibration:
    """Fit one scale and one shift a label by weighted maximum likelihood (multinomial Platt scaling).

    Args:
        values: decision values of sentences that the head wasn't fitted on, (n_rows, n_labels).
        targets: column of each row's label.
        weights: one a row.
        keep_shape: fit the scale alone.
    """
    rows = np.arange(len(values))
    columns = np.asarray(targets)
    n = values.shape[1]
    hits = np.zeros_like(values)
    hits[rows, columns] = 1.0
    total = weights.sum()

    def loss(parameters: Array) -> tuple[float, Array]:
        scale = np.exp(parameters[0])
        shift = np.zeros(n) if keep_shape else parameters[1:]
        p = softmax(values * scale + shift)
        value = -(weights * np.log(np.maximum(p[rows, columns], TINY))).sum() / total
        gap = (p - hits) * weights[:, None] / total
        slope = np.zeros(n + 1)
        slope[0] = (gap * values).sum() * scale
        # A weak pull keeps shifts finite where a label never occurs in the held-out rows.
        slope[1:] = 0.0 if keep_shape else gap.sum(axis=0) + 2e-4 * shift
        return float(value + 1e-4 * (shift**2).sum()), slope

    found = minimize(loss, np.zeros(n + 1), jac=True, method="L-BFGS-B").x
    shift = (0.0,) * n if keep_shape else tuple(float(x) for x in found[1:])
    return Calibration(scale=float(np.exp(found[0])), shift=shift)


def decision_shift(
    probabilities: Array, columns: npt.NDArray[np.int_], weights: Array, neutral: int
) -> tuple[float, ...]:
    """Return the decision shift of the neutral label at which macro F1 is best; 0 for the others.

    Rare labels are seldom the most probable where much is unsure: who reports the most probable alone loses
    most of them. The best decision for F1 lies at about half of the F1 that can be reached (Lipton et al. 2014).
    The figure is flat around its best, so the middle of the shifts that equal it but for chance is taken.

    Args:
        probabilities: calibrated, (n_rows, n_labels).
        columns: of each row's label.
        weights: one a row.
        neutral: column of the neutral label.
    """
    labels = range(probabilities.shape[1])

    def only_neutral(shift: float) -> tuple[float, ...]:
        return tuple(shift if label == neutral else 0.0 for label in labels)

    as_it_is = Calibration.identity(len(labels))
    figures = []
    for shift in SHIFTS:
        said = replace(as_it_is, decision_shift=only_neutral(shift)).decide(probabilities)
        figures.append(
            f1_score(
                columns, said, labels=labels, average="macro", sample_weight=weights,
                zero_division=0,
            )
        )  # fmt: skip
    good = SHIFTS[np.array(figures) >= max(figures) - TOLERANCE]
    return only_neutral(round(float((good[0] + good[-1]) / 2), 2))


def coverage_at_risk(
    confidence: Array, right: npt.NDArray[np.bool_], weights: Array, risk: float
) -> tuple[float, float]:
    """Return the threshold whose answers err at most at `risk`, and the share that it answers.

    The smallest threshold is taken at which the weighted error of all answers above it is at most
    `risk`; (1.0, 0.0) where none is.
    """
    order = np.argsort(-confidence, kind="stable")
    answered = np.cumsum(weights[order])
    wrong = np.cumsum(weights[order] * ~right[order])
    fits = np.flatnonzero(wrong <= risk * answered)
    if not len(fits):
        return 1.0, 0.0
    last = fits[-1]
    return float(confidence[order[last]]), float(answered[last] / weights.sum())


def columns_of(targets: Sequence[str], classes: Sequence[str]) -> list[int]:
    """Return the column of each target among a head's labels."""
    at: Mapping[str, int] = {name: i for i, name in enumerate(classes)}
    return [at[target] for target in targets]
