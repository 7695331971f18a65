"""A job is done by one worker at a time, and by another one if that worker vanishes."""

import pytest

from service.store import Store, jobs
from tests.threads import all_at_once
from tests.times import T0, after


def test_a_job_goes_from_queued_to_done(store: Store):
    with store.write() as connection:
        job_id = jobs.create(connection, "tag", {"rows": [1, 2]}, now=T0, total=2)
        assert jobs.queued(connection) == 1
        claimed = jobs.claim(connection, ["tag"], now=T0)
        assert claimed is not None
        jobs.renew(connection, job_id, done=1, now=T0, total=3)
        middle = jobs.find(connection, job_id)
        jobs.finish(connection, job_id, {"ok": True}, now=after(seconds=5))
        done = jobs.find(connection, job_id)
        assert jobs.queued(connection) == 0

    assert (claimed.id, claimed.state, claimed.payload) == (job_id, "running", {"rows": [1, 2]})
    assert (middle.done, middle.total) == (1, 3)
    assert done.to_json() == {
        "id": job_id,
        "kind": "tag",
        "state": "done",
        "done": 1,
        "total": 3,
        "result": {"ok": True},
        "error": None,
        "created_at": T0.isoformat(),
        "finished_at": after(seconds=5).isoformat(),
    }


def test_a_claimed_job_is_free_again_only_when_its_lease_is_over(store: Store):
    with store.write() as connection:
        jobs.create(connection, "tag", {}, now=T0)
        first = jobs.claim(connection, ["tag"], now=T0)
        busy = jobs.claim(connection, ["tag"], now=after(minutes=1))
        second = jobs.claim(connection, ["tag"], now=after(minutes=3))

    assert first is not None
    assert busy is None
    assert second is not None
    assert (second.id, second.attempts) == (first.id, 2)


def test_jobs_of_other_kinds_are_left_alone(store: Store):
    with store.write() as connection:
        jobs.create(connection, "retrain", {}, now=T0)

        assert jobs.claim(connection, ["tag", "retag"], now=T0) is None


def test_a_job_that_kills_its_workers_fails_in_the_end(store: Store):
    with store.write() as connection:
        job_id = jobs.create(connection, "tag", {}, now=T0)
        for round_ in range(jobs.MAX_ATTEMPTS):
            assert jobs.claim(connection, ["tag"], now=after(hours=round_))

        assert jobs.claim(connection, ["tag"], now=after(days=1)) is None
        assert jobs.find(connection, job_id).state == "failed"


def test_a_failed_job_says_why(store: Store):
    with store.write() as connection:
        job_id = jobs.create(connection, "tag", {}, now=T0)
        jobs.fail(connection, job_id, "no version", now=T0)

        found = jobs.find(connection, job_id)
        assert (found.state, found.error) == ("failed", "no version")
        with pytest.raises(jobs.JobUnknown, match="'nope'"):
            jobs.find(connection, "nope")


def test_two_workers_never_get_the_same_job(store: Store):
    with store.write() as connection:
        for _ in range(8):
            jobs.create(connection, "tag", {}, now=T0)
    got: list[str] = []

    def work() -> None:
        while True:
            with store.write() as connection:
                job = jobs.claim(connection, ["tag"], now=T0)
            if job is None:
                return
            got.append(job.id)

    all_at_once([work] * 3)

    assert len(got) == len(set(got)) == 8
