"""The same run on a Dask cluster; here one that lives in this process."""

import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import distributed
import pytest

from service.archive.cluster import Cluster, NoCluster, result
from service.archive.job import Job
from service.archive.local import WorkersDie, in_process
from service.archive.plan import Shard, Task
from service.archive.run import Run
from service.archive.storage import StorageFailed
from service.readers.sources import Source
from tests import archives
from training.registry import Registry

dask: Any = distributed


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Any]:
    with dask.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None,
        protocol="tcp", host="127.0.0.1", scheduler_port=0, local_directory=str(tmp_path / "dask"),
    ) as running:  # fmt: skip
        yield running


@pytest.fixture
def job(tmp_path: Path, home: Path) -> Job:
    (tmp_path / "a.jsonl").write_bytes(archives.jsonl(archives.articles(12)))
    version = Registry(home).current_id()
    return Job((str(tmp_path / "a.jsonl"),), version, str(home), commit_every=3)


def test_a_cluster_writes_the_bytes_of_one_process(
    scheduler: Any, job: Job, tmp_path: Path
) -> None:
    connected = Cluster(scheduler.scheduler_address)

    summary = Run(job, tmp_path / "out")(connected.run, n_workers=connected.n_workers)
    Run(job, tmp_path / "whole")(in_process)

    assert summary.counts.documents == 12
    for name in ("part-000000.jsonl", "errors.jsonl"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_what_a_worker_raises_is_the_runs_error(scheduler: Any, job: Job, tmp_path: Path) -> None:
    connected = Cluster(scheduler.scheduler_address)

    def vanishing(tasks: Iterator[Task]) -> Iterator[Any]:
        (tmp_path / "a.jsonl").unlink()
        yield from connected.run(tasks)

    with pytest.raises(StorageFailed, match=r"a\.jsonl"):
        Run(job, tmp_path / "out")(vanishing)


def test_a_task_over_which_workers_keep_dying_is_named(scheduler: Any, job: Job) -> None:
    def die() -> None:
        raise dask.KilledWorker("task", SimpleNamespace(address="tcp://lost"), 3)

    task = Task(job, Shard(0, (Source("a.jsonl", "a.jsonl"),)), 0, 1, "work")
    with dask.Client(scheduler, set_as_default=False) as client:
        future = client.submit(die)

        with pytest.raises(WorkersDie, match=r"a\.jsonl"):
            result(future, task)


def test_a_scheduler_that_is_not_there_or_has_no_workers_is_told(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(NoCluster, match="no Dask scheduler answers"):
            Cluster(f"tcp://127.0.0.1:{nobody.getsockname()[1]}", timeout_s=1)
    with (
        dask.LocalCluster(
            n_workers=0, processes=False, dashboard_address=None, protocol="tcp",
            host="127.0.0.1", scheduler_port=0, local_directory=str(tmp_path / "dask"),
        ) as empty,
        pytest.raises(NoCluster, match="has no workers"),
    ):  # fmt: skip
        Cluster(empty.scheduler_address)
