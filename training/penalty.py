"""How strongly each term of a head is penalised: less, where it is rare or tells labels apart.

One penalty for all coefficients treats a word that stands in ten sentences like one that stands in a
thousand, and a word that stands with every label like one that stands with a single one. Here each column
is multiplied before the regression is fitted, and the coefficients by the same numbers afterwards: the
head stays a logistic regression over TF-IDF, whose penalty has a factor of its own for each term.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from model.heads import Array

Labels = Sequence[str] | npt.NDArray[np.str_]
# Added to counts (Wang and Manning 2012). Under a label of few rows it makes rare terms of the others look
# telling, by no more than the logarithm of how much rarer the label is.
SMOOTHING = 1.0
LEAST = 1e-3  # added to root mean squares, so that terms of next to no weight are not blown up


def term_scales(values: csr_matrix, targets: Labels, *, contrast: float, levelling: float) -> Array:
    """Return what each column is multiplied by, of shape (n_terms,), all positive.

    Proportional to `(1 - contrast + contrast * ratio) / (rms + LEAST) ** levelling`: the ratio is that of
    `log_count_ratios`, the root mean square is the column's. The factor before it keeps the sum of the squares
    of all values as it was, so that the strength C of the penalty means what it meant.

    Args:
        values: TF-IDF values of shape (n_rows, n_terms).
        targets: label of each row.
        contrast: in [0, 1): 0 leaves the ratio out.
        levelling: in [0, 1]: 0 leaves columns as large as they are, 1 makes them alike.

    Raises:
        ValueError: contrast or levelling is out of its range.
    """
    if not (0.0 <= contrast < 1.0 and 0.0 <= levelling <= 1.0):
        raise ValueError(f"contrast {contrast} or levelling {levelling} is out of range")
    squares = np.asarray(values.power(2).mean(axis=0), dtype=np.float64).ravel()
    scales = np.full(len(squares), 1.0 - contrast)
    if contrast:
        scales += contrast * log_count_ratios(values, targets)
    scales /= (np.sqrt(squares) + LEAST) ** levelling
    total = float(scales**2 @ squares)
    kept: Array = scales * np.sqrt(squares.sum() / total) if total else np.ones(len(squares))
    return kept


def log_count_ratios(values: csr_matrix, targets: Labels) -> Array:
    """Return how far each term tells a label from the others, of shape (n_terms,), 0 or more.

    The absolute natural logarithm of the ratio between the shares of a label's rows and of all other rows in
    which the term stands, the largest over labels (Wang and Manning 2012, "Baselines and Bigrams").

    Args:
        values: of shape (n_rows, n_terms); a term stands where it isn't 0.
        targets: label of each row.
    """
    labels = np.asarray(targets)
    present = values.astype(bool).astype(np.float64)
    total = np.asarray(present.sum(axis=0)).ravel()
    ratios = np.zeros(values.shape[1])
    for label in np.unique(labels):
        here = labels == label
        inside = np.asarray(present[here].sum(axis=0)).ravel()
        share = (inside + SMOOTHING) / (here.sum() + 2 * SMOOTHING)
        elsewhere = (total - inside + SMOOTHING) / ((~here).sum() + 2 * SMOOTHING)
        ratios = np.maximum(ratios, np.abs(np.log(share / elsewhere)))
    return ratios
