"""Calibration by held-out values, base rates, abstention."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from model.heads import softmax
from training.calibrate import (
    coverage_at_risk,
    decision_shift,
    fit_calibration,
    to_base_rate,
)


def test_weights_give_the_neutral_label_its_rate_and_keep_the_others_shares() -> None:
    targets = ["none"] * 50 + ["favor"] * 40 + ["against"] * 10
    weights = to_base_rate(targets, "none", 0.8)
    assert weights.sum() == pytest.approx(100)
    assert weights[:50].sum() == pytest.approx(80)
    assert weights[50:90].sum() == pytest.approx(4 * weights[90:].sum())


def test_a_set_of_one_kind_alone_is_left_as_it_is() -> None:
    assert to_base_rate(["none", "none"], "none").tolist() == [1, 1]


def test_calibration_finds_the_scale_by_which_a_head_is_too_sure() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(size=(4000, 3))
    targets = [int(rng.choice(3, p=p)) for p in softmax(true)]
    found = fit_calibration(true * 4, targets, np.ones(4000))
    assert found.scale == pytest.approx(0.25, abs=0.03)


def test_calibrated_probabilities_have_the_weighted_base_rates() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(3000, 2))
    targets = [int(v[1] > v[0] + rng.normal()) for v in values]
    weights = np.array([3.0 if t == 0 else 1.0 for t in targets])
    found = fit_calibration(values, targets, weights)
    p = softmax(found.log_odds(values))
    expected = np.average(np.array(targets), weights=weights)
    assert np.average(p[:, 1], weights=weights) == pytest.approx(expected, abs=0.01)


def test_the_scale_alone_may_be_fitted() -> None:
    values = np.array([[0.0, 2.0], [2.0, 0.0], [0.0, 1.0], [0.5, 0.0]])
    assert fit_calibration(values, [1, 0, 1, 1], np.ones(4), keep_shape=True).shift == (0.0, 0.0)


def test_abstention_keeps_the_answers_that_err_rarely_enough() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([True, True, False, False])
    assert coverage_at_risk(confidence, right, np.ones(4), 0.34) == (0.7, 0.75)
    assert coverage_at_risk(confidence, ~right, np.ones(4), 0.0) == (1.0, 0.0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.floats(0, 1))
def test_the_answered_never_err_more_than_the_risk(
    answers: list[tuple[float, bool]], risk: float
) -> None:
    confidence = np.array([c for c, _ in answers])
    right = np.array([r for _, r in answers])
    _, coverage = coverage_at_risk(confidence, right, np.ones(len(answers)), risk)
    order = np.argsort(-confidence, kind="stable")[: round(coverage * len(answers))]
    assert (~right[order]).sum() <= risk * len(order) + 1e-9


def test_a_rare_label_is_reported_at_less_than_even_odds() -> None:
    """Two labels, calibrated, never sure of the rare one: F1 wants it reported all the same."""
    rng = np.random.default_rng(2)
    rare = rng.uniform(0.0, 0.45, size=5000)
    probabilities = np.column_stack([1 - rare, rare])
    columns = (rng.random(5000) < rare).astype(int)

    shift = decision_shift(probabilities, columns, np.ones(5000), 0)

    assert shift[1] == 0.0
    assert -1.5 <= shift[0] < -0.3
    moved = probabilities * np.exp(shift)
    assert (moved.argmax(axis=1) == 1).sum() > 0


def test_only_the_neutral_label_is_shifted_and_what_is_sure_stays_right() -> None:
    columns = np.array([0, 1, 2] * 50)
    probabilities = np.eye(3)[columns] * 0.94 + 0.02
    shift = decision_shift(probabilities, columns, np.ones(150), 0)
    assert shift[1:] == (0.0, 0.0)
    assert ((probabilities * np.exp(shift)).argmax(axis=1) == columns).all()
