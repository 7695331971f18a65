"""Documents are kept once, and their tags change all at once."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given, strategies as st

from labels.document import Document
from model.tagger import Tagger
from service.store import Store, documents, retagging
from service.store.identity import content_hash, dated, moment, url_key
from service.store.schema import documents as stored, statement_actors, statements, tags
from tests.builders import article
from tests.tags import tagged
from tests.times import T0, after

TEXT = "Norland must send troops, the council said. It rained."


def count(store: Store, table: sa.Table) -> int:
    with store.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_the_same_article_is_one_by_id_by_content_and_by_url(store: Store):
    first = article(TEXT, id="a", url="https://news.example/a?utm_source=feed")
    by_content = article(TEXT.replace(". ", ".\n\n"), id="b")

    with store.write() as connection:
        kept = documents.keep(connection, first, now=T0)
        again = documents.keep(connection, first, now=after(days=1))
        copied = documents.keep(connection, by_content, now=T0)

    assert (kept.outcome, again.outcome, copied.outcome) == ("kept", "known", "known")
    assert copied.key == "a"
    assert {again.row, copied.row} == {kept.row}
    assert count(store, stored) == 1


@pytest.mark.parametrize(("field", "id"), [("id", "a"), ("url", "b")])
def test_another_text_under_a_known_id_or_url_is_a_conflict(store: Store, field: str, id: str):
    first = article(TEXT, id="a", url="https://news.example/a")
    other = article("Another text.", id=id, url="http://NEWS.example/a/#top")
    with store.write() as connection:
        documents.keep(connection, first, now=T0)

        with pytest.raises(documents.DocumentConflict) as conflict:
            documents.keep(connection, other, now=T0)

    assert (conflict.value.key, conflict.value.field) == ("a", field)


def test_a_changed_article_replaces_the_text_and_waits_for_the_tagger(store: Store):
    first = article(TEXT, id="a", url="https://news.example/a")
    changed = replace(first, text="Another text.")
    with store.write() as connection:
        row = documents.keep(connection, first, now=T0).row
        documents.put_tags(connection, row, tagged(first, "favor", "none"), now=T0)

        kept = documents.keep(connection, changed, now=T0, replace_text=True)
        too_late = documents.put_tags(connection, row, tagged(first, "favor"), now=T0)

    assert (kept.row, kept.outcome, kept.version) == (row, "replaced", None)
    assert too_late is False
    with store.read() as connection:
        assert documents.waiting(connection, limit=9) == [(row, changed)]
    assert (count(store, tags), count(store, statements), count(store, statement_actors)) == (
        0,
        0,
        0,
    )


def test_a_text_that_another_document_holds_cannot_replace_this_one(store: Store):
    with store.write() as connection:
        documents.keep(connection, article("One.", id="a"), now=T0)
        documents.keep(connection, article("Two.", id="b", url="https://n.example/b"), now=T0)

        with pytest.raises(documents.DocumentConflict):
            documents.keep(connection, article("Two.", id="a"), now=T0, replace_text=True)
        moved = article("Three.", id="a", url="https://n.example/b")
        kept = documents.keep(connection, moved, now=T0, replace_text=True)

    assert (kept.key, kept.outcome) == ("a", "replaced")


def test_tags_become_rows_and_only_stances_become_statements(store: Store):
    document = article(TEXT, id="a", published="2026-02-28")
    said = tagged(document, "favor", "none", "against")
    with store.write() as connection:
        row = documents.keep(connection, document, now=T0).row
        assert documents.put_tags(connection, row, said, now=T0)
        assert documents.put_tags(connection, row, said, now=T0) is False

    with store.read() as connection:
        found = documents.find(connection, "a")
        assert documents.contract(connection, found) == said.to_json()
        rows = connection.execute(sa.select(statements).order_by(statements.c.position)).all()
        meant = connection.execute(sa.select(statement_actors)).all()
    assert [(r.position, r.stance, r.speaker_key) for r in rows] == [
        (0, "favor", "council"),
        (2, "against", "council"),
    ]
    assert {r.dated_at for r in rows} == {moment("2026-02-28")}
    assert [(m.actor, m.name) for m in meant] == [("UN", "United Nations")] * 2


def test_tags_of_the_real_tagger_come_back_as_they_were(store: Store, tagger: Tagger):
    document = article(TEXT, id="a", title="Headline")
    [said] = tagger.tag([document])
    with store.write() as connection:
        row = documents.keep(connection, document, now=T0).row
        documents.put_tags(connection, row, said, now=T0)

    with store.read() as connection:
        found = documents.find(connection, "a")
        assert documents.contract(connection, found) == said.to_json()
        assert documents.as_document(found) == document


def test_retagging_keeps_the_old_tags_until_all_is_done(store: Store):
    both = [article("One here.", id="a"), article("Two here.", id="b")]
    with store.write() as connection:
        rows = [documents.keep(connection, d, now=T0).row for d in both]
        for row, document in zip(rows, both, strict=True):
            documents.put_tags(connection, row, tagged(document, "favor"), now=T0)

        todo = retagging.untagged_by(connection, "v2", after=0, limit=1)
        for row, document in todo:
            new = tagged(document, "against", version="v2")
            documents.put_tags(connection, row, new, now=T0, live=False)
    assert todo == [(rows[0], both[0])]
    with store.read() as connection:
        half = documents.contract(connection, documents.find(connection, "a"))
    assert half["model"] == "v1"

    with store.write() as connection:
        for row, document in retagging.untagged_by(connection, "v2", after=rows[0], limit=9):
            new = tagged(document, "against", version="v2")
            documents.put_tags(connection, row, new, now=T0, live=False)
        assert retagging.switch(connection, "v2", scheme="1.4") == 2

    with store.read() as connection:
        done = documents.contract(connection, documents.find(connection, "a"))
        old = documents.contract(connection, documents.find(connection, "a"), version="v1")
    assert (done["model"], done["scheme"]) == ("v2", "1.4")
    assert [s["stance"]["label"] for s in done["sentences"]] == ["against"]
    assert [s["stance"]["label"] for s in old["sentences"]] == ["favor"]


def test_a_document_that_the_tagger_fails_on_does_not_hold_up_the_others(store: Store):
    with store.write() as connection:
        row = documents.keep(connection, article("Bad.", id="bad"), now=T0).row
        documents.keep(connection, article("Good.", id="good"), now=T0)
        documents.mark_failed(connection, row, "why")

    with store.read() as connection:
        assert [d.id for _, d in documents.waiting(connection, limit=9)] == ["good"]
        assert documents.find(connection, "bad")["error"] == "why"


def test_a_nul_character_is_kept_as_one_replacement_character(store: Store):
    with store.write() as connection:
        row = documents.keep(connection, Document("a", "x\0y", title="\0"), now=T0).row
        [(_, kept)] = documents.by_rows(connection, [row])

    assert (kept.text, kept.title) == ("x\ufffdy", "\ufffd")


def test_a_document_without_sentences_is_tagged_all_the_same(store: Store):
    document = article("...", id="a")
    with store.write() as connection:
        row = documents.keep(connection, document, now=T0).row
        assert documents.put_tags(connection, row, tagged(document), now=T0)

    with store.read() as connection:
        assert documents.waiting(connection, limit=9) == []


def test_an_unknown_id_is_an_error_that_names_it(store: Store):
    with store.read() as connection, pytest.raises(documents.DocumentUnknown, match="'x'"):
        documents.find(connection, "x")


@given(st.text(alphabet=" \n\tab.", min_size=1))
def test_the_hash_of_a_text_does_not_hang_on_white_space(text: str):
    assert content_hash(text) == content_hash(f"\n{text}  ".replace(" ", "\n "))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://n.example/a?b=1&utm_medium=x#y", "n.example/a?b=1"),
        ("http://N.example:8080/", "n.example:8080"),
        ("https://n.example:443/a/", "n.example/a"),
        ("mailto:x@n.example", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_urls_are_compared_without_what_does_not_name_the_article(url, key):
    assert url_key(url) == key


def test_a_document_is_dated_by_its_publication_unless_that_cannot_be():
    assert dated("2026-02-01T01:00:00+02:00", received=T0) == moment("2026-01-31T23:00")
    assert dated("last week", received=T0) == T0
    assert dated("2031-01-01", received=T0) == T0
    assert dated(None, received=T0) == T0
    assert moment("0001-01-01T00:00:00+23:59") is None


def test_a_name_is_folded_for_comparison():
    assert documents.speaker_key("The  Foreign\nMinistry") == "foreign ministry"
    assert documents.speaker_key(None) is None
