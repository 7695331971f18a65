import multiprocessing
import threading
import time
from pathlib import Path

import pytest

from training.lock import RetrainingRuns, is_running, only_one


def test_only_one_process_retrains_a_workspace_at_a_time(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, ready, done))
    other.start()
    assert ready.wait(60)

    assert is_running(tmp_path)
    with pytest.raises(RetrainingRuns, match="job 7"), only_one(tmp_path):
        pass

    other.kill()
    other.join(60)
    with only_one(tmp_path, wait=True):
        pass
    assert not is_running(tmp_path)


def test_those_who_only_look_do_not_keep_a_retraining_from_starting(tmp_path: Path):
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            is_running(tmp_path)
            time.sleep(0.001)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(100):
            with only_one(tmp_path):
                assert is_running(tmp_path)
    finally:
        over.set()
        looker.join()


def _hold(home: Path, ready, done) -> None:
    with only_one(home, note="job 7"):
        ready.set()
        done.wait(120)
