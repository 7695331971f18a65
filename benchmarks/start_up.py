"""Cold starts and memory of the command and of the server's workers.

Seconds, the median of a few runs, files in the page cache and modules compiled. Memory is read off
/proc: what a worker holds alone, and which pages of the version's files it shares.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks.archive import children_cpu_s
from benchmarks.http import articles
from tests.ports import free_port

ARTICLE = articles(1)[0]
ROUNDS = 7
PATIENCE_S = 180.0


def command_s(arguments: Sequence[str], home: Path) -> tuple[float, float]:
    """Run Python a few times; return the median in seconds, of the clock and of the processor."""
    seconds, cpu = [], []
    for _ in range(ROUNDS):
        start, used = time.perf_counter(), children_cpu_s()
        subprocess.run(
            [sys.executable, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(home),
        )
        seconds.append(time.perf_counter() - start)
        cpu.append(children_cpu_s() - used)
    return median(seconds), median(cpu)


def measured(home: Path) -> dict[str, Any]:
    """Return all figures of this file."""
    with tempfile.TemporaryDirectory() as name:
        article = Path(name) / "article.txt"
        article.write_text(ARTICLE["text"])
        figures: dict[str, Any] = {
            "python_s": command_s(["-c", "pass"], home),
            "help_s": command_s(["-m", "service.cli", "--help"], home),
            "tag_one_file_s": command_s(["-m", "service.cli", "tag", str(article)], home),
        }
    ready = [served(home, workers=1)[0] for _ in range(3)]
    figures["server_ready_s"] = [median(one[at] for one in ready) for at in (0, 1)]
    figures["workers"] = {str(n): served(home, workers=n)[1] for n in (1, 2, 4)}
    return figures


def served(home: Path, *, workers: int) -> tuple[tuple[float, float], dict[str, float]]:
    """Start the server, wait until it is ready, ask it to tag.

    Returns:
        seconds until it was ready, of the clock and of the processor; memory in MB.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(home) | {
            "STANCEWIRE_DATABASE_URL": f"sqlite:///{folder}/store.db"
        }
        start = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve", "--port", str(port),
             "--workers", str(workers)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
        ) as process:  # fmt: skip
            try:
                _wait(f"http://127.0.0.1:{port}/readyz")
                ready_s = time.perf_counter() - start
                cpu = psutil.Process(process.pid).cpu_times()
                for _ in range(20 * workers):  # every worker has loaded the version by then
                    _post(f"http://127.0.0.1:{port}/v1/tag")
                return (ready_s, cpu.user + cpu.system), _memory(process.pid)
            finally:
                process.send_signal(signal.SIGTERM)


def _environment(home: Path) -> dict[str, str]:
    environment = {**os.environ, "STANCEWIRE_HOME": str(home), "OMP_NUM_THREADS": "1"}
    # As where Python may keep what it compiled: the first run compiles, the median tells the others.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _wait(url: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_S):  # noqa: S310 - our own
                return
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"no answer from {url}")


def _post(url: str) -> None:
    asked = urllib.request.Request(  # noqa: S310 - our own
        url, data=json.dumps(ARTICLE).encode(), headers={"content-type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:  # noqa: S310
        answer.read()


def _memory(pid: int) -> dict[str, float]:
    """Return megabytes of the workers below a process: what each holds, and shares of the version."""
    root = psutil.Process(pid)
    mapped = [p for p in [root, *root.children(recursive=True)] if _version_pages(p.pid)[0]]
    pages = [_version_pages(process.pid) for process in mapped]
    full = [process.memory_full_info() for process in mapped]
    mb = 1024.0**2
    n = max(len(mapped), 1)
    return {
        "loaded": len(mapped),
        "rss_mb": sum(one.rss for one in full) / mb / n,
        "pss_mb": sum(one.pss for one in full) / mb / n,
        "uss_mb": sum(one.uss for one in full) / mb / n,
        "version_rss_mb": sum(rss for rss, _ in pages) / 1024 / n,
        "version_pss_mb": sum(pss for _, pss in pages) / 1024 / n,
    }


def _version_pages(pid: int) -> tuple[int, int]:
    """Return kB of the mapped heads: resident, and the process's share of what several map."""
    rss = pss = 0
    inside = False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            inside = "/heads." in line
        elif inside and line.startswith("Rss:"):
            rss += int(line.split()[1])
        elif inside and line.startswith("Pss:"):
            pss += int(line.split()[1])
    return rss, pss
