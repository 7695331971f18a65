"""The type head expects the base rates of the news, not those of the labelled set."""

from math import exp

import pytest

from labels.scheme import SpeakerType
from training.fit_speakers import EXPECTED_SHARES, prior_shift

TYPES = sorted(EXPECTED_SHARES)


def test_the_expected_shares_are_of_all_types_but_the_author_and_sum_to_one():
    assert set(EXPECTED_SHARES) == set(SpeakerType) - {SpeakerType.AUTHOR}
    assert sum(EXPECTED_SHARES.values()) == pytest.approx(1, abs=0.02)


def test_the_shift_turns_the_fitted_shares_into_the_expected_ones():
    counts: dict[str | None, int] = {name: 10 * (i + 1) for i, name in enumerate(TYPES)}
    counts["author"] = 500

    shift = prior_shift(TYPES, counts)

    total = sum(counts[name] for name in TYPES)
    for name, moved in zip(TYPES, shift, strict=True):
        share = exp(moved) * counts[name] / total
        assert share == pytest.approx(EXPECTED_SHARES[SpeakerType(name)])


def test_other_schemes_and_types_that_nobody_coded_move_nothing():
    assert prior_shift(["union", "employer"], {"union": 3, "employer": 4}) == (0.0, 0.0)
    assert prior_shift(["expert", "public"], {"expert": 3}) == (0.0, 0.0)
