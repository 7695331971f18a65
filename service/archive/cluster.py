"""Runs tasks on an existing Dask cluster (extra: cluster).

Only descriptors travel through the client: workers read the sources and write the pieces on storage
that all of them see under the same path. A worker that is lost has its tasks done by another one;
the pieces that it committed are not made again.
"""

from collections.abc import Iterator
from typing import Any

import distributed

from labels.errors import StancewireError
from service.archive.local import TICK_S, Done, WorkersDie, run_task
from service.archive.plan import Task

# Its functions bear no types.
dask: Any = distributed
CONNECT_S = 20
IN_FLIGHT_PER_THREAD = 2
# After this many lost workers Dask gives a task up; a cluster of spot machines loses some.
RETRIES = 3


class NoCluster(StancewireError):
    """A scheduler that can't be reached, or has no workers."""


class Cluster:
    """A Dask cluster that somebody else runs."""

    def __init__(self, address: str, *, timeout_s: float = CONNECT_S) -> None:
        try:
            self._client = dask.Client(address, timeout=timeout_s, set_as_default=False)
        except (OSError, ValueError) as error:
            raise NoCluster(f"no Dask scheduler answers at {address}: {error}") from error
        if not self.n_workers:
            self._client.close()
            raise NoCluster(f"the Dask scheduler at {address} has no workers")

    @property
    def n_workers(self) -> int:
        """Threads of all workers that are there now."""
        return sum(self._client.nthreads().values())

    def run(self, tasks: Iterator[Task]) -> Iterator[Done | None]:
        """Do tasks, few in flight; yields each when it is finished and None now and then.

        Raises:
            WorkersDie: workers keep dying over one task.
            OSError: as a worker raised it.
        """
        running: dict[Any, Task] = {}
        try:
            while True:
                while len(running) < max(self.n_workers, 1) * IN_FLIGHT_PER_THREAD:
                    task = next(tasks, None)
                    if task is None:
                        break
                    future = self._client.submit(run_task, task, pure=False, retries=RETRIES)
                    running[future] = task
                if not running:
                    return
                yield None
                with self._client.as_current():
                    ended = finished(list(running))
                for future in ended:
                    task = running.pop(future)
                    yield Done(task, result(future, task))
        finally:
            self._client.cancel(list(running))
            self._client.close()


def finished(futures: list[Any]) -> list[Any]:
    """Wait for the first futures to end, at most a tick; return those that did."""
    try:
        done = dask.wait(futures, timeout=TICK_S, return_when="FIRST_COMPLETED").done
    except TimeoutError:
        return []
    return [future for future in futures if future in done]


def result(future: Any, task: Task) -> int:
    """Return what a finished task did, or raise what it raised."""
    try:
        return int(future.result())
    except distributed.KilledWorker as error:
        raise WorkersDie(tuple(source.name for source in task.shard.sources)) from error
