from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from labels.judgement import (
    InvalidJudgement,
    Judgement,
    Kind,
    Said,
    link,
    standing,
)
from labels.scheme import CODEBOOK, Coding, SpeakerType, Stance
from tests.builders import article

FAVOR = Coding("favor", "foreign_government", "Paris", ("FRA",))
AGAINST = Coding("against", "foreign_government", "Paris", ("FRA",))
NOON = "2026-03-01T12:00:00+00:00"
ONE = "2026-03-01T13:00:00+00:00"


def judged(coding=FAVOR, *, coder="ada", at=NOON, start=0, end=20, **fields):
    return Judgement("a1", start, end, coder, at, coding, **fields)


def test_a_judgement_survives_the_way_through_json():
    told = judged(said=Said("v1", AGAINST, 0.6), note="clear", coded=("stance",), tool="csv")

    assert Judgement.from_json(told.to_json()) == told


codings = st.builds(
    lambda stance, kind, who, actors: Coding(
        stance, kind, None if kind == "author" else who, tuple(sorted(actors))
    ),
    st.sampled_from(Stance).map(str),
    st.sampled_from(SpeakerType).map(str),
    st.text(min_size=1, max_size=9),
    st.sets(st.sampled_from(["FRA", "UN", "UNSPECIFIED"])),
)


@given(coding=codings, minute=st.integers(0, 59), note=st.text(max_size=5))
def test_every_judgement_survives_the_way_through_json(coding, minute, note):
    told = judged(coding, at=f"2026-03-01T12:{minute:02}:00+00:00", note=note)

    assert Judgement.from_json(told.to_json()) == told


def test_the_same_word_said_twice_has_one_id_and_a_superseding_one_keeps_its_own():
    assert judged().id == judged().id == judged(supersedes="x").id
    assert judged().id != judged(AGAINST).id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"document": ""}, "document"),
        ({"coder": 3}, "coder"),
        ({"coder": "a\0"}, "coder"),
        ({"made_at": "yesterday"}, "made_at"),
        ({"made_at": "2026-03-01T12:00:00"}, "made_at"),
        ({"start": -1}, "start"),
        ({"start": True}, "start"),
        ({"end": 0}, "start"),
        ({"kind": "opinion"}, "kind"),
        ({"coded": ["mood"]}, "coded"),
        ({"coded": "stance"}, "coded"),
        ({"stance": None}, "stance"),
        ({"said": 3}, "said"),
        ({"said": {"model": None}}, "model"),
        ({"said": {"model": "v1", "score": "high"}}, "score"),
        ({"supersedes": 1}, "supersedes"),
        ({"note": 1}, "note"),
    ],
)
def test_a_malformed_field_is_named(change, field):
    with pytest.raises(InvalidJudgement) as caught:
        Judgement.from_json(judged().to_json() | change)

    assert caught.value.field == field


def test_a_judgement_must_be_an_object():
    with pytest.raises(InvalidJudgement, match="must be an object"):
        Judgement.from_json([])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"document": "b"}, "document"),
        ({"end": 900}, "end"),
        ({"end": 6}, "start"),
        ({"coding": Coding("maybe")}, "stance"),
    ],
)
def test_a_judgement_must_fit_its_document_and_the_scheme(change, field):
    document = article("Paris sends 900 men. Nobody asked.", id="a1")

    judged().check(document, CODEBOOK)
    with pytest.raises(InvalidJudgement) as caught:
        replace(judged(), **change).check(document, CODEBOOK)

    assert caught.value.field == field


def test_a_coders_second_thought_takes_the_place_of_the_first():
    first, other = judged(), judged(coder="ben")

    second = link(judged(AGAINST, at=ONE), [first, other])

    assert second.supersedes == first.id
    assert standing([second, first, other]) == (other, second)


def test_a_judgement_does_not_supersede_itself():
    assert link(judged(), [judged()]).supersedes is None


def test_an_adjudication_takes_the_place_of_the_last_one_and_of_nobodys_coding():
    coding = judged()
    first = judged(coder="eve", kind=Kind.ADJUDICATION)

    assert link(first, [coding]).supersedes is None
    again = judged(AGAINST, coder="zoe", at=ONE, kind=Kind.ADJUDICATION)
    assert link(again, [coding, first]).supersedes == first.id


def test_a_withdrawn_coding_and_a_skip_do_not_stand():
    skip = judged(None, coder="ben", kind=Kind.SKIP)
    back = judged(None, at=ONE, kind=Kind.WITHDRAWAL)

    assert link(skip, [judged(coder="ben")]).supersedes is None
    assert standing([judged(), skip, back]) == ()
    assert Judgement.from_json(skip.to_json()) == skip
