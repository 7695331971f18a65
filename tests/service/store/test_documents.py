"""Documents are kept once, and their tags change all at once."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from labels.document import Document
from service.store import Store, documents, tags
from service.store.schema import (
    documents as stored,
    statement_actors,
    statements,
    tags as stored_tags,
)
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
        tags.put(connection, row, tagged(first, "favor", "none"), now=T0)

        kept = documents.keep(connection, changed, now=T0, replace_text=True)
        too_late = tags.put(connection, row, tagged(first, "favor"), now=T0)

    assert (kept.row, kept.outcome, kept.version) == (row, "replaced", None)
    assert too_late is False
    with store.read() as connection:
        assert documents.waiting(connection, limit=9) == [(row, changed)]
    assert (
        count(store, stored_tags),
        count(store, statements),
        count(store, statement_actors),
    ) == (
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


def test_an_unknown_id_is_an_error_that_names_it(store: Store):
    with store.read() as connection, pytest.raises(documents.DocumentUnknown, match="'x'"):
        documents.find(connection, "x")
