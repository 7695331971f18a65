"""The store opens on both databases, at the newest schema, from several processes at once."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from service.store import Store, StoreNotReady, StoreTooNew, open_store
from service.store.engine import ValueRefused
from service.store.schema import api_keys, jobs, metadata
from service.store.upgrade import upgrade
from tests.databases import new_database
from tests.threads import all_at_once
from tests.times import T0

ROOT = Path(__file__).parents[3]


def test_migrations_lead_to_the_tables_that_the_code_knows(store: Store):
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)

    # What only one database has: the full-text index and its column.
    ours = [d for d in differences if "words" not in str(d) and "sqlite_" not in str(d)]
    assert ours == []


def test_a_second_upgrade_finds_nothing_to_do(store: Store):
    with store.write() as connection:
        assert upgrade(connection) is False


def test_a_store_at_the_newest_schema_opens_without_alembic(tmp_path: Path):
    path = tmp_path / "store.db"
    open_store(path).close()
    program = f"""
import pathlib, sys
from service.store import open_store
open_store(pathlib.Path({str(path)!r})).close()
assert "alembic" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_store_of_a_newer_stancewire_is_refused(database_url: str):
    store = open_store(database_url)
    with store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreTooNew, match="9999") as refused:
        open_store(database_url)

    store.close()
    assert refused.value.revision == "9999"


def test_two_that_start_at_once_both_find_the_tables(database_url: str):
    opened: list[Store] = []

    all_at_once([lambda: opened.append(open_store(database_url))] * 4)

    assert len(opened) == 4
    for store in opened:
        with store.read() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar() == 0
        store.close()


def test_an_exception_rolls_a_write_back(store: Store):
    values = {"id": "a", "name": "n", "secret_hash": "h", "scopes": ["read"], "created_at": T0}

    def write_and_fail() -> None:
        with store.write() as connection:
            connection.execute(sa.insert(api_keys).values(**values))
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        write_and_fail()

    with store.read() as connection:
        assert connection.execute(sa.select(api_keys)).all() == []


def test_moments_come_back_with_their_zone_and_naive_ones_are_refused(store: Store):
    values = {"id": "a", "name": "n", "secret_hash": "h", "scopes": ["read"]}
    with store.write() as connection:
        connection.execute(sa.insert(api_keys).values(**values, created_at=T0))
        row = connection.execute(sa.select(api_keys)).one()

    assert row.created_at == T0
    assert row.created_at.tzinfo is not None
    assert row.revoked_at is None
    with store.write() as connection, pytest.raises(sa.exc.StatementError, match="no time zone"):
        connection.execute(sa.insert(api_keys).values(**values, created_at=T0.replace(tzinfo=None)))


def test_sqlite_keeps_foreign_keys_and_a_log_that_readers_do_not_wait_for(tmp_path: Path):
    store = open_store(tmp_path / "new" / "s.db")
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    store.close()


def test_a_store_in_memory_is_one_for_all_threads():
    store = open_store("sqlite://")
    found: list[object] = []

    def look() -> None:
        with store.read() as connection:
            found.append(connection.execute(sa.select(jobs)).all())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join(10)

    assert found == [[]]
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "not a url",
        "mysql://root@localhost/x",
        "sqlite:////proc/nothing/s.db",
        "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2",
    ],
)
def test_a_database_that_cannot_be_opened_is_told_with_its_url(url: str):
    with pytest.raises((StoreNotReady, FileNotFoundError, PermissionError)) as refused:
        open_store(url)

    assert refused.type is StoreNotReady
    assert "STANCEWIRE_DATABASE_URL" in str(refused.value)


def test_a_value_that_the_database_cannot_hold_is_the_callers_fault(postgres_template, postgres):
    with new_database(postgres, template=postgres_template) as url:
        store = open_store(url)
        named = sa.select(jobs).where(jobs.c.id == "a\0b")
        with pytest.raises(ValueRefused, match="NUL"), store.read() as connection:
            connection.execute(named)
        store.close()


def test_a_database_that_went_away_is_told_as_such(tmp_path: Path):
    store = open_store(tmp_path / "s.db")
    with store.write() as connection:
        connection.execute(sa.text("DROP TABLE jobs"))

    with pytest.raises(StoreNotReady, match="no such table"), store.read() as connection:
        connection.execute(sa.select(jobs))
    store.close()
