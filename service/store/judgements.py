"""Judgements as they are kept: rows are only ever added, and the database refuses to change one."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from labels.document import Document
from labels.errors import StancewireError
from labels.judgement import Judgement, Kind, Place, link
from service.store.documents import storable
from service.store.schema import judged_documents, judgements

T = TypeVar("T")

# Rows in one INSERT or IN (...): SQLite takes 32,766 parameters, and we bind 11 a row.
CHUNK = 1000


class JudgedTextChanged(StancewireError):
    """A document that has been judged under this id with another text.

    Attributes:
        document: its id.
    """

    def __init__(self, document: str) -> None:
        self.document = document
        super().__init__(
            f"document {document!r} was judged with another text: give the changed article an id "
            "of its own"
        )


class UnjudgedDocument(StancewireError):
    """A document that nobody has judged and that came without its text.

    Attributes:
        document: its id.
    """

    def __init__(self, document: str) -> None:
        self.document = document
        super().__init__(
            f"document {document!r} is not known here: send the document itself with the "
            "judgements, or keep it first (POST /v1/documents)"
        )


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of judgements that came in.

    Attributes:
        kept: new ones, with `supersedes` filled in, in the order in which they came.
        known: how many had been kept before.
    """

    kept: tuple[Judgement, ...]
    known: int


def keep_documents(connection: sa.Connection, documents: Iterable[Document]) -> None:
    """Keep the judged articles beside the judgements, so that no clean-up elsewhere strands them.

    Raises:
        JudgedTextChanged: one is kept with another text.
    """
    wanted = {document.id: document for document in map(storable, documents)}
    kept = documents_of(connection, wanted)
    for key, document in kept.items():
        if document.text != wanted[key].text:
            raise JudgedTextChanged(key)
    rows = [
        {"key": key, "document": json.dumps(document.to_json())}
        for key, document in wanted.items()
        if key not in kept
    ]
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    for part in chunks(rows):
        connection.execute(insert(judged_documents).on_conflict_do_nothing(), part)


def documents_of(
    connection: sa.Connection, keys: Iterable[str] | None = None
) -> dict[str, Document]:
    """Return judged articles by id; all of them where no ids are given."""
    query = sa.select(judged_documents.c.document)
    if keys is None:
        raw = list(connection.execute(query).scalars())
    else:
        raw = []
        for part in chunks(sorted(set(keys))):
            raw += connection.execute(query.where(judged_documents.c.key.in_(part))).scalars()
    found = (Document.from_json(json.loads(text)) for text in raw)
    return {document.id: document for document in found}


def append(connection: sa.Connection, told: Sequence[Judgement], *, now: datetime) -> Appended:
    """Add judgements; the same one twice is kept once. Their documents must be kept already.

    Linking reads what stands and then writes, so the caller's transaction must be a writing one;
    PostgreSQL takes a lock for it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE judgements IN SHARE ROW EXCLUSIVE MODE"))
    before = list(read(connection, documents={one.document for one in told}))
    ids = {one.id for one in before}
    by_place: dict[Place, list[Judgement]] = {}
    for one in before:
        by_place.setdefault(one.place, []).append(one)
    kept: list[Judgement] = []
    for one in told:
        if one.id in ids:
            continue
        rivals = by_place.setdefault(one.place, [])
        linked = link(one, rivals)
        rivals.append(linked)
        ids.add(linked.id)
        kept.append(linked)
    for part in chunks([_row(one, now) for one in kept]):
        connection.execute(sa.insert(judgements), part)
    return Appended(tuple(kept), len(told) - len(kept))


def read(
    connection: sa.Connection,
    *,
    documents: Iterable[str] | None = None,
    coder: str | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[Judgement]:
    """Return judgements in the order in which they were kept.

    Args:
        connection: open on the store.
        documents: ids of the documents; None: all.
        coder: only theirs; None: everybody's.
        after: only those kept after this number (see `numbered`).
        limit: most to return.
    """
    return [
        one
        for _, one in numbered(
            connection, documents=documents, coder=coder, after=after, limit=limit
        )
    ]


def numbered(
    connection: sa.Connection,
    *,
    documents: Iterable[str] | None = None,
    coder: str | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[tuple[int, Judgement]]:
    """Return what `read` does, each with its running number (a cursor)."""
    c = judgements.c
    query = sa.select(c.number, c.body).where(c.number > after).order_by(c.number).limit(limit)
    if coder is not None:
        query = query.where(c.coder == coder)
    if documents is None:
        rows = connection.execute(query).all()
    else:
        rows = []
        for part in chunks(sorted(set(documents))):
            rows += connection.execute(query.where(c.document.in_(part))).all()
        rows.sort(key=lambda row: row.number)
    return [(row.number, Judgement.from_json(json.loads(row.body))) for row in rows]


def coders_by_place(connection: sa.Connection) -> dict[Place, tuple[str, ...]]:
    """Return who has judged what; those who only skipped it, or took it back, don't count."""
    c = judgements.c
    rows = connection.execute(
        sa.select(c.document, c.start, c.end, c.coder, c.kind)
        .where(c.kind != Kind.SKIP)
        .order_by(c.made_at, c.number)
    )
    last = {((row.document, row.start, row.end), row.coder): row.kind for row in rows}
    found: dict[Place, tuple[str, ...]] = {}
    for (place, coder), kind in last.items():
        if kind != Kind.WITHDRAWAL:
            found[place] = (*found.get(place, ()), coder)
    return found


def skips_of(connection: sa.Connection, coder: str) -> dict[Place, datetime]:
    """Return when a coder last skipped what."""
    c = judgements.c
    rows = connection.execute(
        sa.select(c.document, c.start, c.end, sa.func.max(c.made_at).label("at"))
        .where(c.kind == Kind.SKIP, c.coder == coder)
        .group_by(c.document, c.start, c.end)
    )
    return {(row.document, row.start, row.end): row.at for row in rows}


def count_by(connection: sa.Connection, column: str) -> dict[str, int]:
    """Count rows by "coder", "kind", "tool" or "stance" of what was ever kept."""
    counted: Counter[str] = Counter()
    rows = connection.execute(
        sa.select(judgements.c[column], sa.func.count()).group_by(judgements.c[column])
    )
    for value, n in rows:
        if value is not None:
            counted[value] += n
    return dict(sorted(counted.items()))


def last_number(connection: sa.Connection) -> int:
    """Return the running number of the newest judgement; 0 where there is none."""
    return int(connection.execute(sa.select(sa.func.max(judgements.c.number))).scalar() or 0)


def _row(one: Judgement, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "document": one.document,
        "start": one.start,
        "end": one.end,
        "coder": one.coder,
        "kind": str(one.kind),
        "tool": one.tool,
        "stance": one.coding.stance if one.coding else None,
        "made_at": one.moment,
        "kept_at": now,
        # ASCII with escapes: a NUL in a note survives on PostgreSQL too.
        "body": json.dumps(one.to_json()),
    }


def chunks(rows: Sequence[T]) -> Iterable[Sequence[T]]:
    """Return the rows in pieces that one statement takes."""
    return (rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK))
