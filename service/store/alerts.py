"""Alerts and their outbox, as rows: a delivery is pending, delivered or given up, and its tries stay."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from labels.errors import StancewireError
from service.store.schema import alerts, attempts, deliveries

PENDING, DELIVERED, GIVEN_UP = "pending", "delivered", "given_up"


class AlertUnknown(StancewireError):
    """No alert has this number."""

    def __init__(self, alert: int) -> None:
        self.alert = alert
        super().__init__(f"no alert {alert}: `stancewire alerts list` shows them")


class DeliveryUnknown(StancewireError):
    """No delivery has this number."""

    def __init__(self, delivery: int) -> None:
        self.delivery = delivery
        super().__init__(f"no delivery {delivery}: `stancewire alerts log` shows them")


def add(
    connection: sa.Connection,
    *,
    name: str,
    rule: Mapping[str, Any],
    channel: str,
    target: str,
    secret: str | None,
    now: datetime,
) -> sa.RowMapping:
    """Add an alert; it hears what is tagged from now on."""
    values = {"name": name, "rule": dict(rule), "channel": channel, "target": target}
    state = {"secret": secret, "active": True, "created_at": now}
    row = connection.execute(sa.insert(alerts).values(values | state).returning(alerts)).one()
    return row._mapping


def find(connection: sa.Connection, alert: int) -> sa.RowMapping:
    """Return one alert.

    Raises:
        AlertUnknown: no such alert.
    """
    found = connection.execute(sa.select(alerts).where(alerts.c.id == alert)).first()
    if found is None:
        raise AlertUnknown(alert)
    return found._mapping


def every(connection: sa.Connection) -> list[sa.RowMapping]:
    """Return all alerts in the order in which they were added."""
    return [row._mapping for row in connection.execute(sa.select(alerts).order_by(alerts.c.id))]


def active(connection: sa.Connection) -> list[sa.RowMapping]:
    """Return the alerts that listen."""
    rows = connection.execute(sa.select(alerts).where(alerts.c.active).order_by(alerts.c.id))
    return [row._mapping for row in rows]


def remove(connection: sa.Connection, alert: int) -> None:
    """Delete an alert with its log.

    Raises:
        AlertUnknown: no such alert.
    """
    find(connection, alert)
    connection.execute(sa.delete(alerts).where(alerts.c.id == alert))


def enqueue(
    connection: sa.Connection,
    alert: int,
    occasion: str,
    message_id: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
) -> bool:
    """Put a delivery into the outbox; False if the alert fired on this occasion before."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    added = connection.execute(
        insert(deliveries)
        .values(
            alert_id=alert,
            message_id=message_id,
            occasion=occasion,
            payload=dict(payload),
            state=PENDING,
            attempts=0,
            next_attempt_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(deliveries.c.id)
    )
    return added.first() is not None


def claim(
    connection: sa.Connection, *, now: datetime, until: datetime, limit: int
) -> list[sa.RowMapping]:
    """Take deliveries that are due; a sender that is killed loses its claim at `until`."""
    c = deliveries.c
    free = sa.or_(c.claimed_until.is_(None), c.claimed_until < now)
    ids = (
        connection.execute(
            sa.select(c.id)
            .where(c.state == PENDING, c.next_attempt_at <= now, free)
            .order_by(c.next_attempt_at, c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        .scalars()
        .all()
    )
    if not ids:
        return []
    connection.execute(sa.update(deliveries).where(c.id.in_(ids)).values(claimed_until=until))
    rows = connection.execute(
        sa.select(deliveries, alerts.c.channel, alerts.c.target, alerts.c.secret)
        .join(alerts, alerts.c.id == c.alert_id)
        .where(c.id.in_(ids))
        .order_by(c.id)
    )
    return [row._mapping for row in rows]


def tried(
    connection: sa.Connection,
    delivery: int,
    *,
    at: datetime,
    status: int | None,
    error: str | None,
    took_ms: int,
    next_attempt_at: datetime | None,
) -> None:
    """Write one try into the log, and what comes of it.

    Args:
        connection: a writing transaction.
        delivery: which one.
        at: when.
        status: HTTP status, or None without an answer.
        error: why it did not arrive; None if it did.
        took_ms: how long it took.
        next_attempt_at: when to try again; None: not again.
    """
    connection.execute(
        sa.insert(attempts).values(
            delivery_id=delivery, at=at, status=status, error=error, took_ms=took_ms
        )
    )
    values: dict[str, Any] = {"claimed_until": None, "last_error": error}
    values["attempts"] = deliveries.c.attempts + 1
    if error is None:
        values |= {"state": DELIVERED, "delivered_at": at}
    elif next_attempt_at is None:
        values["state"] = GIVEN_UP
    else:
        values["next_attempt_at"] = next_attempt_at
    connection.execute(sa.update(deliveries).where(deliveries.c.id == delivery).values(values))


def replay(connection: sa.Connection, delivery: int, *, now: datetime) -> sa.RowMapping:
    """Send a delivery again, under its old message id: the receiver can tell.

    Raises:
        DeliveryUnknown: no such delivery.
    """
    changed = connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery)
        .values(
            state=PENDING,
            attempts=0,
            next_attempt_at=now,
            claimed_until=None,
            delivered_at=None,
        )
        .returning(deliveries)
    ).first()
    if changed is None:
        raise DeliveryUnknown(delivery)
    return changed._mapping


def log_of(connection: sa.Connection, alert: int, *, limit: int = 100) -> list[dict[str, Any]]:
    """Return the newest deliveries of an alert with all their tries, newest first.

    Raises:
        AlertUnknown: no such alert.
    """
    find(connection, alert)
    rows = connection.execute(
        sa.select(deliveries)
        .where(deliveries.c.alert_id == alert)
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    ).all()
    shown = {row.id: delivery_json(row._mapping) | {"tries": []} for row in rows}
    tries = connection.execute(
        sa.select(attempts).where(attempts.c.delivery_id.in_(shown)).order_by(attempts.c.id)
    )
    for row in tries:
        shown[row.delivery_id]["tries"].append(
            {
                "at": row.at.isoformat(),
                "status": row.status,
                "error": row.error,
                "took_ms": row.took_ms,
            }
        )
    return list(shown.values())


def pending(connection: sa.Connection) -> int:
    """Return how many deliveries wait."""
    query = sa.select(sa.func.count()).where(deliveries.c.state == PENDING)
    return int(connection.execute(query).scalar_one())


def to_json(row: sa.RowMapping) -> dict[str, Any]:
    """Return an alert as /v1/alerts shows it, without its secret."""
    names = ("id", "name", "rule", "channel", "target", "active")
    return {name: row[name] for name in names} | {"created_at": row["created_at"].isoformat()}


def delivery_json(row: sa.RowMapping) -> dict[str, Any]:
    """Return a delivery as the log shows it."""
    names = ("id", "alert_id", "message_id", "state", "attempts", "payload", "last_error")
    moments = ("created_at", "next_attempt_at", "delivered_at")
    return {name: row[name] for name in names} | {
        name: row[name].isoformat() if row[name] else None for name in moments
    }
