import pytest
from hypothesis import given, strategies as st

from training.gate import Difference, Hold, Promote, decide


def difference(figure="stance_macro_f1", current=0.5, candidate=0.52, low=-0.01, high=0.05):
    return Difference(figure, figure.split("_")[0], current, candidate, low, high)


ACTORS = difference("actors_micro_f1", 0.8, 0.79, -0.03, 0.01)


def test_a_first_version_is_promoted():
    assert decide(None) == Promote(())


def test_a_candidate_that_is_nowhere_significantly_worse_is_promoted():
    assert decide([difference(), ACTORS]) == Promote((difference(), ACTORS))


def test_an_equal_candidate_is_promoted():
    assert isinstance(decide([difference(candidate=0.5, low=0.0, high=0.0)]), Promote)


def test_a_lower_stance_figure_holds_the_candidate_even_within_chance():
    held = decide([difference(candidate=0.499)])

    assert isinstance(held, Hold)
    assert held.reasons == ("stance_macro_f1 0.5000 -> 0.4990 is lower",)


def test_one_significantly_worse_head_holds_a_better_stance_head():
    worse = difference("actors_micro_f1", 0.8, 0.7, -0.15, -0.05)

    held = decide([difference(), worse])

    assert isinstance(held, Hold)
    assert held.reasons == (
        "actors_micro_f1 0.8000 -> 0.7000 is significantly worse (95% of the change in -0.150..-0.050)",
    )


def test_the_guarded_figure_must_be_weighed():
    with pytest.raises(ValueError, match="stance_macro_f1"):
        decide([ACTORS])


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_a_lower_stance_figure_is_never_promoted(current, candidate, low, high):
    said = decide([difference(current=current, candidate=candidate, low=low, high=high)])

    assert isinstance(said, Promote) == (candidate >= current and high >= 0)
