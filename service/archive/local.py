"""Runs tasks on this machine: in this process, or in several that may die and are replaced."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from labels.errors import StancewireError
from service.archive.plan import Task

TICK_S = 0.5
# A shard whose workers die this often has a document that kills them.
MOST_ATTEMPTS = 3
IN_FLIGHT_PER_WORKER = 2


class WorkersDie(StancewireError):
    """Workers that keep dying over the same shard.

    Attributes:
        sources: names of the shard's sources.
    """

    def __init__(self, sources: tuple[str, ...]) -> None:
        self.sources = sources
        shown = ", ".join(sources[:3]) + (" ..." if len(sources) > 3 else "")
        super().__init__(
            f"workers died {MOST_ATTEMPTS} times over {shown}: out of memory? What is done is "
            "kept; run the same command with fewer processes, or without that input"
        )


@dataclass(frozen=True, slots=True)
class Done:
    """A task that is finished.

    Attributes:
        task: which one.
        n_pieces: pieces in its whole shard.
    """

    task: Task
    n_pieces: int


def in_process(tasks: Iterator[Task]) -> Iterator[Done | None]:
    """Do tasks here, one after the other; None after each piece lets the caller look around."""
    from service.archive.worker import steps  # noqa: PLC0415 - brings scikit-learn

    for task in tasks:
        behind = 0
        for n_pieces in steps(task):
            behind = n_pieces
            yield None
        yield Done(task, behind)


def run_task(task: Task) -> int:
    """Do one task in a worker, which imports what that needs."""
    from service.archive.worker import run  # noqa: PLC0415 - the client never needs scikit-learn

    return run(task)


class Pool:
    """Processes of this machine that work on tasks, started anew when one of them dies.

    Not joblib's: `joblib.Parallel` gives the whole run up when a process dies, and takes no new tasks.
    """

    def __init__(self, n_processes: int) -> None:
        self.n_processes = n_processes
        self._others = {process.pid for process in multiprocessing.active_children()}
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # Spawned, not forked: the client has threads, and a fork would copy what they hold.
        return ProcessPoolExecutor(
            self.n_processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=prepare_worker,
        )

    def run(self, tasks: Iterator[Task]) -> Iterator[Done | None]:
        """Do tasks, few in flight; yields each when it is finished and None now and then.

        Raises:
            WorkersDie: the same task was given up several times.
            OSError: as a worker raised it.
        """
        running: dict[Future[int], Task] = {}
        attempts: dict[tuple[int, int], int] = {}
        again: list[Task] = []
        try:
            while True:
                while len(running) < self.n_processes * IN_FLIGHT_PER_WORKER:
                    task = again.pop() if again else next(tasks, None)
                    if task is None:
                        break
                    attempts[task.key] = attempts.get(task.key, 0) + 1
                    running[self._submit(task)] = task
                if not running:
                    return
                finished, _ = wait(running, timeout=TICK_S, return_when=FIRST_COMPLETED)
                yield None
                for future in finished:
                    task = running.pop(future)
                    try:
                        yield Done(task, future.result())
                        attempts.pop(task.key, None)
                    except BrokenProcessPool:
                        # It is not known whose task killed the process: all count an attempt.
                        lost = [task, *running.values()]
                        running.clear()
                        again.extend(self._again(lost, attempts))
                        break
        finally:
            self.stop()

    def _submit(self, task: Task) -> "Future[int]":
        try:
            return self._executor.submit(run_task, task)
        except BrokenProcessPool:
            self._executor = self._start()
            return self._executor.submit(run_task, task)

    def _again(self, lost: list[Task], attempts: dict[tuple[int, int], int]) -> list[Task]:
        for task in lost:
            if attempts[task.key] >= MOST_ATTEMPTS:
                raise WorkersDie(tuple(source.name for source in task.shard.sources))
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._start()
        return lost

    def stop(self) -> None:
        """End the processes at once; what they committed stays."""
        children = self._children()
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in children:
            process.terminate()
        for process in children:
            process.join()

    def processes(self) -> list[int]:
        """Return the ids of the worker processes that are alive."""
        return [process.pid for process in self._children() if process.pid is not None]

    def _children(self) -> list[BaseProcess]:
        alive = multiprocessing.active_children()
        return [process for process in alive if process.pid not in self._others]


def prepare_worker() -> None:
    """Make a fresh worker process leave with its parent and keep to one thread of arithmetic."""
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # Control-C reaches the whole group; it is the client that ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    # A parent that was killed can't end its workers: they would wait, or work on, for ever.
    threading.Thread(target=follow, daemon=True).start()
