"""Retraining as a job: started here, done in a process of its own, and never lost sight of.

```
start: row in `jobs` -> `python -m service.cli retrain --job ID` -> row says done, held or failed
```

The process holds the workspace's lock while its row says "running". A row that says so while
nobody holds the lock belongs to a process that was killed; `settle_lost` writes that down.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.settings import Settings
from service.store import Store, jobs
from service.store.jobs import Job
from service.store.schema import jobs as table
from training.lock import RetrainingRuns, is_running
from training.registry import Registry

KIND = "retrain"

# A process that was just started has not come to take the lock yet.
GRACE = timedelta(seconds=60)


def start(
    settings: Settings,
    store: Store,
    *,
    who: str,
    now: datetime,
    promote: bool = False,
    anyway: bool = False,
) -> Job:
    """Start a retraining and return its job at once.

    Raises:
        RetrainingRuns: one runs already, or is about to.
    """
    settle_lost(store, settings.home, now=now)
    with store.write() as connection:
        running = _unfinished(connection)
        if running:
            raise RetrainingRuns(f"job {running[0].id}, since {running[0].created_at.isoformat()}")
        job_id = create(connection, who=who, now=now, promote=promote, anyway=anyway)
    folder = settings.home / "jobs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{job_id}.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "service.cli", "retrain", "--job", job_id],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(settings),
            start_new_session=True,
        )
    watcher = threading.Thread(target=_watch, args=(process, settings, store), daemon=True)
    watcher.start()
    with store.read() as connection:
        return jobs.find(connection, job_id)


def _environment(settings: Settings) -> Mapping[str, str]:
    own = {"STANCEWIRE_HOME": str(settings.home.resolve())}
    if settings.database_url:
        own["STANCEWIRE_DATABASE_URL"] = settings.database_url
    if settings.labelled:
        own["STANCEWIRE_LABELLED"] = str(settings.labelled.resolve())
    # The package's folder, for a service that runs from a checkout.
    path = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, **own, "PYTHONPATH": os.pathsep.join(filter(None, path))}


def _watch(process: subprocess.Popen[bytes], settings: Settings, store: Store) -> None:
    """Wait for the process, so that its end is written down at once, however it came."""
    process.wait()
    settle_lost(store, settings.home, now=datetime.now(UTC), grace=timedelta(0))


def create(
    connection: sa.Connection, *, who: str, now: datetime, promote: bool, anyway: bool
) -> str:
    """Write the row of a retraining that is about to start."""
    payload = {"who": who, "promote": promote, "anyway": anyway}
    return jobs.create(connection, KIND, payload, now=now, total=1)


def begin(connection: sa.Connection, job_id: str) -> Job:
    """Say that the process is at work; it holds the lock by now.

    Raises:
        JobUnknown: no such job.
    """
    connection.execute(
        sa.update(table)
        .where(table.c.id == job_id)
        .values(state="running", attempts=table.c.attempts + 1, result={"step": "starting"})
    )
    return jobs.find(connection, job_id)


def step(connection: sa.Connection, job_id: str, told: str) -> None:
    """Say which step the process is at."""
    connection.execute(sa.update(table).where(table.c.id == job_id).values(result={"step": told}))


def progress_of(store: Store, job_id: str) -> Callable[[str], None]:
    """Return what tells the job's row each step."""

    def tell(told: str) -> None:
        with store.write() as connection:
            step(connection, job_id, told)

    return tell


def settle_lost(
    store: Store, home: Path, *, now: datetime, grace: timedelta = GRACE
) -> tuple[str, ...]:
    """Write down what happened to jobs whose process vanished; return their ids."""
    with store.read() as connection:
        suspects = _unfinished(connection)
    if not suspects or is_running(home):
        return ()
    lost = []
    with store.write() as connection:
        for job in _unfinished(connection):  # one may have finished meanwhile
            if job.state == "queued" and now - job.created_at < grace:
                continue
            jobs.fail(connection, job.id, _epitaph(job, home), now=now)
            lost.append(job.id)
    return tuple(lost)


def _unfinished(connection: sa.Connection) -> list[Job]:
    rows = connection.execute(
        sa.select(table)
        .where(table.c.kind == KIND, table.c.state.in_(("queued", "running")))
        .order_by(table.c.created_at)
    )
    return [Job(**row._mapping) for row in rows]


def _epitaph(job: Job, home: Path) -> str:
    registry = Registry(home)
    at = (job.result or {}).get("step", "starting")
    current = registry.serving_id()
    serving = f"version {current} goes on serving" if current else "no version serves yet"
    since = job.created_at.isoformat(timespec="seconds")
    saved = [version.id for version in registry.list() if version.created >= since]
    kept = f"; candidate {', '.join(saved)} was saved" if saved else ""
    return (
        f"the process vanished while {at} (killed, or out of memory; see jobs/{job.id}.log); "
        f"{serving}{kept}; no judgement was lost: start it again"
    )


def recent(connection: sa.Connection, limit: int = 20) -> list[Job]:
    """Return the newest retrainings, newest first."""
    rows = connection.execute(
        sa.select(table)
        .where(table.c.kind == KIND)
        .order_by(table.c.created_at.desc(), table.c.id)
        .limit(limit)
    )
    return [Job(**row._mapping) for row in rows]


def told(job: Job) -> dict[str, Any]:
    """Return a job as one JSON object, with who asked for it."""
    return {**job.to_json(), "who": job.payload.get("who")}
