"""Coders who agree settle a sentence, others wait for an adjudication."""

from dataclasses import replace

from labels.judgement import Judgement, Kind
from labels.scheme import Coding
from labels.settlement import Verdict, coded_documents, differing, settle
from tests.builders import article

FAVOR = Coding("favor", "foreign_government", "Paris", ("FRA",))
AGAINST = Coding("against", "foreign_government", "Paris", ("FRA",))


def judged(coding=FAVOR, *, coder="ada", start=0, end=20, kind=Kind.CODING):
    return Judgement("a1", start, end, coder, "2026-03-01T12:00:00+00:00", coding, kind=kind)


def test_coders_settle_a_sentence_by_agreeing_and_otherwise_by_adjudication():
    alone = settle([judged()])
    together = settle([judged(), judged(coder="ben")])
    split = settle([judged(), judged(AGAINST, coder="ben")])
    decided = settle(
        [
            judged(),
            judged(AGAINST, coder="ben"),
            judged(AGAINST, coder="eve", kind=Kind.ADJUDICATION),
        ]
    )

    verdicts = [one.verdict for (one,) in (alone, together, split, decided)]
    assert verdicts == [Verdict.SINGLE, Verdict.AGREED, Verdict.DISPUTED, Verdict.ADJUDICATED]
    assert [one.coding for (one,) in (alone, together, split, decided)] == [
        FAVOR,
        FAVOR,
        None,
        AGAINST,
    ]


def test_what_a_machine_filled_in_neither_disputes_nor_outweighs_what_a_coder_said():
    own = judged(Coding("favor", "expert", "Ada Sol", ("UN",)))
    bare = judged(Coding("favor", "author", None, ()), coder="ben")
    bare = replace(bare, coded=("stance",))

    (one,) = settle([bare, own])

    assert (one.verdict, one.coding) == (Verdict.AGREED, own.coding)
    assert differing([bare, own]) == ()
    (other,) = settle([replace(bare, coding=Coding("none", "author")), own])
    assert (other.verdict, differing(other.judgements)) == (Verdict.DISPUTED, ("stance",))


def test_coders_who_each_said_a_part_settle_the_whole():
    told = Coding("favor", "expert", "unnamed", ())
    first = replace(judged(told), coded=("stance", "speaker_type"))
    second = replace(
        judged(replace(told, proposed_actors=("UN",)), coder="ben"),
        coded=("stance", "proposed_actors"),
    )

    (one,) = settle([first, second])

    assert one.coding == replace(told, proposed_actors=("UN",))


def test_a_speakers_name_in_other_capitals_is_the_same_name():
    first = judged(Coding("favor", "opposition", "the  Rebels", ()))
    second = judged(Coding("favor", "opposition", "The rebels", ()), coder="ben")

    assert [one.verdict for one in settle([first, second])] == [Verdict.AGREED]


def test_settled_sentences_become_coded_documents_in_the_order_of_the_text():
    document = article("Paris sends 900 men. Nobody asked.\n\nBerlin waits.", id="a1")
    none = Coding("none", "author")
    told = [
        judged(none, start=36, end=49),
        judged(start=0, end=20),
        judged(none, start=15, end=34),
        judged(FAVOR, start=21, end=34),
        judged(AGAINST, coder="ben", start=21, end=34),
        replace(judged(), document="lost"),
    ]

    (coded,) = coded_documents(settle(told), {"a1": document})

    assert [(s.start, s.end, s.paragraph) for s in coded.sentences] == [(0, 20, 0), (36, 49, 1)]
    assert coded.codings == (FAVOR, none)
    assert coded.origin == "judgements"
