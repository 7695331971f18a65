"""A new alert, checked; and a trial of one that is there."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service.alerts.deliver import new_secret
from service.alerts.judge import message
from service.alerts.rules import Firing, InvalidRule, Rule
from service.feeds.fetch import web_host
from service.store import alerts

WEBHOOK, EMAIL = "webhook", "email"


def add(
    connection: sa.Connection,
    *,
    name: str,
    rule: Mapping[str, Any],
    channel: str,
    target: str,
    now: datetime,
) -> sa.RowMapping:
    """Add an alert; its row has the secret that signs its webhooks.

    Args:
        connection: a writing transaction.
        name: what people call it.
        rule: in the form that `Rule.of` reads.
        channel: "webhook" or "email".
        target: URL of the webhook, or one e-mail address.
        now: the time.

    Raises:
        InvalidRule: the rule, or an e-mail address, can't be meant.
        InvalidFilter: the rule's filter can't be read.
        NotWebAddress: the webhook is none.
    """
    checked = Rule.of(rule)
    if channel == WEBHOOK:
        web_host(target)
    elif not _is_address(target):
        raise InvalidRule("target", "must be an e-mail address where the channel is email")
    return alerts.add(
        connection,
        name=name,
        rule=checked.to_json(),
        channel=channel,
        target=target,
        secret=new_secret() if channel == WEBHOOK else None,
        now=now,
    )


def _is_address(target: str) -> bool:
    name, at, host = target.rpartition("@")
    return bool(at and name and host) and not set(target) & set("/,;<> \r\n\0")


def put_trial(connection: sa.Connection, alert: int, *, now: datetime) -> None:
    """Put a delivery into the outbox that says it is a trial, and holds no statement.

    Raises:
        AlertUnknown: no such alert.
    """
    mark = uuid.uuid4().hex
    firing = Firing(f"trial:{mark}", "a trial: this alert can reach you", ())
    payload = message(alerts.find(connection, alert), firing, now=now)
    alerts.enqueue(connection, alert, firing.occasion, f"msg_{mark}", payload, now=now)
