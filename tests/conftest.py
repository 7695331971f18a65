"""Fixtures that many tests share."""

import pytest

from labels.labelled_set import LabelledSet, shipped
from model.tagger import Tagger
from training.fit import fit


@pytest.fixture(scope="session")
def small_set() -> LabelledSet:
    """Some 470 coded sentences of the shipped set: enough for every label to occur."""
    return LabelledSet.of(d for d in shipped().documents if d.origin == "w12")


@pytest.fixture(scope="session")
def tagger(small_set: LabelledSet) -> Tagger:
    """A real tagger, fitted on little."""
    return fit(small_set)
