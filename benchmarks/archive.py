"""Measure archive runs: articles a second, CPU and peak memory, on processes and on a Dask cluster.

    python -m benchmarks.archive [--articles 2000 --articles 20000] [--mode 1 --mode 2 --mode dask --mode plain]
    python -m benchmarks.archive --kill 5 --articles 20000

`plain` is what one would write without stancewire: pandas reads the table, a regular expression cuts
sentences, scikit-learn pipelines with the shipped heads' word features predict, pandas writes a table.
All modes read the same JSON Lines files (2,000 articles a file); `--mixed` writes eight formats instead,
which `plain` can't read. `--kill N` kills the run N times with SIGKILL and compares the bytes with those
of an uninterrupted one. CPU is what counts on a shared machine: seconds of user and system time.
"""

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

from tests import archives

ARTICLES_A_FILE = 2000
MB = 1024 * 1024


def write(folder: Path, count: int, *, mixed: bool) -> None:
    if mixed:
        archives.mixed(folder, count)
        return
    folder.mkdir(parents=True)
    for first in range(0, count, ARTICLES_A_FILE):
        some = archives.articles(min(ARTICLES_A_FILE, count - first), first=first)
        (folder / f"{first:07d}.jsonl").write_bytes(archives.jsonl(some))


def home_of(folder: Path) -> Path:
    """Train the shipped labelled set into a workspace."""
    from datetime import UTC, datetime

    from labels.labelled_set import shipped
    from model.artefact import Provenance
    from training.fit import fit
    from training.registry import Registry

    labelled = shipped()
    registry = Registry(folder)
    made_from = Provenance(
        created=datetime.now(UTC), data_sha256=labelled.sha256,
        n_documents=len(labelled.documents), n_sentences=labelled.n_sentences, seed=0,
    )  # fmt: skip
    version = registry.add(fit(labelled), made_from, who="benchmark", why="benchmark")
    registry.promote(version.id, who="benchmark", why="benchmark")
    return folder


def tag_command(source: Path, out: Path, home: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "service.cli", "tag", str(source), "-o", str(out),
        "--home", str(home), *more,
    ]  # fmt: skip


def memory(roots: list[psutil.Process]) -> tuple[float, float]:
    """Resident and proportional megabytes of processes and all their children."""
    rss = pss = 0.0
    for root in roots:
        try:
            for process in [root, *root.children(recursive=True)]:
                full = process.memory_full_info()
                rss += full.rss / MB
                pss += full.pss / MB
        except psutil.NoSuchProcess:
            continue
    return rss, pss


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(command: list[str], beside: list[psutil.Process]) -> dict[str, float]:
    """Run a command; `beside` are the processes of a cluster that work for it."""
    before, start = cpu(), time.monotonic()
    helped = sum(sum(process.cpu_times()[:2]) for process in beside)
    peak_rss = peak_pss = 0.0
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        watched = [psutil.Process(process.pid), *beside]
        while process.poll() is None:
            rss, pss = memory(watched)
            peak_rss, peak_pss = max(peak_rss, rss), max(peak_pss, pss)
            time.sleep(0.25)
    if process.returncode not in (0, 1):
        raise SystemExit(f"failed with {process.returncode}: {' '.join(command)}")
    helping = sum(sum(process.cpu_times()[:2]) for process in beside) - helped
    return {
        "seconds": time.monotonic() - start,
        "cpu_s": cpu() - before + helping,
        "peak_rss_mb": peak_rss,
        "peak_pss_mb": peak_pss,
    }


def start_cluster(stack: ExitStack, folder: Path) -> tuple[str, list[psutil.Process]]:
    """Start a Dask scheduler and two workers of one thread."""

    def start(*arguments: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{arguments[0]}", *arguments[1:]],
            stderr=subprocess.DEVNULL,
        )
        stack.callback(process.wait)
        stack.callback(process.kill)
        return process

    described = folder / "scheduler.json"
    started = [
        start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0",
              "--scheduler-file", str(described))
    ]  # fmt: skip
    while not described.exists() or not described.stat().st_size:
        time.sleep(0.1)
    address = json.loads(described.read_text())["address"]
    started += [
        start("dask_worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny",
              "--dashboard-address", "127.0.0.1:0", "--local-directory", str(folder / f"worker{i}"))
        for i in range(2)
    ]  # fmt: skip
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2)
    return address, [psutil.Process(process.pid) for process in started]


