"""An archive is tagged although its machine dies five times, and although a worker is lost."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import archives

pytestmark = pytest.mark.journey

N_ARTICLES = int(os.environ.get("STANCEWIRE_TEST_ARTICLES", "200"))
N_KILLS = 5
PATIENCE_S = 600


def command(source: Path, out: Path, home: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "service.cli", "tag", str(source), "-o", str(out),
        "--home", str(home), "--commit-every", "8", *more,
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


def wait_for_more(out: Path, process: "subprocess.Popen[bytes]", *, than: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while n_pieces(out) <= than and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_killed_five_times_the_same_command_ends_in_the_same_bytes(
    home: Path, tmp_path: Path
) -> None:
    draw = random.Random(7)
    source, out, whole = tmp_path / "in", tmp_path / "out", tmp_path / "whole"
    documents = archives.mixed(source, N_ARTICLES)
    kills, before = 0, 0

    for kill in range(N_KILLS):
        # Processes are no part of what decides the bytes: they may change on the way.
        with subprocess.Popen(
            command(source, out, home, "-j", "2" if kill % 2 else "1"), start_new_session=True
        ) as process:
            wait_for_more(out, process, than=before)
            time.sleep(draw.random() * 0.5)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                kills += 1
        before = n_pieces(out)
    last = subprocess.run(command(source, out, home, "-j", "2"), check=False)
    subprocess.run(command(source, whole, home, "-j", "1"), check=True)

    assert last.returncode == 0
    assert kills >= 2  # a fast machine may be done before the fifth
    assert output(out) == output(whole)
    lines = [
        json.loads(line)
        for part in sorted(out.glob("part-*.jsonl"))
        for line in part.read_text("utf-8").splitlines()
    ]
    places = Counter((line["document"]["source"], line["document"]["position"]) for line in lines)
    assert len(lines) == len(places) == len(documents)
    first_sentences = Counter(line["sentences"][0]["text"] for line in lines)
    assert first_sentences == Counter(d.text.split(" shows.")[0] + " shows." for d in documents)


@contextmanager
def dask(*arguments: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A scheduler or worker of its own process."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        env=environment, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def cluster(tmp_path: Path) -> "Iterator[tuple[str, list[subprocess.Popen[bytes]]]]":
    """Address of a Dask scheduler with two worker processes, and these."""
    described = tmp_path / "scheduler.json"
    with ExitStack() as stack:
        stack.enter_context(
            dask("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0",
                 "--scheduler-file", str(described))
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE_S
        while not described.exists() or not described.stat().st_size:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        address = str(json.loads(described.read_text())["address"])
        workers = [
            stack.enter_context(
                dask("dask_worker", address, "--host", "127.0.0.1", "--nthreads", "1",
                     "--no-nanny", "--dashboard-address", "127.0.0.1:0", "--local-directory", str(tmp_path / f"w{i}"))
            )
            for i in range(2)
        ]  # fmt: skip
        yield address, workers


def test_one_of_two_dask_workers_is_killed_and_the_other_finishes_the_archive(
    cluster: "tuple[str, list[subprocess.Popen[bytes]]]", home: Path, tmp_path: Path
) -> None:
    address, workers = cluster
    source, out, whole = tmp_path / "in", tmp_path / "out", tmp_path / "whole"
    archives.mixed(source, N_ARTICLES)
    subprocess.run(command(source, whole, home, "-j", "1"), check=True)

    with subprocess.Popen(command(source, out, home, "--cluster", address)) as client:
        wait_for_more(out, client, than=2)
        workers[0].kill()
        alive_at_kill = client.poll() is None
        code = client.wait(timeout=PATIENCE_S)

    assert alive_at_kill
    assert code == 0
    assert output(out) == output(whole)


def test_a_cluster_that_is_not_there_is_told(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(archives.jsonl(archives.articles(1)))

    told = subprocess.run(
        command(tmp_path / "a.jsonl", tmp_path / "out", home, "--cluster", "tcp://127.0.0.1:9"),
        check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert told.returncode == 7
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in told.stderr
