"""Real databases for tests: SQLite in a folder, PostgreSQL in a cluster of our own."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


class NoPostgres(Exception):
    """PostgreSQL can't be started here; the text says why."""


def binaries() -> Path:
    """Return the folder of initdb and postgres."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres("no initdb: install Debian's package postgresql")


@contextmanager
def postgres_cluster(folder: Path) -> Iterator[str]:
    """Run a cluster that listens on a Unix socket only; yield the URL of its admin database."""
    folder = Path(folder)
    bin_dir = binaries()
    user = "postgres" if os.geteuid() == 0 else None
    if user:  # initdb refuses root
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        line = " ".join(f"'{part}'" for part in command)
        full = ["su", user, "-s", "/bin/sh", "-c", line] if user else list(command)
        done = subprocess.run(full, capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            raise NoPostgres(f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}")

    data = folder / "data"
    run(str(bin_dir / "initdb"), "-D", str(data), "-A", "trust", "-U", "stancewire", "-N")
    options = f"-c listen_addresses= -k {folder} -c fsync=off -c max_connections=60"
    pg_ctl = str(bin_dir / "pg_ctl")
    log = str(folder / "log")
    run(pg_ctl, "-D", str(data), "-l", log, "-w", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://stancewire@/postgres?host={folder}"
    finally:
        run(pg_ctl, "-D", str(data), "-w", "-m", "immediate", "stop")


@contextmanager
def new_database(admin_url: str, *, template: str = "template0") -> Iterator[str]:
    """Yield the URL of a copy of `template`, dropped at the end."""
    name = f"t{uuid.uuid4().hex}"
    admin = sa.create_engine(admin_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
    try:
        url = sa.make_url(admin_url).set(database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
