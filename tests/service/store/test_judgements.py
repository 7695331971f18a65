"""What people said is added and never changed, on both databases."""

from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa

from labels.judgement import Judgement, Kind, Said
from labels.scheme import Coding
from service.store import Store, judgements as kept_judgements
from service.store.judgements import JudgedTextChanged, append, keep_documents, read
from tests.builders import article
from tests.threads import all_at_once
from tests.times import T0, after

ARTICLE = article("Paris sends 900 men. Nobody asked.", id="a1")
FAVOR = Coding("favor", "foreign_government", "Paris", ("FRA",))
AGAINST = Coding("against", "foreign_government", "Paris", ("FRA",))


def judged(coding=FAVOR, *, coder="ada", minutes=0, **fields):
    at = after(minutes=minutes).isoformat()
    return Judgement("a1", 0, 20, coder, at, coding, **fields)


def keep(store, *told, documents=(ARTICLE,)):
    with store.write() as connection:
        keep_documents(connection, documents)
        return append(connection, told, now=T0)


def test_judgements_come_back_as_they_were_said_and_in_order(store: Store):
    said = Said("v1", AGAINST, 0.4)
    told = [judged(said=said, note="a NUL \0 in a note"), judged(coder="ben", minutes=-5)]

    appended = keep(store, *told)

    with store.read() as connection:
        assert read(connection) == told
        assert read(connection, coder="ben") == told[1:]
        assert read(connection, documents=["a1"], after=1) == told[1:]
        assert read(connection, documents=[]) == []
        assert kept_judgements.documents_of(connection) == {"a1": ARTICLE}
    assert (appended.kept, appended.known) == (tuple(told), 0)


def test_the_same_judgement_sent_twice_is_kept_once(store: Store):
    keep(store, judged(), judged())

    again = keep(store, judged(), judged(AGAINST, minutes=1))

    assert again.known == 1
    assert again.kept[0].supersedes == judged().id
    with store.read() as connection:
        assert len(read(connection)) == 2
        assert kept_judgements.last_number(connection) == 2


@pytest.mark.parametrize("change", ["UPDATE judgements SET coder = 'x'", "DELETE FROM judgements"])
def test_the_database_refuses_to_change_what_was_said(store: Store, change: str):
    keep(store, judged())

    with pytest.raises(sa.exc.DBAPIError, match="never changed"), store.write() as connection:
        connection.execute(sa.text(change))

    with store.read() as connection:
        assert read(connection) == [judged()]


def test_an_article_that_changed_after_it_was_judged_is_refused(store: Store):
    keep(store, judged())

    with pytest.raises(JudgedTextChanged, match="a1"):
        keep(store, documents=[replace(ARTICLE, text="Something else.")])


def test_who_judged_what_leaves_out_skips_and_what_was_taken_back(store: Store):
    keep(
        store,
        judged(),
        judged(coder="ben"),
        judged(None, coder="ben", minutes=1, kind=Kind.WITHDRAWAL),
        judged(None, coder="cy", kind=Kind.SKIP),
        judged(None, coder="cy", minutes=3, kind=Kind.SKIP),
    )

    with store.read() as connection:
        assert kept_judgements.coders_by_place(connection) == {("a1", 0, 20): ("ada",)}
        assert kept_judgements.skips_of(connection, "cy") == {("a1", 0, 20): after(minutes=3)}
        assert kept_judgements.skips_of(connection, "ada") == {}
        assert kept_judgements.count_by(connection, "kind") == {
            "coding": 2,
            "skip": 2,
            "withdrawal": 1,
        }
        assert kept_judgements.count_by(connection, "stance") == {"favor": 2}


def test_an_empty_store_has_no_judgements(store: Store):
    with store.read() as connection:
        assert read(connection) == []
        assert kept_judgements.last_number(connection) == 0


def test_two_that_judge_the_same_sentence_at_once_are_both_kept_and_linked(store: Store):
    keep(store)
    stances = ["favor", "against", "conditional", "none"]
    told = [judged(replace(FAVOR, stance=stance), minutes=i) for i, stance in enumerate(stances)]

    all_at_once([partial(keep, store, one) for one in told])

    with store.read() as connection:
        told = read(connection)
    assert sorted(one.coding.stance for one in told if one.coding) == sorted(stances)
    assert [one.supersedes is None for one in told] == [True, False, False, False]
