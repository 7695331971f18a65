"""What people have labelled and what they should label next, read from the store.

Commands and HTTP share it; the decisions are those of `labels.judgement` and `training.active`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from labels.document import Document
from labels.judgement import Judgement, Settled, coded_documents, settle
from labels.labelled_set import CodedDocument
from service.store import Store
from service.store.judgements import (
    Appended,
    append,
    coders_by_place,
    count_by,
    documents_of,
    keep_documents,
    read,
    skips_of,
)
from service.store.schema import documents as kept_documents, tags
from training.active import Item, Queue, Wishes, is_audit, rank

DEFAULT = Wishes()

# The queue looks at the most doubtful sentences and at so many documents of the audit share: on a
# store of millions of sentences the rest would not come to the front anyhow.
POOL_SENTENCES = 5_000
POOL_AUDIT_DOCUMENTS = 100


def keep(
    store: Store, documents: Iterable[Document], told: Sequence[Judgement], *, now: datetime
) -> Appended:
    """Keep judged articles and judgements, all of them or none.

    Raises:
        JudgedTextChanged: an article is known with another text.
    """
    with store.write() as connection:
        keep_documents(connection, documents)
        return append(connection, told, now=now)


def known_document(connection: sa.Connection, key: str) -> Document | None:
    """Return an article that was judged, or else one that the service keeps; None if neither."""
    judged = documents_of(connection, [key]).get(key)
    if judged is not None:
        return judged
    row = connection.execute(sa.select(kept_documents).where(kept_documents.c.key == key)).first()
    if row is None:
        return None
    raw = {name: value for name, value in row._mapping.items() if isinstance(value, str)}
    return Document.from_json({**raw, "id": key})


def known_documents(connection: sa.Connection) -> dict[str, Document]:
    """Return all articles that were judged or are kept, by id."""
    found = {}
    for row in connection.execute(sa.select(kept_documents)):
        raw = {name: value for name, value in row._mapping.items() if isinstance(value, str)}
        found[row.key] = Document.from_json({**raw, "id": row.key})
    return found | documents_of(connection)


def settled(connection: sa.Connection) -> tuple[tuple[Settled, ...], dict[str, Document]]:
    """Return every judged sentence as it is settled, and the articles."""
    return settle(read(connection)), documents_of(connection)


@dataclass(frozen=True, slots=True)
class Judged:
    """The settled codings as labelled documents, the audit share apart.

    Attributes:
        fitting: what versions may be fitted on.
        audit: the test set on which no version is ever fitted.
        until: running number of the newest judgement that went in.
    """

    fitting: tuple[CodedDocument, ...]
    audit: tuple[CodedDocument, ...]
    until: int


def judged(connection: sa.Connection, *, until: int, wishes: Wishes = DEFAULT) -> Judged:
    """Return what people have settled, as labelled documents."""
    told, articles = settled(connection)
    coded = coded_documents(told, articles)
    return Judged(
        fitting=tuple(c for c in coded if not is_audit(c.document.id, wishes)),
        audit=tuple(c for c in coded if is_audit(c.document.id, wishes)),
        until=until,
    )


def queue(
    store: Store,
    *,
    coder: str,
    n: int,
    now: datetime,
    base_counts: Mapping[str, int] | None = None,
    wishes: Wishes = DEFAULT,
) -> Queue:
    """Say what a coder should label next, of the articles that the service keeps.

    Args:
        store: open.
        coder: who asks.
        n: most items.
        now: the time.
        base_counts: codings of each stance in the labelled set that versions start from.
        wishes: how the queue is composed.
    """
    with store.read() as connection:
        known = coders_by_place(connection)
        counts = Counter(base_counts or {})
        counts.update(count_by(connection, "stance"))
        texts = [article.text[s:e] for article, s, e in _judged_places(connection, known)]
        items = [
            replace(item, known_by=known.get(item.place, ())) for item in _pool(connection, wishes)
        ]
        skipped = skips_of(connection, coder)
    return rank(
        items, n=n, coder=coder, now=now, class_counts=counts, skipped=skipped,
        labelled_texts=texts, wishes=wishes,
    )  # fmt: skip


def _judged_places(
    connection: sa.Connection, known: Mapping[tuple[str, int, int], object]
) -> list[tuple[Document, int, int]]:
    articles = documents_of(connection)
    return [(articles[key], start, end) for key, start, end in known if key in articles]


def _pool(connection: sa.Connection, wishes: Wishes) -> list[Item]:
    d, t = kept_documents.c, tags.c
    live = (
        sa.select(d.key, t.start, t.end, t.tag)
        .join_from(tags, kept_documents, t.document_id == d.id)
        .where(t.version == d.version, d.duplicate_of.is_(None))
    )
    doubtful = connection.execute(live.order_by(t.score, t.id).limit(POOL_SENTENCES)).all()
    keys = connection.execute(
        sa.select(d.key).where(d.version.is_not(None), d.duplicate_of.is_(None)).order_by(d.id)
    ).scalars()
    audit = [key for key in keys if is_audit(key, wishes)][:POOL_AUDIT_DOCUMENTS]
    drawn = connection.execute(live.where(d.key.in_(audit))).all() if audit else []
    found = {(row.key, row.start, row.end): row.tag for row in (*doubtful, *drawn)}
    return [item_of(key, start, end, tag) for (key, start, end), tag in found.items()]


def item_of(document: str, start: int, end: int, tag: Mapping[str, Any]) -> Item:
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


def stats(connection: sa.Connection, *, wishes: Wishes = DEFAULT) -> dict[str, Any]:
    """Count what people have labelled: per coder, kind, tool, stance and verdict."""
    told, articles = settled(connection)
    verdicts = Counter(str(one.verdict) for one in told)
    stances = Counter(one.coding.stance for one in told if one.coding)
    return {
        "documents": len(articles),
        "sentences": len(told),
        "audit_sentences": sum(is_audit(one.place[0], wishes) for one in told),
        "verdicts": dict(sorted(verdicts.items())),
        "stances": dict(sorted(stances.items())),
        "by_coder": count_by(connection, "coder"),
        "by_kind": count_by(connection, "kind"),
        "by_tool": count_by(connection, "tool"),
    }
