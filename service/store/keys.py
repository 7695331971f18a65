"""API keys: shown once, kept as a hash, checked in constant time."""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import sqlalchemy as sa

from labels.errors import StancewireError
from service.store.schema import api_keys

PREFIX = "sw"


class Scope(StrEnum):
    """What a key may do; `admin` may do everything."""

    READ = "read"
    TAG = "tag"
    LABEL = "label"
    ADMIN = "admin"


class KeyUnknown(StancewireError):
    """No key has this id."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(f"no key {key_id!r}: `stancewire keys list` shows them")


class UnknownScope(StancewireError):
    """A scope that isn't one."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(f"{scope!r} is not one of {', '.join(Scope)}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Who asks.

    Attributes:
        id: public part of the key.
        name: what its owner calls it.
        scopes: what it may do.
        per_minute: its own limit of requests, or None for the service's.
    """

    id: str
    name: str
    scopes: frozenset[str]
    per_minute: int | None = None

    def may(self, scope: str) -> bool:
        """Tell whether the key may do what `scope` names."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


def create(
    connection: sa.Connection,
    name: str,
    scopes: Collection[str],
    *,
    now: datetime,
    per_minute: int | None = None,
) -> tuple[str, str]:
    """Make a key; return its id and the key itself, which can't be shown again.

    Raises:
        UnknownScope: naming it.
    """
    for scope in scopes:
        if scope not in set(Scope):
            raise UnknownScope(scope)
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    connection.execute(
        sa.insert(api_keys).values(
            id=key_id,
            name=name,
            secret_hash=_hash(secret),
            scopes=sorted(scopes),
            per_minute=per_minute,
            created_at=now,
        )
    )
    return key_id, f"{PREFIX}_{key_id}_{secret}"


def verify(connection: sa.Connection, key: str) -> ApiKey | None:
    """Return who a key belongs to; None if it is unknown or revoked."""
    prefix, _, rest = key.partition("_")
    key_id, _, secret = rest.partition("_")
    if prefix != PREFIX or not key_id.isalnum() or not key_id.isascii():
        return None
    row = connection.execute(sa.select(api_keys).where(api_keys.c.id == key_id)).first()
    wanted = row.secret_hash if row is not None else ""
    if not hmac.compare_digest(_hash(secret), wanted) or row is None or row.revoked_at is not None:
        return None
    return ApiKey(row.id, row.name, frozenset(row.scopes), row.per_minute)


def revoke(connection: sa.Connection, key_id: str, *, now: datetime) -> None:
    """Let a key open nothing any more.

    Raises:
        KeyUnknown: no such key.
    """
    changed = connection.execute(
        sa.update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=now)
    )
    if not changed.rowcount:
        raise KeyUnknown(key_id)


def every(connection: sa.Connection) -> list[sa.RowMapping]:
    """Return all keys, without what they are checked by."""
    c = api_keys.c
    shown = sa.select(c.id, c.name, c.scopes, c.per_minute, c.created_at, c.revoked_at)
    return [row._mapping for row in connection.execute(shown.order_by(c.created_at, c.id))]


def any_active(connection: sa.Connection) -> bool:
    """Tell whether there is a key that opens something: then everybody needs one."""
    query = sa.select(api_keys.c.id).where(api_keys.c.revoked_at.is_(None)).limit(1)
    return connection.execute(query).first() is not None


def _hash(secret: str) -> str:
    # The secret has 256 random bits: there is nothing to guess, and no need to be slow.
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
