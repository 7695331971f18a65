from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from labels.judgement import Place
from labels.labelled_set import CodedDocument, LabelledSet
from training.fit import fit
from training.suspect import confident, suspects


def test_a_row_is_suspect_where_another_class_is_as_sure_as_it_usually_is_of_its_own():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.15, 0.85], [0.2, 0.8], [0.1, 0.9]])

    assert confident(probabilities, [0, 0, 1, 1, 0]) == [(4, 1)]


def test_a_merely_doubtful_row_is_not_suspect():
    probabilities = np.array([[0.9, 0.1], [0.45, 0.55], [0.1, 0.9], [0.2, 0.8]])

    assert confident(probabilities, [0, 0, 1, 1]) == []


def test_the_worst_coding_comes_first():
    probabilities = np.array([[0.9, 0.1]] * 8 + [[0.1, 0.9]] * 8 + [[0.05, 0.95], [0.1, 0.9]])

    assert confident(probabilities, [0] * 8 + [1] * 8 + [0, 0]) == [(16, 1), (17, 1)]


def test_a_class_that_nobody_gave_makes_nobody_suspect():
    probabilities = np.array([[0.4, 0.6], [0.4, 0.6]])

    assert confident(probabilities, [0, 0]) == []


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.integers(0, 1)), min_size=1, max_size=30))
def test_a_suspects_likely_class_is_always_another_and_likelier_one(rows):
    probabilities = np.array([[p, 1 - p] for p, _ in rows])
    codes = [code for _, code in rows]

    for row, likely in confident(probabilities, codes):
        assert likely != codes[row]
        assert probabilities[row, likely] > probabilities[row, codes[row]]


def flipped(coded: CodedDocument, index: int, stance: str) -> CodedDocument:
    codings = list(coded.codings)
    codings[index] = replace(codings[index], stance=stance)
    return replace(coded, codings=tuple(codings))


def place_of(coded: CodedDocument, index: int) -> Place:
    sentence = coded.sentences[index]
    return coded.document.id, sentence.start, sentence.end


@pytest.mark.slow
def test_flipped_codings_are_found_far_more_often_than_by_chance(small_set):
    documents = list(small_set.documents)
    wrong = set()
    for i in range(0, len(documents), 3):
        said = documents[i].codings
        j = next(j for j, coding in enumerate(said) if coding.stance == "none")
        documents[i] = flipped(documents[i], j, "against")
        wrong.add(place_of(documents[i], j))
    garbled = set()
    for i in range(1, len(documents), 3):
        codings = list(documents[i].codings)
        j = next(j for j, coding in enumerate(codings) if coding.speaker_type == "author")
        codings[j] = replace(codings[j], speaker_type="opposition", speaker="nobody")
        documents[i] = replace(documents[i], codings=tuple(codings))
        garbled.add(place_of(documents[i], j))

    found = suspects(LabelledSet.of(documents), fit, k=3)

    share_wrong = len(wrong) / small_set.n_sentences
    stances = [one for one in found if one.field == "stance"]
    hits = [one for one in stances if one.place in wrong]
    assert len(hits) / len(stances) > 2 * share_wrong
    speakers = [one for one in found if one.field == "speaker_type"]
    others = [one for one in speakers if one.place in garbled and one.given == "opposition"]
    assert len(others) / len(speakers) > 2 * len(garbled) / small_set.n_sentences
    margins = [one.likely_score - one.given_score for one in found]
    assert margins == sorted(margins, reverse=True)
    assert {one.to_json()["given"] for one in hits} == {"against"}
    assert all(one.likely_score > one.given_score for one in found)
