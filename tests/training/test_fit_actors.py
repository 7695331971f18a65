"""The actor heads: fitted, calibrated, and judged out of fold."""

import numpy as np
import pytest

from labels.labelled_set import LabelledSet
from training.fit import analysed
from training.fit_actors import ActorFit, fit_actor_heads, fit_actors, platt


@pytest.fixture(scope="module")
def fitted(small_set: LabelledSet) -> ActorFit:
    return fit_actors(analysed(small_set.documents), small_set.documents, seed=0)


def test_held_out_tags_are_worse_than_guessing_from_memory_and_better_than_nothing(
    fitted, small_set
):
    meant = said = right = 0
    for coded, tagged in zip(small_set.documents, fitted.held_out, strict=True):
        assert len(tagged) == len(coded.sentences)
        for coding, tags in zip(coded.codings, tagged, strict=True):
            ids = {tag.id for tag in tags}
            meant += len(coding.proposed_actors)
            said += len(ids)
            right += len(ids & set(coding.proposed_actors))

    assert 0.4 < 2 * right / (meant + said) < 0.95


def test_the_same_data_and_seed_give_the_same_heads(fitted, small_set):
    again = fit_actor_heads(analysed(small_set.documents), small_set.documents, seed=0)

    assert {name: head.calibration for name, head in again.items()} == {
        name: head.calibration for name, head in fitted.heads.items()
    }


def test_platts_sigmoid_finds_the_one_that_made_the_answers():
    random = np.random.default_rng(0)
    values = random.normal(size=20_000)
    answers = random.random(20_000) < 1 / (1 + np.exp(-(2.0 * values - 1.0)))

    found = platt(values, answers)

    assert found.scale == pytest.approx(2.0, abs=0.1)
    assert found.shift == pytest.approx((0.0, -1.0), abs=0.1)
