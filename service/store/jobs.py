"""Work that outlives a request: queued, claimed for a while, done or failed.

A worker claims a job for a lease and renews it while it works. Killed, it renews no more, and the
job is claimed again: what a job does must bear being done twice.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from labels.errors import StancewireError
from service.store.schema import jobs

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 5


class JobUnknown(StancewireError):
    """No job has this id."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"no job has the id {job_id!r}")


@dataclass(frozen=True, slots=True)
class Job:
    """One row of `jobs`; `done` of `total` says how far it is."""

    id: str
    kind: str
    state: str
    payload: Mapping[str, Any]
    result: Mapping[str, Any] | None
    error: str | None
    done: int
    total: int
    attempts: int
    claimed_until: datetime | None
    created_at: datetime
    finished_at: datetime | None

    def to_json(self) -> dict[str, Any]:
        """Return the job as /v1/jobs shows it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "done": self.done,
            "total": self.total,
            "result": self.result,
            "error": self.error,
            "created_at": self.created_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
        }


def create(
    connection: sa.Connection,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    total: int = 0,
) -> str:
    """Queue a job and return its id."""
    job_id = uuid.uuid4().hex
    connection.execute(
        sa.insert(jobs).values(
            id=job_id,
            kind=kind,
            state="queued",
            payload=dict(payload),
            done=0,
            total=total,
            attempts=0,
            created_at=now,
        )
    )
    return job_id


def claim(
    connection: sa.Connection, kinds: Collection[str], *, now: datetime, lease: timedelta = LEASE
) -> Job | None:
    """Take the oldest job that is queued, or whose worker vanished; None if there is none.

    A job that lost its worker MAX_ATTEMPTS times fails instead: it may be what kills them.
    """
    lost = sa.and_(jobs.c.state == "running", jobs.c.claimed_until < now)
    connection.execute(
        sa.update(jobs)
        .where(jobs.c.kind.in_(kinds), lost, jobs.c.attempts >= MAX_ATTEMPTS)
        .values(
            state="failed",
            error=f"the worker vanished {MAX_ATTEMPTS} times",
            finished_at=now,
        )
    )
    chosen = connection.execute(
        sa.select(jobs.c.id)
        .where(jobs.c.kind.in_(kinds), sa.or_(jobs.c.state == "queued", lost))
        .order_by(jobs.c.created_at, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar()
    if chosen is None:
        return None
    connection.execute(
        sa.update(jobs)
        .where(jobs.c.id == chosen)
        .values(state="running", attempts=jobs.c.attempts + 1, claimed_until=now + lease)
    )
    return find(connection, chosen)


def renew(
    connection: sa.Connection,
    job_id: str,
    *,
    done: int,
    now: datetime,
    total: int | None = None,
    lease: timedelta = LEASE,
) -> None:
    """Say how far a job is, and keep it for another lease."""
    values: dict[str, Any] = {"done": done, "claimed_until": now + lease}
    if total is not None:
        values["total"] = total
    connection.execute(
        sa.update(jobs).where(jobs.c.id == job_id, jobs.c.state == "running").values(**values)
    )


def finish(
    connection: sa.Connection, job_id: str, result: Mapping[str, Any], *, now: datetime
) -> None:
    """Mark a job as done."""
    connection.execute(
        sa.update(jobs)
        .where(jobs.c.id == job_id)
        .values(state="done", result=dict(result), error=None, claimed_until=None, finished_at=now)
    )


def release(connection: sa.Connection, job_id: str) -> None:
    """Put a claimed job back into the queue: its worker stops, and it was not the job's fault."""
    connection.execute(
        sa.update(jobs)
        .where(jobs.c.id == job_id, jobs.c.state == "running")
        .values(state="queued", attempts=jobs.c.attempts - 1, claimed_until=None)
    )


def fail(connection: sa.Connection, job_id: str, error: str, *, now: datetime) -> None:
    """Mark a job as failed for good."""
    connection.execute(
        sa.update(jobs)
        .where(jobs.c.id == job_id)
        .values(state="failed", error=error, claimed_until=None, finished_at=now)
    )


def find(connection: sa.Connection, job_id: str) -> Job:
    """Return one job.

    Raises:
        JobUnknown: no job has this id.
    """
    found = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).first()
    if found is None:
        raise JobUnknown(job_id)
    return Job(**found._mapping)


def queued(connection: sa.Connection) -> int:
    """Return how many jobs are not finished."""
    unfinished = sa.select(sa.func.count()).where(jobs.c.state.in_(("queued", "running")))
    return int(connection.execute(unfinished).scalar_one())


def unfinished(connection: sa.Connection, kind: str) -> list[Job]:
    """Return the jobs of one kind that are queued or running, oldest first."""
    open_ = jobs.c.state.in_(("queued", "running"))
    query = sa.select(jobs).where(jobs.c.kind == kind, open_).order_by(jobs.c.created_at)
    return [Job(**row._mapping) for row in connection.execute(query)]
