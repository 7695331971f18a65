"""One head is fitted."""

from collections.abc import Sequence

from model.heads import Calibration, Head, HeadConfig, build_pipeline, to_matrix
from model.rows import Row


def fit_head(
    config: HeadConfig, rows: Sequence[Row], targets: Sequence[str], *, seed: int = 0
) -> Head:
    """Fit one head, not yet calibrated; `targets` holds the label of each row."""
    pipeline = build_pipeline(config, seed=seed)
    pipeline.fit(to_matrix(rows, config), list(targets))
    return Head(config, pipeline, Calibration.identity(len(pipeline.classes_)))
