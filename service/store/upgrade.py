"""Bringing a database to the newest schema, by the Alembic migrations that the package ships."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from labels.errors import StancewireError
from service.store.schema import metadata

MIGRATIONS = Path(__file__).parent / "migrations"

# Any number that no other program uses as advisory lock: "stance" in hexadecimal ASCII.
_LOCK = 0x7374616E6365


class StoreTooNew(StancewireError):
    """The database was written by a newer stancewire.

    Attributes:
        revision: the schema that this code doesn't know.
    """

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(
            f"the database has schema {revision!r}, which this stancewire doesn't know: "
            "upgrade stancewire, or open another database"
        )


def upgrade(connection: sa.Connection) -> bool:
    """Apply the migrations that are missing, inside the caller's transaction: all or none.

    Two processes may start at once; the second waits for the first, then finds nothing to do.

    Returns:
        True if something was applied.

    Raises:
        StoreTooNew: the database is ahead of this code.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    script = scripts()
    applied: list[str] = []

    def steps(revision: Any, _context: MigrationContext) -> list[Any]:
        try:
            found = script._upgrade_revs("head", revision)
        except CommandError as error:
            raise StoreTooNew(", ".join(revision)) from error
        applied.extend(str(step) for step in found)
        return found

    # `transactional_ddl`: the caller's transaction holds, also on SQLite.
    options = {"fn": steps, "transactional_ddl": True, "target_metadata": metadata}
    context = MigrationContext.configure(connection, opts=options)
    with Operations.context(context):
        context.run_migrations()
    return bool(applied)


def scripts() -> ScriptDirectory:
    """Return the shipped migrations."""
    return ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS / "versions")])
