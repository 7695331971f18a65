"""One head is fitted: its views on rows, then its regression on their values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.pipeline import Pipeline

from model.heads import Calibration, Head, HeadConfig, build_pipeline, to_matrix
from model.rows import Row
from training.penalty import Labels, term_scales


def fit_head(
    config: HeadConfig, rows: Sequence[Row], targets: Sequence[str], *, seed: int = 0
) -> Head:
    """Fit one head, not yet calibrated; `targets` holds the label of each row.

    Raises:
        ValueError: a view without a single term, or fewer than two labels.
    """
    return uncalibrated(config, fit_pipeline(config, to_matrix(rows, config), targets, seed=seed))


def uncalibrated(config: HeadConfig, pipeline: Pipeline) -> Head:
    """Return the head of a fitted pipeline, its calibration still to be found."""
    return Head(config, pipeline, Calibration.identity(len(pipeline.classes_)))


def fit_pipeline(
    config: HeadConfig, matrix: npt.NDArray[Any], targets: Labels, *, seed: int = 0
) -> Pipeline:
    """Fit a head's pipeline on `model.heads.to_matrix` of its rows, of shape (n_rows, n_views).

    Raises:
        ValueError: a view without a single term, or fewer than two labels.
    """
    pipeline = build_pipeline(config, seed=seed)
    fit_regression(pipeline, config, fit_views(pipeline, matrix), targets)
    return pipeline


def fit_views(pipeline: Pipeline, matrix: npt.NDArray[Any]) -> csr_matrix:
    """Fit the pipeline's vectorizers on a matrix of shape (n_rows, n_views).

    Returns:
        Their values, of shape (n_rows, n_terms).

    Raises:
        ValueError: a view without a single term.
    """
    return csr_matrix(pipeline.named_steps["views"].fit_transform(matrix))


def fit_regression(
    pipeline: Pipeline, config: HeadConfig, values: csr_matrix, targets: Labels
) -> None:
    """Fit the pipeline's regression on values of shape (n_rows, n_terms).

    It is fitted on the columns times their `term_scales`, and its coefficients are multiplied by the same
    afterwards: they weigh the values as they are.

    Raises:
        ValueError: fewer than two labels.
    """
    regression = pipeline.named_steps["regression"]
    scales = term_scales(values, targets, contrast=config.contrast, levelling=config.levelling)
    regression.fit(values.multiply(scales).tocsr(), np.asarray(targets))
    regression.coef_ = regression.coef_ * scales
