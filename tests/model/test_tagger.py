"""The tagger, whole: batches, evidence, the contract."""

import gc

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from labels.document import Document
from labels.labelled_set import LabelledSet
from model.analysis import analyse
from model.tag import TaggedDocument
from model.tagger import Tagger
from tests.builders import article

ARTICLES = [
    article(
        """
        The cabinet on Monday asked the African Union to send peacekeepers.
        Chad ruled out sending soldiers.

        "We will not accept foreign troops," opposition leader Amadi Terfaso said.
        "They would fail."
        He said the union should stay away.
        """,
        id="a",
        title="Cabinet asks for a force",
    ),
    article("Residents fled. The market was closed.", id="b"),
    article(
        '"Only if the Council agrees," said a minister in Nairobi. He would send a unit.', id="c"
    ),
]
TEXT = st.text(
    st.one_of(st.sampled_from(list(".\"”“' \n,?!AEtroops He said")), st.characters(codec="utf-8")),
    min_size=1,
    max_size=200,
).filter(lambda text: bool(text.strip()) and "\0" not in text)


def test_documents_are_tagged_each_on_its_own(tagger: Tagger):
    together = tagger.tag(ARTICLES)

    assert together == [tagged for one in ARTICLES for tagged in tagger.tag([one])]
    assert tagger.tag([]) == []


def test_more_documents_than_are_read_at_once_keep_their_order(
    tagger: Tagger, monkeypatch: pytest.MonkeyPatch
):
    at_once = tagger.tag(ARTICLES)
    monkeypatch.setattr("model.tagger.BATCH", 2)

    assert tagger.tag(ARTICLES) == at_once
    monkeypatch.setattr("model.tagger.CHARACTERS", 100)
    assert tagger.tag(ARTICLES) == at_once
    assert tagger.tag_analyses([analyse(article) for article in ARTICLES]) == at_once


def test_tagging_leaves_the_garbage_collector_as_it_was(tagger: Tagger):
    tagger.tag(ARTICLES)
    assert gc.isenabled()

    gc.disable()
    try:
        tagger.tag(ARTICLES)
        assert not gc.isenabled()
    finally:
        gc.enable()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXT)
def test_any_text_is_tagged_within_the_contract(tagger: Tagger, text: str):
    (tagged,) = tagger.tag([Document("x", text)])

    _check(tagged)
    assert tagger.tag([ARTICLES[0], Document("x", text)])[1] == tagged


def test_the_labelled_documents_are_tagged_within_the_contract(
    tagger: Tagger, small_set: LabelledSet
):
    for tagged in tagger.tag([coded.document for coded in small_set.documents]):
        _check(tagged)


def _check(tagged: TaggedDocument) -> None:
    text = tagged.document.text
    for sentence in tagged.to_json()["sentences"]:
        assert text[sentence["start"] : sentence["end"]] == sentence["text"] != ""
        stance = sentence["stance"]
        assert sum(stance["scores"].values()) == pytest.approx(1, abs=1e-5)
        assert stance["scores"][stance["label"]] == stance["score"]
        speaker = sentence["speaker"]
        assert 0 <= speaker["score"] <= 1
        assert (speaker["type"] == "author") == (speaker["name"] is None)
        if speaker["start"] is not None:
            assert 0 <= speaker["start"] < speaker["end"] <= len(text)
        ids = [actor["id"] for actor in sentence["proposed_actors"]]
        assert len(ids) == len(set(ids))
        for actor in sentence["proposed_actors"]:
            assert text[actor["start"] : actor["end"]] == actor["text"] != ""
            assert 0 <= actor["score"] <= 1


def test_explaining_changes_no_tag_and_every_head_tells_why(tagger: Tagger):
    plain = tagger.tag(ARTICLES)

    told = tagger.tag(ARTICLES, explain=True)

    for before, after in zip(plain, told, strict=True):
        for tag, explained in zip(before.tags, after.tags, strict=True):
            assert explained.stance == tag.stance
            assert explained.speaker == tag.speaker
            assert explained.evidence
            heads = {item.head for item in explained.evidence}
            assert {"stance", "speaker_candidate"} <= heads
            assert tag.speaker
            assert ("speaker_type" in heads) == (tag.speaker.type != "author")
            named = {i.label for i in explained.evidence if i.head == "proposed_actor"}
            assert named == {actor.id for actor in tag.proposed_actors}
    assert any(tag.proposed_actors for document in told for tag in document.tags)


def test_terms_of_evidence_stand_where_their_spans_say(tagger: Tagger):
    (told,) = tagger.tag([ARTICLES[0]], explain=True)
    text = told.document.text
    words = [
        (item.term, span)
        for tag in told.tags
        for item in tag.evidence or ()
        if item.view == "stems" and item.head == "stance"
        for span in item.spans
    ]

    assert words
    assert all(0 <= start < end <= len(text) for _, (start, end) in words)
