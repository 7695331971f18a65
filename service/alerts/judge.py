"""Alerts are judged in the transaction that makes an article's statements (outbox pattern).

Either the statements and the deliveries that they give rise to are both there, or none of them.
"""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service.alerts.rules import (
    FIRST,
    SURGE,
    Firing,
    Rule,
    Stand,
    each,
    first,
    spans,
    stands,
    surge,
)
from service.store import alerts, statements
from service.store.filters import Filter
from service.store.schema import (
    documents as stored,
    statement_actors,
    statements as statement_rows,
)


def judge(connection: sa.Connection, row: int, *, now: datetime) -> int:
    """Write the deliveries that a newly tagged document gives rise to; return how many."""
    active = alerts.active(connection)
    if not active:
        return 0
    document = connection.execute(sa.select(stored).where(stored.c.id == row)).one()
    written = 0
    for alert in active:
        rule = Rule.of(alert["rule"])
        if document.dated_at < now - timedelta(days=rule.max_age_days):
            continue
        found = statements.of_document(connection, rule.filter, row)
        if not found:
            continue
        for firing in _firings(connection, rule, document, found, now):
            payload = message(alert, firing, now=now)
            message_id = f"msg_{uuid.uuid4().hex}"
            written += alerts.enqueue(
                connection, alert["id"], firing.occasion, message_id, payload, now=now
            )
    return written


def _firings(
    connection: sa.Connection,
    rule: Rule,
    document: sa.Row[Any],
    found: list[dict[str, Any]],
    now: datetime,
) -> list[Firing]:
    if rule.when == FIRST:
        return first(found, _earlier(connection, rule.filter, document.id, found))
    if rule.when == SURGE:
        last, before = spans(rule, now)
        in_last = replace(rule.filter, since=last, until=None)
        in_before = replace(rule.filter, since=before, until=last)
        recent = statements.count(connection, in_last)
        return surge(
            rule, found, recent=recent, before=statements.count(connection, in_before), now=now
        )
    return each(f"{document.key}:{document.content_hash[:12]}", found)


def _earlier(
    connection: sa.Connection, wanted: Filter, row: int, found: list[dict[str, Any]]
) -> set[Stand]:
    """Return which of the stands of `found` were taken in other articles."""
    c = statement_rows.c
    earlier: set[Stand] = set()
    # Copies and abstained tags count as heard: an alert says "first" once too seldom, not too often.
    heard = replace(wanted, copies=True, abstained=True)
    condition = statements.where(heard, dialect=connection.dialect.name)
    named = statement_actors.alias()
    for stand in {stand for statement in found for stand in stands(statement)}:
        speaker, stance, actor = stand
        names = sa.exists().where(named.c.statement_id == c.id)
        of_actor = names.where(named.c.actor == actor) if actor else sa.not_(names)
        query = (
            sa.select(c.id)
            .select_from(statements.SOURCE)
            .where(condition, c.document_id != row, c.speaker_key == speaker, c.stance == stance)
            .where(of_actor)
            .limit(1)
        )
        if connection.execute(query).first() is not None:
            earlier.add(stand)
    return earlier


def message(alert: sa.RowMapping, firing: Firing, *, now: datetime) -> dict[str, Any]:
    """Return what is delivered, in the shape of Standard Webhooks."""
    return {
        "type": "alert.fired",
        "timestamp": now.isoformat(),
        "data": {
            "alert": {"id": alert["id"], "name": alert["name"], "rule": alert["rule"]},
            "reason": firing.reason,
            "statements": [dict(statement) for statement in firing.statements],
        },
    }
