"""Deliveries leave: claimed, sent, written down; and again, until they arrive or time is up."""

import asyncio
import base64
import hmac
import logging
import secrets
import smtplib
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import orjson
import sqlalchemy as sa

from labels.errors import StancewireError
from service.feeds.address import AddressRefused
from service.keeping import Clock, utc_now
from service.store import Store, alerts
from service.syndication import headline

log = logging.getLogger("stancewire.deliver")

# Seconds before the next try: a restart, a lunch break, a weekend are all outlived.
WAITS_S = (1, 5, 30, 300, 1_800, 7_200, 18_000, 36_000, 86_400, 86_400)
CLAIM = timedelta(minutes=2)
AT_ONCE = 16
TIME_LIMIT_S = 20


class DeliveryFailed(StancewireError):
    """One try that did not arrive.

    Attributes:
        status: HTTP status, or None without an answer.
        final: the receiver is gone: no other try.
    """

    def __init__(self, reason: str, *, status: int | None = None, final: bool = False) -> None:
        self.reason = reason
        self.status = status
        self.final = final
        super().__init__(reason)


def new_secret() -> str:
    """Return a signing secret in Standard Webhooks' form."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    """Return the webhook-signature header (Standard Webhooks, symmetric).

    >>> signature("whsec_c2VjcmV0", "msg_1", 1700000000, b"{}")
    'v1,A5oIrJxXPB/PkULSoVu0e4khvPiqpF9vljmhkSKg0FI='
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends e-mail by one SMTP server.

    Attributes:
        url: smtp:// (STARTTLS where the server offers it) or smtps://, with user and password.
        sender: address in From.
    """

    url: str
    sender: str

    def send(self, message: EmailMessage) -> None:
        """Hand a message to the server.

        Raises:
            DeliveryFailed: it was not taken.
        """
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port
        context = ssl.create_default_context()
        server: smtplib.SMTP
        try:
            if parts.scheme == "smtps":
                server = smtplib.SMTP_SSL(host, port or 465, timeout=TIME_LIMIT_S, context=context)
            else:
                server = smtplib.SMTP(host, port or 587, timeout=TIME_LIMIT_S)
            with server:
                server.ehlo()
                if parts.scheme != "smtps" and server.has_extn("starttls"):
                    server.starttls(context=context)
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(f"{host}: {error}") from error


class Deliverer:
    """Sends what is due.

    Attributes:
        store: holds the outbox.
        client: opened by `open_client`: private addresses are refused like those of feeds.
        mailer: sends e-mail, or None where no server is set.
        clock: tells the time.
    """

    def __init__(
        self,
        store: Store,
        client: httpx.AsyncClient,
        mailer: Mailer | None,
        *,
        clock: Clock = utc_now,
    ) -> None:
        self.store = store
        self.client = client
        self.mailer = mailer
        self.clock = clock

    async def deliver_due(self) -> int:
        """Try all deliveries that are due, once; return how many were tried."""
        now = self.clock()
        with self.store.read() as connection:  # mostly empty: take no writer's lock for a look
            if not alerts.pending(connection):
                return 0
        with self.store.write() as connection:
            due = alerts.claim(connection, now=now, until=now + CLAIM, limit=AT_ONCE)
        await asyncio.gather(*(self._deliver(row) for row in due))
        return len(due)

    async def _deliver(self, row: sa.RowMapping) -> None:
        start = time.monotonic()
        status: int | None = None
        failure: DeliveryFailed | None = None
        try:
            if row["channel"] == "email":
                await asyncio.to_thread(self._mail, row)
            else:
                status = await self._post(row)
        except DeliveryFailed as error:
            log.warning("delivery %d: %s", row["id"], error)
            failure, status = error, error.status
        now = self.clock()
        turn = None if failure is None or failure.final else next_try(now, row["attempts"])
        took_ms = int((time.monotonic() - start) * 1_000)
        with self.store.write() as connection:
            alerts.tried(
                connection,
                row["id"],
                at=now,
                status=status,
                error=str(failure) if failure else None,
                took_ms=took_ms,
                next_attempt_at=turn,
            )

    async def _post(self, row: sa.RowMapping) -> int:
        body = orjson.dumps(row["payload"])
        at = int(self.clock().timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": row["message_id"],
            "webhook-timestamp": str(at),
            "webhook-signature": signature(row["secret"], row["message_id"], at, body),
        }
        try:
            async with asyncio.timeout(TIME_LIMIT_S):
                answer = await self.client.post(row["target"], content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, AddressRefused, TimeoutError) as error:
            raise DeliveryFailed(str(error) or type(error).__name__) from error
        if not answer.is_success:
            gone = answer.status_code == 410
            reason = f"the receiver answers {answer.status_code}"
            raise DeliveryFailed(reason, status=answer.status_code, final=gone)
        return answer.status_code

    def _mail(self, row: sa.RowMapping) -> None:
        if self.mailer is None:
            raise DeliveryFailed("no mail server: set STANCEWIRE_SMTP_URL")
        self.mailer.send(letter(row, sender=self.mailer.sender))


def next_try(now: datetime, attempts: int) -> datetime | None:
    """Return when to try again after `attempts` earlier tries and this one; None: give up."""
    return now + timedelta(seconds=WAITS_S[attempts]) if attempts < len(WAITS_S) else None


def letter(row: Mapping[str, Any] | sa.RowMapping, *, sender: str) -> EmailMessage:
    """Return a delivery as an e-mail; the same delivery always has the same Message-ID."""
    payload = row["payload"]
    data = payload["data"]
    message = EmailMessage()
    # Names and reasons come from articles: a line break would start another header.
    subject = f"{data['alert']['name']}: {data['reason']}"
    message["Subject"] = " ".join(subject.split())
    message["From"] = sender
    message["To"] = row["target"]
    message["Date"] = format_datetime(datetime.fromisoformat(payload["timestamp"]))
    message["Message-ID"] = f"<{row['message_id']}@stancewire>"
    parts = [data["reason"]]
    for statement in data["statements"]:
        source = statement["document"]
        where = " · ".join(filter(None, (source.get("publisher"), statement["dated_at"][:10])))
        lines = [headline(statement), f"  {statement['text']}", f"  {where}", source.get("url")]
        parts.append("\n".join(filter(None, lines)))
    message.set_content("\n\n".join(parts))
    return message
