"""How many statements, by any of their properties."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from labels.scheme import CODEBOOK
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
    connection: sa.Connection, wanted: Filter, by: tuple[str, ...], *, most: int = 2
) -> list[dict[str, str | int | None]]:
    """Count statements by one dimension, or by as many as `most`; greatest counts first.

    By `actor` a statement counts once for each actor that it names, and not at all without one.
    A week is named by its Monday.

    Raises:
        InvalidFilter: an unknown dimension, the same one twice, or too many.
    """
    if not 1 <= len(by) <= most or len(set(by)) != len(by):
        raise InvalidFilter("by", f"give up to {most} different dimensions")
    known("by", by, DIMENSIONS)
    dialect = connection.dialect.name
    columns = [_dimension(name, dialect).label(f"by_{i}") for i, name in enumerate(by)]
    source = with_actors() if "actor" in by else SOURCE
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
        if "actor" in by and keys[by.index("actor")] is None:
            continue
        summed[tuple(_span(n, key) for n, key in zip(by, keys, strict=True))] += number
    ordered = sorted(summed.items(), key=lambda item: (-item[1], [str(k) for k in item[0]]))
    return [{**dict(zip(by, keys, strict=True)), "count": number} for keys, number in ordered]


def with_actors() -> sa.FromClause:
    """Return statements, each once for each actor; once with none (NULL) where it names none.

    An outer join, because of an inner one SQLite starts from the actors, and then reads the
    statements in no order: three times slower.
    """
    named = statement_actors.c.statement_id == statements.c.id
    return SOURCE.outerjoin(statement_actors, named)


@dataclass(frozen=True, slots=True)
class Link:
    """How often a voice took each stance on one actor.

    Attributes:
        speaker: its name; None where it has none.
        speaker_type: its type, if it has no name.
        outlet: where it was told, if it has no name.
        actor: id of the actor.
        told: statements by stance label.
    """

    speaker: str | None
    speaker_type: str | None
    outlet: str | None
    actor: str
    told: dict[str, int]


def links(connection: sa.Connection, wanted: Filter) -> Iterator[Link]:
    """Yield who took which stances on whom, how often: what a network is drawn of.

    One row an edge, and named voices apart from the others: SQLite sorts all statements to group
    them, and each further key costs it a tenth. The actors' names stand in no index.
    """
    s, a = statements.c, statement_actors.c
    stances = [stance for stance in CODEBOOK.stances if stance != CODEBOOK.neutral]
    told = [sa.func.count(sa.case((s.stance == stance, 1))) for stance in stances]
    meant = where(wanted, dialect=connection.dialect.name)
    is_named = s.speaker.is_not(None)
    for condition, keys in (
        (is_named, [s.speaker, sa.null(), sa.null()]),
        (sa.not_(is_named), [sa.null(), s.speaker_type, documents.c.publisher]),
    ):
        query = (
            sa.select(*keys, a.actor, *told)
            .select_from(with_actors())
            .where(meant, condition)
            .group_by(*(key for key in keys if isinstance(key, sa.Column)), a.actor)
        )
        for speaker, kind, outlet, actor, *numbers in connection.execute(query):
            if actor is not None:
                told_by_stance = dict(zip(stances, numbers, strict=True))
                yield Link(speaker, kind, outlet, actor, told_by_stance)


def actor_names(connection: sa.Connection, actors: Iterable[str]) -> dict[str, str]:
    """Return the usual names of up to a hundred actors by id, each as some statement has it."""
    a = statement_actors.c
    one_each = [
        sa.select(sa.select(a.actor, a.name).where(a.actor == actor).limit(1).subquery())
        for actor in actors
    ]
    if not one_each:
        return {}
    return {row.actor: row.name for row in connection.execute(sa.union_all(*one_each))}


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
