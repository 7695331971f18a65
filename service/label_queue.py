"""What a coder should label next, of the articles that the service keeps; `training.active` decides."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from labels.document import Document
from labels.exchange.task import Task, suggest
from labels.judgement import Kind, Place
from service import label_desk
from service.judging import from_request
from service.store import Store, documents, tags
from service.store.judgements import (
    UnjudgedDocument,
    chunks,
    coders_by_place,
    count_by,
    documents_of,
    skips_of,
)
from service.store.schema import documents as stored, tags as stored_tags
from training.active import Ask, Item, Queue, audit_documents, rank

# The queue looks at the most doubtful sentences that nobody has judged and, for fifty of them, at one
# document of the audit share: in a store of millions the rest would not come to the front anyhow.
POOL_SENTENCES = 5_000
SENTENCES_PER_AUDIT_DOCUMENT = 50


def queue(
    store: Store,
    *,
    coder: str,
    n: int,
    now: datetime,
    base_counts: Mapping[str, int] | None = None,
    pool: int = POOL_SENTENCES,
) -> Queue:
    """Say what a coder should label next, of the articles that the service keeps.

    Args:
        store: open.
        coder: who asks.
        n: most items.
        now: the time.
        base_counts: codings of each stance in the labelled set that versions start from.
        pool: most doubtful sentences that are looked at, beside as many as were judged before.
    """
    with store.read() as connection:
        known = coders_by_place(connection)
        counts = Counter(base_counts or {})
        counts.update(count_by(connection, "stance"))
        texts = [article.text[s:e] for article, s, e in _judged_places(connection, known)]
        items = [
            replace(item, known_by=known.get(item.place, ()))
            for item in _pool(connection, known, pool)
        ]
        skipped = skips_of(connection, coder)
    return rank(
        items, n=n, coder=coder, now=now, class_counts=counts, skipped=skipped,
        labelled_texts=texts, n_done=sum(coder in coders for coders in known.values()),
    )  # fmt: skip


def _judged_places(
    connection: sa.Connection, known: Collection[Place]
) -> list[tuple[Document, int, int]]:
    articles = documents_of(connection)
    return [(articles[key], start, end) for key, start, end in known if key in articles]


def _pool(connection: sa.Connection, known: Collection[Place], most: int) -> list[Item]:
    d, t = stored.c, stored_tags.c
    live = (
        sa.select(d.key, t.start, t.end, t.tag)
        .join_from(stored_tags, stored, t.document_id == d.id)
        .where(t.version == d.version, d.duplicate_of.is_(None))
    )
    # What is judged stays among the doubtful: so many more are read.
    doubtful = connection.execute(live.order_by(t.score, t.id).limit(most + len(known))).all()
    keys = connection.execute(
        sa.select(d.key).where(d.version.is_not(None), d.duplicate_of.is_(None))
    ).scalars()
    judged = {key for key, _, _ in known}
    n_audit = most // SENTENCES_PER_AUDIT_DOCUMENT
    audit = audit_documents(keys, n=n_audit, known=judged)
    drawn = [
        row for part in chunks(audit) for row in connection.execute(live.where(d.key.in_(part)))
    ]
    found = {(row.key, row.start, row.end): row.tag for row in (*doubtful, *drawn)}
    return [_item(key, start, end, tag) for (key, start, end), tag in found.items()]


def _item(document: str, start: int, end: int, tag: Mapping[str, Any]) -> Item:
    """Read one sentence of the JSON contract as an item of the queue."""
    speaker = tag.get("speaker") or {}
    return Item(
        document=document,
        start=start,
        end=end,
        text=tag["text"],
        scores=tag["stance"]["scores"],
        speaker_score=speaker.get("score", 1.0),
    )


def skip(store: Store, place: Place, *, coder: str, now: datetime) -> None:
    """Put a sentence off for one coder.

    Raises:
        UnjudgedDocument: the article is not known.
        InvalidJudgement: the place doesn't fit it.
    """
    key, start, end = place
    with store.read() as connection:
        article = label_desk.known_document(connection, key)
    if article is None:
        raise UnjudgedDocument(key)
    raw = {"sentences": [{"start": start, "end": end, "kind": Kind.SKIP, "tool": "queue"}]}
    label_desk.keep(store, [article], from_request(raw, article, now=now, coder=coder), now=now)


def tasks(store: Store, keys: Sequence[str]) -> list[Task]:
    """Return kept articles with their live tags as suggestions, for annotation tools."""
    found = []
    with store.read() as connection:
        for key in keys:
            row = documents.find(connection, key)
            tagged = tags.contract(connection, row)
            found.append(suggest(tagged, documents.as_document(row)))
    return found


def ask_json(ask: Ask) -> dict[str, Any]:
    """Return an item of the queue as one JSON object."""
    item = ask.item
    return {
        "document": item.document,
        "start": item.start,
        "end": item.end,
        "text": item.text,
        "reason": str(ask.reason),
        "why": ask.why,
        "priority": round(ask.priority, 6),
        "scores": dict(item.scores),
    }
