"""One retraining of a workspace at a time: a lock that dies with its process.

Serving processes look at it, so nothing here imports fitting code.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labels.errors import StancewireError


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
    with (home / ".retrain.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            lock.seek(0)
            raise RetrainingRuns(lock.read().strip() or "it is just starting") from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}{f', {note}' if note else ''}")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def is_running(home: Path) -> bool:
    """Say whether a process retrains this workspace right now."""
    try:
        with only_one(home):
            return False
    except RetrainingRuns:
        return True
