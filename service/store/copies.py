"""Wire copies: an article that repeats an earlier one is grouped with it, and counted once."""

import numpy as np
import sqlalchemy as sa

from service.duplicates import SIMILAR, Signature, band_keys, is_empty, similarity
from service.store.schema import bands, documents, signatures

# Articles that share a band with this one and are compared; more are copies of each other.
MAX_COMPARED = 100


def note(connection: sa.Connection, row: int, signature: Signature) -> int | None:
    """Write an article's signature; group the article with the earliest one that it repeats.

    Args:
        connection: a writing transaction.
        row: primary key of the article.
        signature: of its text.

    Returns:
        Primary key of the first article of its group, or None if it is the first itself.
    """
    connection.execute(sa.delete(bands).where(bands.c.document_id == row))
    connection.execute(sa.delete(signatures).where(signatures.c.document_id == row))
    if is_empty(signature[None, :])[0]:
        return None
    keys = sorted(set(band_keys(signature[None, :])[0].view(np.int64).tolist()))
    original = _original(connection, row, signature, keys)
    packed = signature.astype("<u4").tobytes()
    connection.execute(sa.insert(signatures).values(document_id=row, signature=packed))
    connection.execute(sa.insert(bands), [{"key": key, "document_id": row} for key in keys])
    change = sa.update(documents).where(documents.c.id == row)
    connection.execute(change.values(duplicate_of=original))
    return original


def _original(
    connection: sa.Connection, row: int, signature: Signature, keys: list[int]
) -> int | None:
    near = sa.select(bands.c.document_id).where(bands.c.key.in_(keys), bands.c.document_id < row)
    candidates = connection.execute(
        sa.select(signatures, documents.c.duplicate_of)
        .join(documents, documents.c.id == signatures.c.document_id)
        .where(signatures.c.document_id.in_(near))
        .order_by(signatures.c.document_id)
        .limit(MAX_COMPARED)
    )
    for candidate in candidates:
        other = np.frombuffer(candidate.signature, dtype="<u4").astype(np.uint32)
        if similarity(signature, other) >= SIMILAR:
            return int(candidate.duplicate_of or candidate.document_id)
    return None
