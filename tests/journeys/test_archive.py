"""An archive is tagged although its machine dies five times, and although a worker is lost.

`python -m benchmarks.archive_killed` plays the same with 20,000 articles.
"""

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests import archives
from tests.runs import (
    PATIENCE_S,
    dask_cluster,
    kill_again_and_again,
    output,
    places,
    tag_command,
    wait_for_pieces,
)

pytestmark = pytest.mark.journey

N_ARTICLES, COMMIT_EVERY, N_KILLS = 100, 2, 5
SMALL = ("--commit-every", str(COMMIT_EVERY))


def test_killed_five_times_the_same_command_ends_in_the_same_bytes(
    home: Path, tmp_path: Path
) -> None:
    source, out, whole = tmp_path / "in", tmp_path / "out", tmp_path / "whole"
    documents = archives.mixed(source, N_ARTICLES)
    # Processes are no part of what decides the bytes: they may change on the way.
    commands = [
        tag_command(source, out, home, *SMALL, "-j", "2" if kill % 2 else "1")
        for kill in range(N_KILLS)
    ]

    committed = list(
        kill_again_and_again(
            commands, out, of_pieces=N_ARTICLES // COMMIT_EVERY, draw=random.Random(7)
        )
    )
    last = subprocess.run(tag_command(source, out, home, *SMALL, "-j", "2"), check=False)
    subprocess.run(tag_command(source, whole, home, *SMALL, "-j", "1"), check=True)

    assert last.returncode == 0
    assert len(committed) == N_KILLS
    assert committed == sorted(set(committed))  # each start went on where the one before died
    assert output(out) == output(whole)
    told = places(out)
    assert len(told) == told.total() == len(documents)
    first_sentences = Counter(
        json.loads(line)["sentences"][0]["text"]
        for part in sorted(out.glob("part-*.jsonl"))
        for line in part.read_text("utf-8").splitlines()
    )
    assert first_sentences == Counter(d.text.split(" shows.")[0] + " shows." for d in documents)


def test_one_of_two_dask_workers_is_killed_and_the_other_finishes_the_archive(
    home: Path, tmp_path: Path
) -> None:
    source, out, whole = tmp_path / "in", tmp_path / "out", tmp_path / "whole"
    documents = archives.mixed(source, N_ARTICLES)
    subprocess.run(tag_command(source, whole, home, *SMALL, "-j", "1"), check=True)

    with (
        dask_cluster(tmp_path) as cluster,
        subprocess.Popen(
            tag_command(source, out, home, *SMALL, "--cluster", cluster.address)
        ) as client,
    ):
        wait_for_pieces(out, client, 3)
        cluster.workers[0].kill()
        alive_at_kill = client.poll() is None
        code = client.wait(timeout=PATIENCE_S)

    assert alive_at_kill
    assert code == 0
    assert output(out) == output(whole)
    told = places(out)
    assert len(told) == told.total() == len(documents)


def test_a_cluster_that_is_not_there_is_told(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(archives.jsonl(archives.articles(1)))

    told = subprocess.run(
        tag_command(
            tmp_path / "a.jsonl", tmp_path / "out", home, "--cluster", "tcp://127.0.0.1:9"
        ),
        check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert told.returncode == 7
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in told.stderr
