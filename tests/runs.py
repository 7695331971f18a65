"""Archive runs from the outside: started, killed, resumed, compared."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 600


def tag_command(source: Path, out: Path, home: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "service.cli", "tag", str(source), "-o", str(out),
        "--home", str(home), *more,
    ]  # fmt: skip


def n_pieces(out: Path) -> int:
    return len(list(out.glob(".work/*/*.piece")))


def output(folder: Path) -> dict[str, str]:
    """Hash of each file of an output that isn't the run's own."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.jsonl"))
        if path.name != "journal.jsonl"
    }


def places(out: Path) -> Counter[tuple[str, str]]:
    """How often each place of the sources stands in the output: once, if all is well."""
    found: Counter[tuple[str, str]] = Counter()
    for part in sorted(out.glob("part-*.jsonl")):
        with part.open("rb") as lines:
            for line in lines:
                document = json.loads(line)["document"]
                found[document["source"], document["position"]] += 1
    return found


def wait_for_pieces(
    out: Path, process: "subprocess.Popen[bytes]", least: int, *, patience_s: float = PATIENCE_S
) -> None:
    """Wait until a run has committed so many pieces, or has ended."""
    deadline = time.monotonic() + patience_s
    while n_pieces(out) < least and process.poll() is None:
        assert time.monotonic() < deadline, f"{n_pieces(out)} pieces of {least}"
        time.sleep(0.01)


def kill_again_and_again(
    commands: Sequence[list[str]], out: Path, *, of_pieces: int, draw: random.Random
) -> Iterator[int]:
    """Run each command until a random moment, then kill all its processes with SIGKILL.

    Args:
        commands: the same command, perhaps with other processes, once a kill.
        out: its output.
        of_pieces: about how many pieces the whole run has; a kill comes before the last of them.
        draw: chooses the moments.

    Yields:
        After each kill, how many pieces are committed.
    """
    for left, command in zip(range(len(commands), 0, -1), commands, strict=True):
        before = n_pieces(out)
        most = max((of_pieces - before) // (left + 1), 1)
        with subprocess.Popen(
            command, start_new_session=True, stderr=subprocess.DEVNULL
        ) as process:
            wait_for_pieces(out, process, before + draw.randint(1, most))
            time.sleep(0.2 * draw.random())  # somewhere in a piece
            assert process.poll() is None, "the run was done before it could be killed"
            os.killpg(process.pid, signal.SIGKILL)
        yield n_pieces(out)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Dask scheduler and its workers, one thread each, as processes of this machine."""

    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: "Sequence[subprocess.Popen[bytes]]"


@contextmanager
def dask_cluster(folder: Path, *, n_workers: int = 2) -> Iterator[Cluster]:
    """Start a cluster that keeps its files in `folder`; kill it at the end."""
    described = folder / "scheduler.json"
    described.unlink(missing_ok=True)
    local = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
    with ExitStack() as stack:
        scheduler = stack.enter_context(
            _dask("dask_scheduler", *local, "--port", "0", "--scheduler-file", str(described))
        )
        deadline = time.monotonic() + PATIENCE_S
        while not described.exists() or not described.stat().st_size:
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.05)
        address = str(json.loads(described.read_text())["address"])
        workers = [
            stack.enter_context(
                _dask("dask_worker", address, *local, "--nthreads", "1", "--no-nanny",
                      "--local-directory", str(folder / f"worker-{i}"))
            )
            for i in range(n_workers)
        ]  # fmt: skip
        yield Cluster(address, scheduler, workers)


@contextmanager
def _dask(program: str, *arguments: str) -> "Iterator[subprocess.Popen[bytes]]":
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{program}", *arguments],
        env=environment, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
