"""Each term's penalty, and heads that are fitted under it."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from model.heads import HeadConfig, ViewConfig, build_pipeline, to_matrix
from model.rows import View
from training.fit_head import fit_head, fit_pipeline
from training.penalty import log_count_ratios, term_scales

VIEW = ViewConfig("words")
SENTENCES = [
    ("send troops now", "favor"),
    ("send peacekeepers", "favor"),
    ("troops must go", "against"),
    ("they must go home", "against"),
    ("talks resume", "none"),
    ("troops rest", "none"),
]
ROWS = [{"words": View(tuple(text.split()))} for text, _ in SENTENCES]
LABELS = [label for _, label in SENTENCES]
values = arrays(float, (6, 4), elements=st.sampled_from([0.0, 0.1, 0.5, 2.0]))


def test_a_term_of_one_label_has_the_ratio_that_a_hand_counts() -> None:
    present = csr_matrix(np.array([[1.0, 3.0], [1.0, 0.0], [0.0, 0.2], [0.0, 0.0]]))
    # The first stands in 2 of 2 rows of "a" and in 0 of 2 of "b": (2 + 1) / (2 + 2) against 1 / 4.
    assert log_count_ratios(present, ["a", "a", "b", "b"]) == pytest.approx([np.log(3), 0.0])


@given(values, st.floats(0, 0.99), st.floats(0, 1))
def test_the_mean_square_of_all_values_stays(table, contrast: float, levelling: float) -> None:
    table[0, 0] = 1.0
    scales = term_scales(csr_matrix(table), LABELS, contrast=contrast, levelling=levelling)
    assert ((table * scales) ** 2).sum() == pytest.approx((table**2).sum())


@given(values)
def test_without_either_nothing_changes(table) -> None:
    table[0, 0] = 1.0
    scales = term_scales(csr_matrix(table), LABELS, contrast=0.0, levelling=0.0)
    assert scales == pytest.approx(np.ones(4))


def test_levelling_makes_columns_alike_and_contrast_makes_telling_ones_larger() -> None:
    table = np.array([[4.0, 0.1], [4.0, 0.0], [4.0, 0.1], [4.0, 0.0]])
    labels = ["a", "b", "a", "b"]
    level = term_scales(csr_matrix(table), labels, contrast=0.0, levelling=1.0)
    sizes = np.sqrt(((table * level) ** 2).mean(axis=0))
    assert sizes[0] == pytest.approx(sizes[1], rel=0.02)
    telling = term_scales(csr_matrix(table), labels, contrast=0.9, levelling=0.0)
    assert telling[0] == pytest.approx(1.0, rel=0.05)  # nearly all of the mean square is its own
    assert telling[1] > 5.0


def test_a_head_weighs_plain_values_by_coefficients_that_were_fitted_on_scaled_ones() -> None:
    config = HeadConfig("toy", (VIEW,), C=2.0, contrast=0.4, levelling=0.5)
    head = fit_head(config, ROWS, LABELS)
    plain = build_pipeline(config).named_steps["views"].fit_transform(to_matrix(ROWS, config))
    scales = term_scales(plain, LABELS, contrast=0.4, levelling=0.5)
    model = LogisticRegression(C=2.0, class_weight="balanced", max_iter=2000)
    model.fit(plain.multiply(scales).tocsr(), LABELS)
    expected = model.decision_function(plain.multiply(scales).tocsr())
    assert head.decision(ROWS) == pytest.approx(expected)
    assert head.reference_decision(ROWS) == pytest.approx(expected)


def test_a_head_without_either_is_the_plain_regression() -> None:
    config = HeadConfig("toy", (VIEW,))
    matrix = to_matrix(ROWS, config)
    fitted = fit_pipeline(config, matrix, LABELS)
    plain = build_pipeline(config).fit(matrix, LABELS)
    assert fitted.decision_function(matrix) == pytest.approx(plain.decision_function(matrix))


def test_a_configuration_is_read_back_and_older_ones_have_one_penalty_for_all() -> None:
    config = HeadConfig("toy", (VIEW,), contrast=0.3, levelling=0.5)
    told = config.to_json()
    assert HeadConfig.from_json(told) == config
    del told["contrast"], told["levelling"]
    assert HeadConfig.from_json(told) == HeadConfig("toy", (VIEW,))


def test_ranges_are_checked_and_nothing_at_all_is_left_as_it_is() -> None:
    table = csr_matrix(np.eye(2))
    for contrast, levelling in ((1.0, 0.0), (-0.1, 0.0), (0.0, 1.1)):
        with pytest.raises(ValueError, match="out of range"):
            term_scales(table, ["a", "b"], contrast=contrast, levelling=levelling)
    nothing = csr_matrix((2, 2))
    assert term_scales(nothing, ["a", "b"], contrast=0.3, levelling=0.5) == pytest.approx(
        np.ones(2)
    )
