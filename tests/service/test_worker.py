"""Work beside the requests is finished, by somebody, whatever is killed."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from labels.document import Document
from model.tag import TaggedDocument
from model.tagger import Tagger
from service import keeping
from service.store import Store, documents, jobs, tags
from service.store.filters import Filter
from service.store.schema import tags as stored_tags
from service.store.statements import every
from service.worker import RETAG, TAG, Worker
from tests.builders import article
from tests.times import T0, after


class Fussy(Tagger):
    """The real tagger, but it fails on texts with `crash` in them."""

    stumbles_over = "crash"

    def __init__(self, tagger: Tagger, version: str = "v1") -> None:
        super().__init__(tagger.heads, version=version, scheme=tagger.scheme)

    def tag(self, documents: object, *, explain: bool = False) -> list[TaggedDocument]:
        if any(self.stumbles_over in document.text for document in documents):  # type: ignore[attr-defined]
            raise ZeroDivisionError("crash")
        return super().tag(documents, explain=explain)  # type: ignore[arg-type]


class Hands:
    """A worker with a clock that is set by hand."""

    def __init__(self, store: Store, tagger: Tagger) -> None:
        self.now = T0
        self.taggers = {v: Fussy(tagger, v or "v1") for v in (None, "v2", "v3")}
        self.worker = Worker(lambda: store, self.taggers.__getitem__, clock=self.clock)

    def clock(self) -> datetime:
        return self.now


@pytest.fixture
def hands(store: Store, tagger: Tagger) -> Hands:
    return Hands(store, tagger)


def kept(store: Store, *texts: str) -> list[int]:
    with store.write() as connection:
        return [
            documents.keep(connection, Document(f"d{i}", text), now=T0).row
            for i, text in enumerate(texts)
        ]


def state(store: Store, key: str) -> tuple[str | None, str | None]:
    with store.read() as connection:
        row = documents.find(connection, key)
    return row["version"], row["error"]


def test_documents_whose_tagger_was_killed_are_tagged_after_a_minute(store: Store, hands: Hands):
    kept(store, "One.", "Two.")

    assert hands.worker.step() is False
    hands.now = after(minutes=2)

    assert hands.worker.step() is True
    assert hands.worker.step() is False
    assert state(store, "d0") == state(store, "d1") == ("v1", None)


def test_one_article_that_cannot_be_tagged_is_set_aside_with_the_reason(store: Store, hands: Hands):
    rows = kept(store, "One.", "A crash.", "Two.")
    with store.write() as connection:
        job_id = jobs.create(connection, TAG, {"rows": rows}, now=T0, total=3)

    assert hands.worker.step() is True

    assert state(store, "d1") == (None, "ZeroDivisionError: crash")
    assert state(store, "d0") == state(store, "d2") == ("v1", None)
    with store.read() as connection:
        job = jobs.find(connection, job_id)
    assert (job.state, job.result) == ("done", {"tagged": 2, "model": "v1"})


def test_retagging_shows_the_old_tags_until_the_switch(store: Store, hands: Hands):
    rows = kept(store, "One.", "Two.")
    with store.write() as connection:
        jobs.create(connection, TAG, {"rows": rows}, now=T0)
        jobs.create(connection, RETAG, {"version": "v2"}, now=after(seconds=1))

    assert hands.worker.step() is True
    assert state(store, "d0")[0] == "v1"
    assert hands.worker.step() is True

    assert state(store, "d0")[0] == state(store, "d1")[0] == "v2"
    with store.read() as connection:
        versions = connection.execute(sa.select(stored_tags.c.version).distinct()).scalars()
        assert set(versions) == {"v2"}  # what is replaced takes no space


def test_a_version_that_is_being_written_beside_is_spared(store: Store, hands: Hands):
    rows = kept(store, "One.")
    with store.write() as connection:
        jobs.create(connection, TAG, {"rows": rows}, now=T0)
        jobs.create(connection, RETAG, {"version": "v2"}, now=after(seconds=1))
        jobs.create(connection, RETAG, {"version": "v3"}, now=after(seconds=2))
    assert hands.worker.step()
    with store.write() as connection:  # another worker is half done with v3
        for row, document in documents.by_rows(connection, rows):
            (said,) = hands.taggers["v3"].tag([document])
            tags.put(connection, row, said, now=T0, live=False)

    assert hands.worker.step()

    with store.read() as connection:
        versions = connection.execute(sa.select(stored_tags.c.version).distinct()).scalars()
        assert set(versions) == {"v2", "v3"}


def test_what_one_version_failed_on_is_tried_by_the_next(store: Store, hands: Hands):
    rows = kept(store, "A crash.", "One.")
    hands.taggers["v2"].stumbles_over = "nothing"
    with store.write() as connection:
        jobs.create(connection, TAG, {"rows": rows}, now=T0)
        jobs.create(connection, RETAG, {"version": "v2"}, now=after(seconds=1))
    assert hands.worker.step()
    assert state(store, "d0") == (None, "ZeroDivisionError: crash")

    assert hands.worker.step()

    assert state(store, "d0") == state(store, "d1") == ("v2", None)


def test_a_stopped_worker_leaves_its_job_in_the_queue(store: Store, hands: Hands):
    rows = kept(store, "One.")
    with store.write() as connection:
        job_id = jobs.create(connection, TAG, {"rows": rows}, now=T0)
        retag_id = jobs.create(connection, RETAG, {"version": "v2"}, now=after(seconds=1))

    hands.worker.stop()
    assert hands.worker.step() is True

    with store.write() as connection:
        job = jobs.find(connection, job_id)
        assert (job.state, job.attempts) == ("queued", 0)
        jobs.fail(connection, job_id, "out of the way", now=T0)
    assert hands.worker.step() is True
    with store.read() as connection:
        assert jobs.find(connection, retag_id).state == "queued"


def test_a_job_that_cannot_be_done_fails_with_the_reason(store: Store, hands: Hands):
    with store.write() as connection:
        job_id = jobs.create(connection, RETAG, {"version": "v9"}, now=T0)

    hands.worker.step()

    with store.read() as connection:
        job = jobs.find(connection, job_id)
    assert (job.state, job.error) == ("failed", "KeyError: 'v9'")


def test_a_worker_outlives_a_database_that_is_away(store: Store, tagger: Tagger):
    calls: list[int] = []
    worker = Worker(lambda: opened(), lambda version: tagger, clock=lambda: T0)

    def opened() -> Store:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("away")
        worker._stop.set()
        return store

    worker.run(0)

    assert len(calls) == 2


def test_a_wire_copy_is_grouped_with_the_first_article_and_counted_once(
    store: Store, tagger: Tagger
):
    sentences = [f"The envoy urged the union to send troops to town number {i}." for i in range(30)]
    wire = " ".join(sentences)
    sent = [
        article(wire, id="wire"),
        article("Something else altogether happened in the market.", id="else"),
        article(wire + " Reporting by the desk.", id="copy"),
        article("Correspondents write. " + wire, id="copy-2"),
    ]

    keeping.keep_and_tag(store, tagger, sent[:3], clock=lambda: T0)
    keeping.keep_and_tag(store, tagger, sent[3:], clock=lambda: T0)

    with store.read() as connection:
        rows = {d.id: documents.find(connection, d.id) for d in sent}
        shown = {s["document"]["id"] for s in every(connection, Filter(abstained=True))}
    assert [rows[key]["duplicate_of"] for key in ("wire", "else")] == [None, None]
    assert {rows[key]["duplicate_of"] for key in ("copy", "copy-2")} == {rows["wire"]["id"]}
    assert not shown & {"copy", "copy-2"}


def test_an_article_without_words_is_a_copy_of_nothing(store: Store, tagger: Tagger):
    sent = [article("...", id="a"), article("!!!", id="b")]

    keeping.keep_and_tag(store, tagger, sent, clock=lambda: T0)

    with store.read() as connection:
        assert documents.find(connection, "b")["duplicate_of"] is None


def test_tagging_keeps_what_was_known(store: Store, tagger: Tagger):
    sent = [article("One.", id="a"), article("One.", id="b"), article("Two.", id="a")]

    first, copy, conflict = keeping.keep_and_tag(store, tagger, sent, clock=lambda: T0)

    assert isinstance(first, documents.Kept)
    assert isinstance(copy, documents.Kept)
    assert (first.outcome, first.version) == ("kept", tagger.version)
    assert (copy.key, copy.outcome, copy.version) == ("a", "known", tagger.version)
    assert isinstance(conflict, documents.DocumentConflict)
