"""The stance heads, fitted on few documents."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from labels.labelled_set import LabelledSet
from labels.scheme import Scheme
from model.heads import Calibration, Head, HeadConfig
from model.reading import read
from model.stance import ABOUT, ABOUT_CONFIG, CONFIG, STANCE, combine, stance_scores, stance_tag
from model.tagger import Tagger
from model.views import stance_rows
from training import fit_stance
from training.fit import analysed
from training.fit_stance import StanceFit, fit_stance_heads, noisy_speakers


@pytest.fixture(scope="module")
def fitted(small_set: LabelledSet) -> StanceFit:
    return refit(small_set)


def refit(
    labelled: LabelledSet,
    scheme: Scheme | None = None,
    configs: tuple[HeadConfig, HeadConfig] = (ABOUT_CONFIG, CONFIG),
) -> StanceFit:
    analyses = analysed(labelled.documents)
    nobody = [[() for _ in a.sentences] for a in analyses]
    return fit_stance_heads(
        analyses,
        [[] for _ in analyses],
        nobody,
        labelled.documents,
        seed=0,
        scheme=scheme or labelled.scheme,
        configs=configs,
    )


def test_scores_sum_to_one_and_follow_both_heads(fitted: StanceFit, small_set: LabelledSet) -> None:
    rows = stance_rows(read(analysed(small_set.documents[:1])[0]))
    scores = stance_scores(rows, fitted.heads, "none")
    assert scores.shape == (len(rows), 4)
    assert scores.sum(axis=1) == pytest.approx(1)
    about = fitted.heads[ABOUT].predict_proba(rows)[:, 1]
    neutral = fitted.heads[STANCE].classes.index("none")
    assert (scores[:, neutral] >= 1 - about - 1e-9).all()


def test_abstention_is_fitted(fitted: StanceFit) -> None:
    assert 0 < fitted.abstain_below < 1
    assert 0 < fitted.coverage <= 1


def test_the_same_documents_and_seed_give_the_same_heads(
    fitted: StanceFit, small_set: LabelledSet
) -> None:
    again = refit(small_set)
    rows = stance_rows(read(analysed(small_set.documents[:1])[0]))
    assert (
        stance_scores(rows, again.heads, "none") == stance_scores(rows, fitted.heads, "none")
    ).all()


def test_both_heads_read_what_was_counted_once(fitted: StanceFit, small_set: LabelledSet) -> None:
    about, stance = fitted.heads[ABOUT], fitted.heads[STANCE]
    assert about.pipeline.named_steps["views"] is stance.pipeline.named_steps["views"]
    rows = [row for a in analysed(small_set.documents) for row in stance_rows(read(a))]
    for head in (about, stance):
        assert head.decision(rows[:40]) == pytest.approx(head.reference_decision(rows[:40]))
    # What stands in sentences about nothing of the kind alone says nothing of stances.
    shown = [item for row in rows for item in stance.explain(row, "favor")]
    assert all(item.weight for item in shown if item.term != "(intercept)")
    assert (stance.compiled.coefficients == 0).all(axis=0).any()


def test_heads_of_other_views_are_not_fitted_together(small_set: LabelledSet) -> None:
    fewer = replace(ABOUT_CONFIG, views=ABOUT_CONFIG.views[1:])
    with pytest.raises(ValueError, match="the same views"):
        refit(small_set, configs=(fewer, CONFIG))


def test_a_scheme_without_actors_has_a_stance_head_alone(small_set: LabelledSet) -> None:
    scheme = Scheme("t", ("favor", "against", "conditional", "none"), "none")
    alone = refit(LabelledSet.of(small_set.documents[:12]), scheme)
    assert set(alone.heads) == {STANCE}
    rows = stance_rows(read(analysed(small_set.documents[:1])[0]))
    assert stance_scores(rows, alone.heads, "none").sum(axis=1) == pytest.approx(1)


def test_both_stance_heads_tell_why(tagger: Tagger, small_set: LabelledSet) -> None:
    (tagged,) = tagger.tag([small_set.documents[0].document], explain=True)
    evidence = tagged.tags[0].evidence
    assert evidence is not None
    assert {ABOUT, STANCE} <= {item.head for item in evidence}


def test_what_is_not_about_an_intervention_is_neutral() -> None:
    about, stances = np.array([0.5, 1.0]), np.array([[0.8, 0.2], [0.8, 0.2]])
    assert combine(about, stances, 1) == pytest.approx(np.array([[0.4, 0.6], [0.8, 0.2]]))


def test_the_most_probable_label_is_chosen_and_abstains_under_the_threshold(
    fitted: StanceFit,
) -> None:
    scores = np.array([0.1, 0.1, 0.3, 0.5])
    tag = stance_tag(scores, fitted.heads[STANCE], abstain_below=0.6)
    assert (tag.label, tag.score, tag.abstain) == (fitted.heads[STANCE].classes[3], 0.5, True)
    assert not stance_tag(scores, fitted.heads[STANCE], abstain_below=0.4).abstain


def test_a_position_that_the_decision_favours_is_reported_with_its_own_score() -> None:
    calibration = replace(Calibration.identity(4), decision_shift=(0.0, 0.0, 0.0, -1.0))
    head = SimpleNamespace(
        classes=("against", "conditional", "favor", "none"), calibration=calibration
    )
    tag = stance_tag(np.array([0.1, 0.1, 0.3, 0.5]), cast(Head, head), abstain_below=0.4)
    assert (tag.label, tag.score, tag.abstain) == ("favor", 0.3, True)
    assert max(tag.scores, key=tag.scores.__getitem__) == "none"


def test_what_is_reported_is_decided_where_there_are_enough_sentences(
    fitted: StanceFit, small_set: LabelledSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_stance, "MIN_TO_DECIDE", small_set.n_sentences)

    decided = refit(small_set).heads[STANCE].calibration

    assert fitted.heads[STANCE].calibration == replace(decided, decision_shift=())
    assert len(decided.decision_shift) == 4


def test_noisy_speakers_are_mostly_right_and_the_same_each_time(small_set: LabelledSet) -> None:
    said = noisy_speakers(small_set.documents, seed=1)
    assert said == noisy_speakers(small_set.documents, seed=1)
    pairs = [
        (tag.type, coding.speaker_type)
        for tags, document in zip(said, small_set.documents, strict=True)
        for tag, coding in zip(tags, document.codings, strict=True)
    ]
    assert 0.6 < np.mean([a == b for a, b in pairs]) < 0.85
