"""One head is fitted."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.pipeline import Pipeline

from model.heads import Calibration, Head, HeadConfig, build_pipeline, to_matrix
from model.rows import Row
from training.penalty import term_scales


def fit_head(
    config: HeadConfig, rows: Sequence[Row], targets: Sequence[str], *, seed: int = 0
) -> Head:
    """Fit one head, not yet calibrated; `targets` holds the label of each row."""
    pipeline = fit_pipeline(config, to_matrix(rows, config), targets, seed=seed)
    return Head(config, pipeline, Calibration.identity(len(pipeline.classes_)))


def fit_pipeline(
    config: HeadConfig,
    matrix: npt.NDArray[Any],
    targets: Sequence[str] | npt.NDArray[np.str_],
    *,
    seed: int = 0,
) -> Pipeline:
    """Fit a head's pipeline; its coefficients are those of the TF-IDF values as they are.

    Args:
        config: the head's.
        matrix: `model.heads.to_matrix` of its rows.
        targets: label of each row.
        seed: of the regression.

    Raises:
        ValueError: a view without a single term, or fewer than two labels.
    """
    pipeline = build_pipeline(config, seed=seed)
    regression = pipeline.named_steps["regression"]
    values = csr_matrix(pipeline.named_steps["views"].fit_transform(matrix))
    scales = term_scales(values, targets, contrast=config.contrast, levelling=config.levelling)
    regression.fit(values.multiply(scales).tocsr(), targets)
    regression.coef_ = regression.coef_ * scales
    return pipeline
