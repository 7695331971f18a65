"""How many statements, by any two of their properties."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from service.store.filters import Filter, InvalidFilter, known
from service.store.schema import documents, statement_actors, statements
from service.store.statements import SOURCE, where

DIMENSIONS = (
    "stance",
    "speaker",
    "speaker_type",
    "actor",
    "host",
    "outlet",
    "model",
    "day",
    "week",
    "month",
)


def counts(
    connection: sa.Connection, wanted: Filter, by: tuple[str, ...]
) -> list[dict[str, str | int | None]]:
    """Count statements by one or two dimensions, most first.

    By `actor` a statement counts once for each actor that it names, and not at all without one.
    A week is named by its Monday.

    Raises:
        InvalidFilter: an unknown dimension, the same one twice, or more than two.
    """
    if not 1 <= len(by) <= 2 or len(set(by)) != len(by):
        raise InvalidFilter("by", "give one or two different dimensions")
    known("by", by, DIMENSIONS)
    dialect = connection.dialect.name
    columns = [_dimension(name, dialect).label(f"by_{i}") for i, name in enumerate(by)]
    source = SOURCE
    if "actor" in by:
        source = source.join(statement_actors, statement_actors.c.statement_id == statements.c.id)
    query = (
        sa.select(*columns, sa.func.count())
        .select_from(source)
        .where(where(wanted, dialect=dialect))
        .group_by(*columns)
    )
    if "actor" in by and wanted.actor:
        query = query.where(statement_actors.c.actor.in_(wanted.actor))
    summed: Counter[tuple[str | None, ...]] = Counter()
    for *keys, number in connection.execute(query):
        summed[tuple(_span(n, key) for n, key in zip(by, keys, strict=True))] += number
    ordered = sorted(summed.items(), key=lambda item: (-item[1], [str(k) for k in item[0]]))
    return [{**dict(zip(by, keys, strict=True)), "count": number} for keys, number in ordered]


def _dimension(name: str, dialect: str) -> sa.ColumnElement[Any]:
    if name in {"day", "week", "month"}:
        if dialect == "sqlite":
            return sa.func.date(statements.c.dated_at)
        return sa.func.to_char(sa.func.timezone("UTC", statements.c.dated_at), "YYYY-MM-DD")
    columns: dict[str, sa.ColumnElement[Any]] = {
        "stance": statements.c.stance,
        "speaker": statements.c.speaker,
        "speaker_type": statements.c.speaker_type,
        "actor": statement_actors.c.actor,
        "host": documents.c.host,
        "outlet": documents.c.publisher,
        "model": statements.c.version,
    }
    return columns[name]


def _span(dimension: str, key: str | None) -> str | None:
    if key is None or dimension not in {"week", "month"}:
        return key
    if dimension == "month":
        return key[:7]
    day = date.fromisoformat(key)
    return (day - timedelta(days=day.weekday())).isoformat()
