"""Tags come back as they were, and change all at once."""

import sqlalchemy as sa

from model.tagger import Tagger
from service.store import Store, documents, retagging, tags
from service.store.identity import moment
from service.store.schema import statement_actors, statements
from tests.builders import article
from tests.tags import tagged
from tests.times import T0

TEXT = "Norland must send troops, the council said. It rained."


def test_tags_become_rows_and_only_stances_become_statements(store: Store):
    document = article(TEXT, id="a", published="2026-02-28")
    said = tagged(document, "favor", "none", "against")
    with store.write() as connection:
        row = documents.keep(connection, document, now=T0).row
        assert tags.put(connection, row, said, now=T0)
        assert tags.put(connection, row, said, now=T0) is False

    with store.read() as connection:
        found = documents.find(connection, "a")
        assert tags.contract(connection, found) == said.to_json()
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
        tags.put(connection, row, said, now=T0)

    with store.read() as connection:
        found = documents.find(connection, "a")
        assert tags.contract(connection, found) == said.to_json()
        assert documents.as_document(found) == document


def test_retagging_keeps_the_old_tags_until_all_is_done(store: Store):
    both = [article("One here.", id="a"), article("Two here.", id="b")]
    with store.write() as connection:
        rows = [documents.keep(connection, d, now=T0).row for d in both]
        for row, document in zip(rows, both, strict=True):
            tags.put(connection, row, tagged(document, "favor"), now=T0)

        todo = retagging.untagged_by(connection, "v2", after=0, limit=1)
        for row, document in todo:
            new = tagged(document, "against", version="v2")
            tags.put(connection, row, new, now=T0, live=False)
    assert todo == [(rows[0], both[0])]
    with store.read() as connection:
        half = tags.contract(connection, documents.find(connection, "a"))
    assert half["model"] == "v1"

    with store.write() as connection:
        for row, document in retagging.untagged_by(connection, "v2", after=rows[0], limit=9):
            new = tagged(document, "against", version="v2")
            tags.put(connection, row, new, now=T0, live=False)
        assert retagging.switch(connection, "v2", scheme="1.4") == 2

    with store.read() as connection:
        done = tags.contract(connection, documents.find(connection, "a"))
        old = tags.contract(connection, documents.find(connection, "a"), version="v1")
    assert (done["model"], done["scheme"]) == ("v2", "1.4")
    assert [s["stance"]["label"] for s in done["sentences"]] == ["against"]
    assert [s["stance"]["label"] for s in old["sentences"]] == ["favor"]


def test_a_document_without_sentences_is_tagged_all_the_same(store: Store):
    document = article("...", id="a")
    with store.write() as connection:
        row = documents.keep(connection, document, now=T0).row
        assert tags.put(connection, row, tagged(document), now=T0)

    with store.read() as connection:
        assert documents.waiting(connection, limit=9) == []
