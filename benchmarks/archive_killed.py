"""Kill archive runs as a bad machine would, and compare their bytes with those of a quiet run.

    python -m benchmarks.archive_killed [--articles 20000] [--kills 5] [--sentences 12] [--home .stancewire]

Articles in eight formats are tagged by two processes that are killed with SIGKILL at random moments and
started again, then by a Dask cluster of which one of two workers is killed. Both outputs must equal that
of a run which nobody disturbed, and hold every article once. Writes benchmarks/results/archive_killed.md.
"""

import argparse
import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.archive import home_of
from benchmarks.machine import described
from tests import archives, runs

RESULTS = Path(__file__).parent / "results" / "archive_killed.md"
# Killed while they tag: a run of 20,000 articles has some 160 pieces of 128, a small one 40 at least.
MOST_A_PIECE, LEAST_PIECES = 128, 40


def piece(count: int) -> int:
    """Return how many articles a piece shall have."""
    return max(1, min(MOST_A_PIECE, count // LEAST_PIECES))


def killed(source: Path, out: Path, home: Path, count: int, *, kills: int, seed: int) -> list[int]:
    """Kill processes, start them again; return the pieces committed at each kill."""
    each = piece(count)
    command = runs.tag_command(source, out, home, "-j", "2", "--commit-every", str(each))
    committed = list(
        runs.kill_again_and_again(
            [command] * kills,
            out,
            of_pieces=count // each,
            draw=random.Random(seed),  # noqa: S311 - moments, no secrets
        )
    )
    subprocess.run(command, check=True)
    return committed


def worker_lost(source: Path, out: Path, home: Path, folder: Path, count: int) -> int:
    """Kill one of two Dask workers in mid-run; return the pieces committed by then."""
    with runs.dask_cluster(folder) as cluster:
        command = runs.tag_command(source, out, home, "--cluster", cluster.address)
        with subprocess.Popen(
            [*command, "--commit-every", str(piece(count))], stderr=subprocess.DEVNULL
        ) as client:
            runs.wait_for_pieces(out, client, count // piece(count) // 3, patience_s=3600)
            cluster.workers[0].kill()
            assert client.poll() is None, "the run was done before a worker could be killed"
            committed = runs.n_pieces(out)
            assert client.wait() == 0
    return committed


def row(name: str, at: object, out: Path, whole: Path, count: int, seconds: float) -> str:
    told = runs.places(out)
    equal = "yes" if runs.output(out) == runs.output(whole) else "NO"
    missing, doubled = count - len(told), told.total() - len(told)
    return f"| {name} | {at} | {equal} | {missing} | {doubled} | {seconds:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=12, help="sentences an article")
    parser.add_argument("--seed", type=int, default=11, help="chooses the moments of the kills")
    parser.add_argument("--home", type=Path, help="workspace with a version [default: train one]")
    parser.add_argument("--out", type=Path, default=RESULTS)
    asked = parser.parse_args()
    count = asked.articles
    rows: list[str] = []

    def tell(*cells: Any) -> None:
        rows.append(row(*cells))
        print(rows[-1], flush=True)
        asked.out.write_text(table(asked, rows), encoding="utf-8")

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = asked.home or home_of(folder / "home")
        source, whole = folder / "in", folder / "whole"
        archives.mixed(source, count, n_sentences=asked.sentences)
        print(f"{count:,} articles written", flush=True)
        start = time.monotonic()
        quiet = runs.tag_command(
            source, whole, home, "-j", "2", "--commit-every", str(piece(count))
        )
        subprocess.run(quiet, check=True)
        tell("nobody disturbed it", "", whole, whole, count, time.monotonic() - start)
        start, out = time.monotonic(), folder / "out"
        at = killed(source, out, home, count, kills=asked.kills, seed=asked.seed)
        shown = ", ".join(map(str, at))
        tell(f"{len(at)} times SIGKILL", shown, out, whole, count, time.monotonic() - start)
        start, out = time.monotonic(), folder / "cluster"
        lost = worker_lost(source, out, home, folder, count)
        tell("1 of 2 Dask workers lost", lost, out, whole, count, time.monotonic() - start)
    print(f"written to {asked.out}")


def table(asked: argparse.Namespace, rows: Sequence[str]) -> str:
    """Return what was found so far as Markdown."""
    head = (
        f"# Killed runs\n\n{asked.articles:,} articles of {asked.sentences} sentences in eight "
        f"formats.\n`python -m benchmarks.archive_killed --articles {asked.articles} "
        f"--kills {asked.kills} --sentences {asked.sentences}`\n\n{described()}\n\n"
        "| run | pieces committed at each kill | bytes equal | lost | doubled | seconds |\n"
        "| --- | --- | --- | ---: | ---: | ---: |\n"
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
