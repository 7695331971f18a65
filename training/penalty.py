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

Array = npt.NDArray[np.float64]
Labels = Sequence[str] | npt.NDArray[np.str_]
# Added to counts, so that a term that one label never has does not decide alone (Wang and Manning 2012).
SMOOTHING = 1.0
# Root mean squares below this count as this: a term of a few sentences of ten thousand.
LEAST = 1e-3


def term_scales(values: csr_matrix, targets: Labels, *, contrast: float, levelling: float) -> Array:
    """Return what each column is multiplied by; their mean square together stays as it was.

    `(1 - contrast + contrast * ratio) / rms ** levelling`: the ratio is `log_count_ratios`, the root mean
    square is the column's.

    Args:
        values: TF-IDF values of shape (n_rows, n_terms).
        targets: label of each row.
        contrast: in [0, 1): 0 leaves the ratio out.
        levelling: in [0, 1]: 0 leaves columns as they are, 1 makes all equally large.
    """
    squares = np.asarray(values.power(2).mean(axis=0), dtype=np.float64).ravel()
    scales = 1.0 - contrast + contrast * log_count_ratios(values, targets)
    scales /= (np.sqrt(squares) + LEAST) ** levelling
    kept: Array = scales * np.sqrt(squares.sum() / (scales**2 @ squares))
    return kept


def log_count_ratios(values: csr_matrix, targets: Labels) -> Array:
    """Return how far each term tells a label from the others, of shape (n_terms,): the largest over labels.

    The absolute logarithm of the ratio between the shares of a label's rows and of the others' rows in
    which the term stands (Wang and Manning 2012, "Baselines and Bigrams").
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
