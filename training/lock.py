"""One retraining of a workspace at a time: a lock that dies with its process.

Serving processes look at it, so nothing here imports fitting code.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from labels.errors import StancewireError

LOCK = ".retrain.lock"
# Who only looks (`is_running`) holds the lock for an instant; a retraining asks again before it gives up.
TRIES, PAUSE_S = 5, 0.05


class RetrainingRuns(StancewireError):
    """A second retraining of a workspace in which one runs.

    Attributes:
        holder: what the first wrote into the lock: its process and since when.
    """

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(
            f"a retraining runs already ({holder}); wait for it, or use `stancewire retrain --wait`"
        )


@contextmanager
def only_one(home: Path, *, wait: bool = False, note: str = "") -> Iterator[None]:
    """Let one process at a time retrain a workspace; the lock dies with its process.

    Raises:
        RetrainingRuns: another process holds it, and `wait` is not set.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a+", encoding="utf-8") as lock:
        if wait:
            fcntl.flock(lock, fcntl.LOCK_EX)
        elif not _taken(lock):
            lock.seek(0)
            raise RetrainingRuns(lock.read().strip() or "it is just starting")
        lock.truncate(0)
        lock.write(f"process {os.getpid()}{f', {note}' if note else ''}")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _taken(lock: IO[str]) -> bool:
    """Take the lock, unless another retraining holds it for longer than those who only look."""
    for _ in range(TRIES):
        if _flock(lock, fcntl.LOCK_EX):
            return True
        time.sleep(PAUSE_S)
    return False


def _flock(lock: IO[str], how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_running(home: Path) -> bool:
    """Say whether a process retrains this workspace right now."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a+", encoding="utf-8") as lock:
        return not _flock(lock, fcntl.LOCK_SH)