def plain(source: Path, out: Path) -> None:
    """Tag a folder of JSON Lines without stancewire's machinery."""
    import pandas as pd
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from labels.labelled_set import shipped

    texts, stances, speakers = [], [], []
    for coded in shipped().documents:
        for sentence, coding in zip(coded.sentences, coded.codings, strict=True):
            texts.append(coded.document.text[sentence.start : sentence.end])
            stances.append(coding.stance)
            speakers.append(coding.speaker_type)
    heads = {}
    for name, targets in (("stance", stances), ("speaker_type", speakers)):
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        regression = LogisticRegression(C=3.0, class_weight="balanced", max_iter=2000)
        heads[name] = make_pipeline(vectorizer, regression).fit(texts, targets)
    for file in sorted(source.glob("*.jsonl")):
        frame = pd.read_json(file, lines=True)
        frame["sentence"] = frame["text"].str.split(r"(?<=[.!?])\s+", regex=True)
        rows = frame[["id", "sentence"]].explode("sentence", ignore_index=True)
        for name, head in heads.items():
            scores = head.predict_proba(rows["sentence"])
            rows[name] = head.classes_[scores.argmax(axis=1)]
            rows[f"{name}_score"] = scores.max(axis=1)
        rows.to_csv(out, mode="a", index=False)


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.jsonl"))
        if path.name != "journal.jsonl"
    }


def killed(folder: Path, home: Path, count: int, kills: int) -> None:
    """Kill a run at random moments, resume it, compare it with an uninterrupted one."""
    source, out, whole = folder / "in", folder / "out", folder / "whole"
    write(source, count, mixed=True)
    start = time.monotonic()
    subprocess.run(tag_command(source, whole, home, "-j", "2"), check=True)
    quiet_s = time.monotonic() - start
    draw = random.Random(11)  # noqa: S311 - moments, no secrets
    done = 0
    while done < kills:
        moment = draw.uniform(0.15, 0.5) * quiet_s / (kills / 2)
        with subprocess.Popen(
            tag_command(source, out, home, "-j", "2"), start_new_session=True
        ) as process:
            time.sleep(moment + 5)
            if process.poll() is not None:
                break
            os.killpg(process.pid, signal.SIGKILL)
        done += 1
        pieces = len(list(out.glob(".work/*/*.piece")))
        print(f"kill {done} after {moment + 5:.0f} s: {pieces} pieces are committed", flush=True)
    subprocess.run(tag_command(source, out, home, "-j", "2"), check=True)
    lines = [
        json.loads(line)
        for part in sorted(out.glob("part-*.jsonl"))
        for line in part.read_bytes().splitlines()
    ]
    places = {(line["document"]["source"], line["document"]["position"]) for line in lines}
    print(f"{done} kills; bytes equal: {hashes(out) == hashes(whole)}; "
          f"articles {count}, lines {len(lines)}, different places {len(places)}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, action="append")
    parser.add_argument("--mode", action="append", choices=["1", "2", "dask", "plain"])
    parser.add_argument("--mixed", action="store_true")
    parser.add_argument("--kill", type=int, default=0)
    parser.add_argument("--home", type=Path, help="workspace with a version [default: train one]")
    parser.add_argument("--plain", nargs=2, type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.plain:
        plain(*chosen.plain)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = chosen.home or home_of(folder / "home")
        if chosen.kill:
            for count in chosen.articles or [20_000]:
                killed(folder / f"kill-{count}", home, count, chosen.kill)
            return
        print("| articles | mode | articles/s | CPU ms an article | peak RSS MB | peak PSS MB |")
        print("| --- | --- | --- | --- | --- | --- |")
        for count in chosen.articles or [2_000, 20_000]:
            source = folder / f"in-{count}"
            write(source, count, mixed=chosen.mixed)
            for mode in chosen.mode or ["plain", "1", "2", "dask"]:
                out, beside = folder / "out", []
                command = tag_command(source, out, home, "-j", mode)
                with ExitStack() as inner:
                    if mode == "plain":
                        command = [
                            sys.executable,
                            "-m",
                            "benchmarks.archive",
                            "--plain",
                            str(source),
                            str(out),
                        ]
                    if mode == "dask":
                        address, beside = start_cluster(inner, folder)
                        command = tag_command(source, out, home, "--cluster", address)
                    figures = measure(command, beside)
                print(f"| {count:,} | {mode} | {count / figures['seconds']:.0f} "
                      f"| {1000 * figures['cpu_s'] / count:.1f} | {figures['peak_rss_mb']:.0f} "
                      f"| {figures['peak_pss_mb']:.0f} |", flush=True)  # fmt: skip
                shutil.rmtree(out) if out.is_dir() else out.unlink()
                (folder / "scheduler.json").unlink(missing_ok=True)
            shutil.rmtree(source)


if __name__ == "__main__":
    main()
