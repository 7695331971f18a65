"""Opening the store: one URL, SQLite or PostgreSQL, always at this code's newest schema."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from labels.errors import StancewireError
from service.store.upgrade import StoreTooNew, upgrade

# A writer waits this long for another one before SQLite gives up.
BUSY_TIMEOUT_MS = 30_000

_WRITES = "stancewire_writes"


class StoreNotReady(StancewireError):
    """The database can't be used: wrong URL, no server, missing driver, no right to write."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(
            f"database {url}: {reason}. Set STANCEWIRE_DATABASE_URL to "
            "sqlite:///path/to/file.db or postgresql://user:password@host/name"
        )


class ValueRefused(StancewireError):
    """A value that the database can't hold: a NUL character, a number out of range."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the database can't hold one of the values given: {reason}")


class Store:
    """An open database.

    Attributes:
        engine: SQLAlchemy's engine; `engine.dialect.name` is "sqlite" or "postgresql".
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return self.engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a transaction that only reads: all its queries see one moment.

        Raises:
            ValueRefused: a query was given a value that can't be.
            StoreNotReady: the database went away.
        """
        with self._faults(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction that writes; it commits at the end, and rolls back on an exception.

        On SQLite it takes the writer's lock at once: a reader that turns writer halfway could
        not wait for another one.

        Raises:
            ValueRefused: a statement was given a value that can't be.
            StoreNotReady: the database went away; nothing was written.
        """
        with self._faults(), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DataError as error:
            raise ValueRefused(_reason(error)) from error
        except sa.exc.OperationalError as error:
            hidden = self.engine.url.render_as_string(hide_password=True)
            raise StoreNotReady(hidden, _reason(error)) from error

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _reason(error: sa.exc.DBAPIError) -> str:
    return str(error.orig or error).strip().splitlines()[0]


def open_store(url: str | Path) -> Store:
    """Open the database at `url` (a path means SQLite), creating or upgrading its schema.

    Raises:
        StoreNotReady: it can't be reached or created.
        StoreTooNew: a newer stancewire wrote it.
    """
    parsed = _parse(url)
    store = Store(_engine(parsed))
    try:
        with store.write() as connection:
            upgrade(connection)
    except sa.exc.DBAPIError as error:  # such as a table of another program in the way
        store.close()
        raise StoreNotReady(parsed.render_as_string(hide_password=True), _reason(error)) from error
    except StancewireError:
        store.close()
        raise
    return store


def _parse(url: str | Path) -> URL:
    if isinstance(url, Path):
        return URL.create("sqlite", database=str(url))
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        raise StoreNotReady(url, "not a database URL") from error
    if parsed.drivername in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreNotReady(
            parsed.render_as_string(hide_password=True), "only sqlite and postgresql are known"
        )
    return parsed


def _engine(url: URL) -> sa.Engine:
    if url.get_backend_name() == "postgresql":
        try:
            # A dropped connection (server restart) is noticed before it is used.
            return sa.create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=10)
        except ImportError as error:
            hidden = url.render_as_string(hide_password=True)
            reason = "the driver is missing: pip install 'stancewire[postgres]'"
            raise StoreNotReady(hidden, reason) from error
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    if url.database in {None, "", ":memory:"}:
        # One connection for all threads, or each would see an empty database of its own.
        options["poolclass"] = sa.StaticPool
        options["connect_args"]["check_same_thread"] = False
    else:
        try:
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreNotReady(url.render_as_string(), str(error)) from error
    engine = sa.create_engine(url, **options)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python's driver must not open transactions by itself: `_begin_sqlite` does.
    connection.isolation_level = None
    _set_wal(connection)
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "foreign_keys = ON",
        # A commit that was answered survives a power cut.
        "synchronous = FULL",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _set_wal(connection: Any) -> None:
    # SQLite doesn't wait for the lock by itself here: two that open a new file at once would meet.
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


__all__ = ["Store", "StoreNotReady", "StoreTooNew", "ValueRefused", "open_store"]
