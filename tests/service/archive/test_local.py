"""Processes of this machine: they share the work, die, and are replaced."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.archive.job import Job
from service.archive.local import Done, Pool, WorkersDie
from service.archive.plan import Task
from service.archive.run import Run
from service.archive.storage import StorageFailed
from tests import archives
from training.registry import Registry

pytestmark = pytest.mark.journey


@pytest.fixture
def job(tmp_path: Path, home: Path) -> Job:
    (tmp_path / "a.jsonl").write_bytes(archives.jsonl(archives.articles(600)))
    version = Registry(home).current_id()
    return Job((str(tmp_path / "a.jsonl"),), version, str(home), commit_every=20)


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(job: Job, tmp_path: Path) -> None:
    pool = Pool(2)
    killed: list[int] = []

    def killing(tasks: Iterator[Task]) -> Iterator[Done | None]:
        for done in pool.run(tasks):
            if not killed and list(tmp_path.glob("out/.work/*/*.piece")):
                killed.append(next(iter(pool.processes())))
                os.kill(killed[0], signal.SIGKILL)
            yield done

    summary = Run(job, tmp_path / "out")(killing, n_workers=2)

    assert killed
    assert summary.counts.documents == 600
    lines = (tmp_path / "out" / "part-000000.jsonl").read_text("utf-8").splitlines()
    assert len({line[:14] for line in lines}) == len(lines) == 600


def test_workers_that_always_die_end_the_run_with_the_name_of_the_input(
    job: Job, tmp_path: Path
) -> None:
    pool = Pool(1)

    def murderous(tasks: Iterator[Task]) -> Iterator[Done | None]:
        for done in pool.run(tasks):
            for process in pool.processes():
                os.kill(process, signal.SIGKILL)
            yield done

    with pytest.raises(WorkersDie, match=r"a\.jsonl"):
        Run(job, tmp_path / "out")(murderous)


def test_an_input_that_vanishes_is_the_runs_error(job: Job, tmp_path: Path) -> None:
    pool = Pool(1)

    def vanishing(tasks: Iterator[Task]) -> Iterator[Done | None]:
        (tmp_path / "a.jsonl").unlink()
        yield from pool.run(tasks)

    with pytest.raises(StorageFailed, match=r"a\.jsonl"):
        Run(job, tmp_path / "out")(vanishing)


def test_workers_leave_with_a_client_that_is_killed(job: Job, tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "service.cli", "tag", job.inputs[0], "-o", str(tmp_path / "out"),
        "-j", "2", "--home", job.home, "--commit-every", "5",
    ]  # fmt: skip
    with subprocess.Popen(command, start_new_session=True) as client:
        deadline = time.monotonic() + 300  # for machines under load
        while not list(tmp_path.glob("out/.work/*/*.piece")):
            assert time.monotonic() < deadline
            assert client.poll() is None
            time.sleep(0.02)
        group = client.pid
        client.kill()
    while True:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            break
        assert time.monotonic() < deadline, "workers outlive their client"
        time.sleep(0.05)
