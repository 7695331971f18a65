"""Bringing a database to the newest schema, by the Alembic migrations that the package ships."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from labels.errors import StancewireError
from service.store.schema import metadata

if TYPE_CHECKING:
    from alembic.migration import MigrationContext

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
    if _revision(connection) == _newest():
        return False
    return _migrate(connection)


def _newest() -> str:
    """Return the newest schema's revision, as the files of migrations are named: v0003_copies.py."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("v*.py"))[1:5]


def _revision(connection: sa.Connection) -> str | None:
    """Return the database's schema; None where it has none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    told: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return told


def _migrate(connection: sa.Connection) -> bool:
    # A tenth of the time to start and 7 MB a worker, for what is done once a release.
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from alembic.operations import Operations  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS / "versions")])
    applied: list[str] = []

    def steps(revision: Any, _context: "MigrationContext") -> list[Any]:
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
