"""Statements found again, newest first."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from service.store import search
from service.store.filters import Filter, InvalidFilter
from service.store.identity import moment, speaker_key
from service.store.schema import documents, statement_actors, statements, tags

MAX_PAGE = 1_000

SOURCE = statements.join(documents, statements.c.document_id == documents.c.id)


def where(
    wanted: Filter, *, dialect: str, common: frozenset[str] = frozenset()
) -> sa.ColumnElement[bool]:
    """Return the condition on statements joined with their documents.

    Args:
        wanted: which statements are meant.
        dialect: "sqlite" or "postgresql".
        common: words that are asked of each statement, see `search.condition`.
    """
    # Only live tags: a version that is being built beside them is not shown.
    parts: list[sa.ColumnElement[bool]] = [statements.c.version == documents.c.version]
    for values, column in (
        (wanted.stance, statements.c.stance),
        (wanted.speaker_type, statements.c.speaker_type),
        (wanted.host, documents.c.host),
        (wanted.outlet, documents.c.publisher),
    ):
        if values:
            parts.append(column.in_(values))
    if wanted.speaker:
        names = (speaker_key(name) or "" for name in wanted.speaker)
        parts.append(
            sa.or_(*(statements.c.speaker_key.contains(n, autoescape=True) for n in names))
        )
    if wanted.voice:
        parts.append(statements.c.speaker_key.in_([speaker_key(name) for name in wanted.voice]))
    if wanted.actor:
        named = statement_actors.alias()
        of_statement = named.c.statement_id == statements.c.id
        parts.append(sa.exists().where(of_statement, named.c.actor.in_(wanted.actor)))
    if wanted.q:
        parts.append(search.condition(wanted.q, dialect=dialect, common=common))
    if not wanted.copies:
        parts.append(documents.c.duplicate_of.is_(None))
    if not wanted.abstained:
        parts.append(sa.not_(statements.c.abstain))
    return sa.and_(*parts, *_within(wanted))


def _within(wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.since:
        yield statements.c.dated_at >= wanted.since
    if wanted.until:
        yield statements.c.dated_at < wanted.until
    if wanted.min_score:
        yield statements.c.score >= wanted.min_score


def _selection() -> sa.Select[Any]:
    d = documents.c
    source = SOURCE.join(
        tags,
        sa.and_(
            tags.c.document_id == statements.c.document_id,
            tags.c.version == statements.c.version,
            tags.c.position == statements.c.position,
        ),
    )
    return sa.select(
        statements.c.id,
        statements.c.version,
        statements.c.position,
        statements.c.dated_at,
        statements.c.tagged_at,
        tags.c.tag,
        d.id.label("document_row"),
        d.key,
        d.title,
        d.url,
        d.publisher,
        d.published,
        d.host,
    ).select_from(source)


def to_json(row: sa.Row[Any]) -> dict[str, Any]:
    """Return a statement as it leaves: the contract's sentence, and where it stands."""
    source = {key: getattr(row, key) for key in ("title", "url", "publisher", "published", "host")}
    known = {key: value for key, value in source.items() if value is not None}
    return {
        "id": row.id,
        "model": row.version,
        "position": row.position,
        "dated_at": row.dated_at.isoformat(),
        "tagged_at": row.tagged_at.isoformat(),
        "document": {"id": row.key, **known},
        **row.tag,
    }


@dataclass(frozen=True, slots=True)
class Page:
    """Statements, newest first, and where the next page starts (None: this is the last)."""

    statements: list[dict[str, Any]]
    next: str | None


def page(
    connection: sa.Connection, wanted: Filter, *, cursor: str | None = None, limit: int = 50
) -> Page:
    """Return one page of statements, newest first.

    What is added meanwhile shifts nothing: a cursor names the last statement that was seen.

    Raises:
        InvalidFilter: the cursor is not one of ours.
    """
    common = search.common(connection, wanted.q or "")
    query = _selection().where(where(wanted, dialect=connection.dialect.name, common=common))
    if cursor is not None:
        dated_at, identity = _read_cursor(cursor)
        c = statements.c
        query = query.where(
            sa.or_(c.dated_at < dated_at, sa.and_(c.dated_at == dated_at, c.id < identity))
        )
    ordered = query.order_by(statements.c.dated_at.desc(), statements.c.id.desc())
    rows = connection.execute(ordered.limit(limit + 1)).all()
    shown = rows[:limit]
    following = _cursor(shown[-1].dated_at, shown[-1].id) if len(rows) > limit else None
    return Page([to_json(row) for row in shown], following)


def every(connection: sa.Connection, wanted: Filter) -> Iterator[dict[str, Any]]:
    """Yield all statements, newest first, without holding them all in memory."""
    cursor = None
    while True:
        found = page(connection, wanted, cursor=cursor, limit=MAX_PAGE)
        yield from found.statements
        if found.next is None:
            return
        cursor = found.next


def of_document(connection: sa.Connection, wanted: Filter, row: int) -> list[dict[str, Any]]:
    """Return the statements of one document that the filter lets through, in the text's order."""
    query = (
        _selection()
        .where(where(wanted, dialect=connection.dialect.name))
        .where(statements.c.document_id == row)
        .order_by(statements.c.position)
    )
    return [to_json(found) for found in connection.execute(query)]


def count(connection: sa.Connection, wanted: Filter) -> int:
    """Return how many statements the filter lets through."""
    query = (
        sa.select(sa.func.count())
        .select_from(SOURCE)
        .where(where(wanted, dialect=connection.dialect.name))
    )
    return int(connection.execute(query).scalar_one())


def newest_id(connection: sa.Connection) -> int:
    """Return the greatest id of a statement; it grows with all that is tagged. 0 where there is none."""
    return int(connection.execute(sa.select(sa.func.max(statements.c.id))).scalar() or 0)


def _cursor(dated_at: datetime, identity: int) -> str:
    packed = orjson.dumps([dated_at.isoformat(), identity])
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        said, identity = orjson.loads(packed)
        found = moment(said) if isinstance(said, str) else None
        if found is not None and isinstance(identity, int) and abs(identity) < 2**63:
            return found, identity
    except (ValueError, binascii.Error, TypeError):
        pass
    raise InvalidFilter("cursor", "is not one that stancewire gave: start without it")
