"""A new version's tags are written beside the live ones, shown all at once, and then stand alone.

```
untagged_by -> tag -> tags.put(live=False) ... switch -> forget_replaced
```
"""

from collections.abc import Collection

import sqlalchemy as sa

from labels.document import Document
from service.store.documents import as_document
from service.store.schema import documents, statements, tags


def untagged_by(
    connection: sa.Connection, version: str, *, after: int, limit: int
) -> list[tuple[int, Document]]:
    """Return documents without tags of `version`, by primary key, starting after `after`.

    What another version failed on is among them: this one may do better.
    """
    has = sa.exists().where(tags.c.document_id == documents.c.id, tags.c.version == version)
    rows = connection.execute(
        sa.select(documents)
        .where(documents.c.id > after, ~has)
        .order_by(documents.c.id)
        .limit(limit)
    )
    return [(row.id, as_document(row._mapping)) for row in rows]


def count_untagged_by(connection: sa.Connection, version: str) -> int:
    """Return how many documents have no tags of `version`."""
    has = sa.exists().where(tags.c.document_id == documents.c.id, tags.c.version == version)
    query = sa.select(sa.func.count()).select_from(documents)
    return int(connection.execute(query.where(~has)).scalar_one())


def switch(connection: sa.Connection, version: str, *, scheme: str) -> int:
    """Make the tags of `version` the live ones of all documents that have them, at once.

    Returns:
        How many documents changed their version.
    """
    has = sa.exists().where(tags.c.document_id == documents.c.id, tags.c.version == version)
    changed = connection.execute(
        sa.update(documents)
        .where(has, sa.or_(documents.c.version.is_(None), documents.c.version != version))
        .values(version=version, scheme=scheme, error=None)
    )
    return changed.rowcount


def forget_replaced(
    connection: sa.Connection, version: str, *, spare: Collection[str], limit: int
) -> int:
    """Delete what older versions said of documents that `version` is live for.

    Args:
        connection: a writing transaction.
        version: the live one; its tags stay.
        spare: versions that are being written beside it.
        limit: as many documents at most.

    Returns:
        Of how many documents tags were deleted; 0: there is nothing left to do.
    """
    kept = {version, *spare}
    query = (
        sa.select(tags.c.document_id)
        .join(documents, documents.c.id == tags.c.document_id)
        .where(documents.c.version == version, tags.c.version.not_in(kept))
        .distinct()
        .limit(limit)
    )
    rows = list(connection.execute(query).scalars())
    for table in (statements, tags):
        old = table.c.document_id.in_(rows), table.c.version.not_in(kept)
        connection.execute(sa.delete(table).where(*old))
    return len(rows)
