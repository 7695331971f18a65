"""Documents as rows: each is kept once, and waits for the tagger until it has tags (`service.store.tags`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from labels.document import OPTIONAL_TEXT, Document
from labels.errors import StancewireError
from service.store import tags
from service.store.identity import content_hash, dated, url_key
from service.store.schema import documents

Row = sa.RowMapping


class DocumentConflict(StancewireError):
    """The id or the URL is known, but with another text.

    Attributes:
        key: id under which the other text is kept.
        field: "id" or "url".
    """

    def __init__(self, key: str, field: str) -> None:
        self.key = key
        self.field = field
        super().__init__(
            f"{field}: document {key!r} is kept with another text: "
            "send it with replace=true if the article was changed, or under an id of its own"
        )


class DocumentUnknown(StancewireError):
    """No document has this id."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"no document has the id {key!r}")


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a document that came in.

    Attributes:
        row: its primary key.
        key: the id under which it is kept; another than sent where the content was known.
        outcome: "kept" (new), "known" (nothing changed) or "replaced".
        version: version of its live tags, or None while it waits for the tagger.
    """

    row: int
    key: str
    outcome: str
    version: str | None


def storable(document: Document) -> Document:
    """Return the document without NUL characters, which PostgreSQL can't keep.

    Each becomes U+FFFD: one code point for one, so offsets stay.
    """
    fields = ("id", "text", *OPTIONAL_TEXT)
    bad = {
        f: v.replace("\0", "\ufffd") for f in fields if "\0" in (v := getattr(document, f) or "")
    }
    return replace(document, **bad) if bad else document


def keep(
    connection: sa.Connection,
    document: Document,
    *,
    now: datetime,
    feed_id: int | None = None,
    replace_text: bool = False,
) -> Kept:
    """Keep a document unless it is known by id, content or URL.

    Raises:
        DocumentConflict: id or URL are known with another text, and `replace_text` is not set.
    """
    document = storable(document)
    values = {
        "key": document.id,
        "content_hash": content_hash(document.text),
        "url_key": url_key(document.url),
        "text": document.text,
        **{field: getattr(document, field) for field in OPTIONAL_TEXT},
        "dated_at": dated(document.published, received=now),
        "received_at": now,
        "feed_id": feed_id,
    }
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    added = connection.execute(
        insert(documents).values(values).on_conflict_do_nothing().returning(documents.c.id)
    ).scalar()
    if added is not None:
        return Kept(int(added), document.id, "kept", None)
    return _known(connection, values, replace_text=replace_text)


def _known(connection: sa.Connection, values: dict[str, Any], *, replace_text: bool) -> Kept:
    c = documents.c
    found = connection.execute(
        sa.select(c.id, c.key, c.content_hash, c.url_key, c.version)
        .where(
            sa.or_(
                c.key == values["key"],
                c.content_hash == values["content_hash"],
                sa.and_(c.url_key.is_not(None), c.url_key == values["url_key"]),
            )
        )
        .with_for_update()
    ).all()
    by_key = next((row for row in found if row.key == values["key"]), None)
    same = next((row for row in found if row.content_hash == values["content_hash"]), None)
    if same is not None and (by_key is None or by_key.id == same.id):
        return Kept(same.id, same.key, "known", same.version)
    other = by_key or next(row for row in found if row.url_key == values["url_key"])
    if same is not None or not replace_text:
        raise DocumentConflict(other.key, "id" if by_key is not None else "url")
    tags.forget(connection, [other.id])
    changed = {key: value for key, value in values.items() if key != "key"}
    if any(row.id != other.id and row.url_key == values["url_key"] for row in found):
        changed.pop("url_key")  # another document has it: the text is what matters
    connection.execute(
        sa.update(documents)
        .where(c.id == other.id)
        .values(**changed, version=None, scheme=None, error=None, duplicate_of=None)
    )
    return Kept(other.id, other.key, "replaced", None)


def waiting(
    connection: sa.Connection, *, limit: int, before: datetime | None = None
) -> list[tuple[int, Document]]:
    """Return documents that have no tags yet, oldest first, without those the tagger failed on.

    Args:
        connection: a transaction.
        limit: as many at most.
        before: only those received before this moment.
    """
    query = sa.select(documents).where(documents.c.version.is_(None), documents.c.error.is_(None))
    if before is not None:
        query = query.where(documents.c.received_at < before)
    rows = connection.execute(query.order_by(documents.c.id).limit(limit))
    return [(row.id, as_document(row._mapping)) for row in rows]


def every(connection: sa.Connection) -> Iterator[Document]:
    """Yield all documents, oldest first."""
    for row in connection.execute(sa.select(documents).order_by(documents.c.id)):
        yield as_document(row._mapping)


def newest(connection: sa.Connection, *, limit: int) -> list[Document]:
    """Return the newest articles that are tagged and no copies, newest first."""
    c = documents.c
    rows = connection.execute(
        sa.select(documents)
        .where(c.version.is_not(None), c.duplicate_of.is_(None))
        .order_by(c.dated_at.desc(), c.id.desc())
        .limit(limit)
    )
    return [as_document(row._mapping) for row in rows]


def is_waiting(connection: sa.Connection, row: int) -> bool:
    """Tell whether a document has no live tags yet."""
    query = sa.select(documents.c.id).where(documents.c.id == row, documents.c.version.is_(None))
    return connection.execute(query).first() is not None


def by_rows(
    connection: sa.Connection, rows: Iterable[int], *, waiting: bool = False
) -> list[tuple[int, Document]]:
    """Return the documents of these primary keys, in their order; `waiting`: those without tags."""
    query = sa.select(documents).where(documents.c.id.in_(list(rows))).order_by(documents.c.id)
    if waiting:
        query = query.where(documents.c.version.is_(None), documents.c.error.is_(None))
    return [(row.id, as_document(row._mapping)) for row in connection.execute(query)]


def delete(connection: sa.Connection, key: str) -> None:
    """Delete a document with all that was said of it.

    Raises:
        DocumentUnknown: no document has this id.
    """
    row = find(connection, key)["id"]
    tags.forget(connection, [row])
    connection.execute(sa.delete(documents).where(documents.c.id == row))


def mark_failed(connection: sa.Connection, row: int, error: str) -> None:
    """Write why a document can't be tagged, so that it doesn't hold up the others."""
    connection.execute(sa.update(documents).where(documents.c.id == row).values(error=error))


def find(connection: sa.Connection, key: str) -> Row:
    """Return the row of one document.

    Raises:
        DocumentUnknown: no document has this id.
    """
    found = connection.execute(sa.select(documents).where(documents.c.key == key)).first()
    if found is None:
        raise DocumentUnknown(key)
    return found._mapping


def as_document(row: Row) -> Document:
    """Return the document of a row."""
    fields = {field: row[field] for field in OPTIONAL_TEXT}
    return Document(id=row["key"], text=row["text"], **fields)
