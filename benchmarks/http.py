"""Requests a second of the HTTP service, beside a bare FastAPI echo of the same bodies.

    python -m benchmarks.http            # 5 s a row; writes benchmarks/results/http.md
    python -m benchmarks.http --quick    # 1 s a row, to see that it runs; writes nothing

Needs a trained version in the workspace and `wrk` on the path (Debian's package). Three services
answer in turn: the echo (the ceiling), the service without tagging (each article is answered with
tags that were made before: what HTTP, JSON, logs and metrics cost), and the service as it is. No two
requests in a row bear the same article. Client and server share the machine, so the processor time
of the server is told as well: it is the figure that other programs disturb least.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks import machine
from tests.ports import free_port

RESULTS = Path(__file__).parent / "results" / "http.md"
GOAL = 0.4

WHO = ("The cabinet", "A rights group", "Analysts", "The opposition", "A neighbouring state")
SAYS = ("asked", "warned", "told reporters that it wanted", "would not let", "refused to allow")
WHOM = ("the African Union", "the United Nations", "Russia", "the regional bloc", "France")
DOES = ("to send peacekeepers", "to withdraw its troops", "to keep out of the conflict")
WHEN = (
    "on Monday.",
    "before the rains.",
    "unless the council agrees.",
    "in a letter to the press.",
)
SENTENCES = 15


def articles(number: int) -> list[dict[str, str]]:
    """Articles of 15 sentences, all different, the same ones each time."""
    draw = random.Random(7)  # noqa: S311
    made = []
    for i in range(number):
        lines = [
            " ".join(draw.choice(part) for part in (WHO, SAYS, WHOM, DOES, WHEN))
            for _ in range(SENTENCES)
        ]
        text = "\n\n".join(" ".join(lines[k : k + 5]) for k in range(0, SENTENCES, 5))
        made.append({"id": f"bench-{i}", "text": text})
    return made


APPS = """
from fastapi import FastAPI, Request, Response
from service.app import from_env
from service.intake import document

echo = FastAPI()

@echo.post("/v1/tag")
async def answer(request: Request) -> Response:
    return Response(await request.body(), media_type="application/json")

@echo.get("/livez")
async def livez() -> dict[str, str]:
    return {}

class Remembers:
    def __init__(self, tagger, bodies):
        self.version, self.scheme = tagger.version, tagger.scheme
        given = [document(body, max_chars=10**6) for body in bodies]
        self.said = {d.id: t for d, t in zip(given, tagger.tag(given))}

    def tag(self, documents, *, explain=False):
        return [self.said[d.id] for d in documents]

def without_tagging():
    from benchmarks.http import articles
    app = from_env()
    current = app.state.current
    remembers = Remembers(current.get(), articles(50))
    current.get = lambda version=None: remembers
    return app
"""

WRK = """
local bodies = { %s }
local turn = 0
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
function request()
  turn = turn %% #bodies + 1
  return wrk.format(nil, nil, nil, bodies[turn])
end
"""


@dataclass(frozen=True)
class Run:
    """One row: requests a second, latencies as wrk writes them, server's ms of CPU a request."""

    rate: float
    p50: str
    p99: str
    cpu_ms: float


class Server:
    """A running uvicorn with its workers."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = psutil.Process(process.pid)
        self.url = url

    def cpu_s(self) -> float:
        """Processor time that it and its workers have used."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family)

    def measured(self, script: Path, *, clients: int, seconds: int) -> Run:
        """Load it for some seconds."""
        line = ["wrk", f"-t{min(2, clients)}", f"-c{clients}", f"-d{seconds}s", "--latency"]
        line += ["--timeout", "30s", "-s", str(script), f"{self.url}/v1/tag"]
        before = self.cpu_s()
        told = subprocess.run(line, capture_output=True, text=True, check=True).stdout
        used = self.cpu_s() - before
        number = re.search(r"(\d+) requests in", told)
        rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
        p50, p99 = (re.search(rf"(?m)^\s+{p}%\s+(\S+)", told) for p in (50, 99))
        if not (number and rate and p50 and p99) or "Non-2xx" in told:
            raise SystemExit(told)
        return Run(float(rate[1]), p50[1], p99[1], used / max(1, int(number[1])) * 1_000)


@contextmanager
def serving(app: str, folder: Path, *, workers: int) -> Iterator[Server]:
    """Run uvicorn, its log into a file; yield it once it answers."""
    port = free_port()
    line = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--workers", str(workers)]
    line += ["--log-level", "error", "--no-access-log"] + ([] if "echo" in app else ["--factory"])
    paths = os.pathsep.join((str(folder), str(Path(__file__).parents[1])))
    env = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(line, env=env, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{url}/livez", timeout=2)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"{app} does not start: {(folder / 'log.txt').read_text()[-2000:]}")
        yield Server(process, url)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def bulk(server: Server, *, documents: int, folder: Path, mark: str) -> float:
    """Return documents a second through /v1/documents/bulk, all of them new."""
    body = folder / "bulk.jsonl"
    with body.open("w") as lines:
        for i, one in enumerate(articles(documents)):
            # A first sentence of its own, or the desk would take them for copies of each other.
            text = f"Report {mark} {i} of the desk. {one['text']}"
            lines.write(json.dumps({"id": f"{mark}-{i}", "text": text}) + "\n")
    start = time.perf_counter()
    line = ["curl", "-sN", "-X", "POST", "-T", str(body), f"{server.url}/v1/documents/bulk"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    took = time.perf_counter() - start
    kept = sum('"kept"' in answer for answer in done.stdout.splitlines())
    assert kept == documents, done.stdout[-500:]
    return documents / took


def measured(
    folder: Path,
    script: Path,
    *,
    workers: int,
    clients: Sequence[int],
    seconds: int,
    documents: int,
) -> Iterator[str]:
    """Yield the table's rows for so many workers."""
    runs: dict[str, list[Run]] = {}
    speed = 0.0
    apps = ("bench_apps:echo", "bench_apps:without_tagging", "service.app:from_env")
    for app in apps:
        with serving(app, folder, workers=workers) as server:
            server.measured(script, clients=workers * 2, seconds=1)  # each worker loads its tagger
            runs[app] = [server.measured(script, clients=n, seconds=seconds) for n in clients]
            shown = ", ".join(f"{run.rate:.0f}/s" for run in runs[app])
            print(f"{app} on {workers}: {shown}", file=sys.stderr, flush=True)
            if app == apps[-1]:
                speed = bulk(server, documents=documents, folder=folder, mark=f"w{workers}")
    for number, echo, bare, full in zip(clients, *(runs[app] for app in apps), strict=True):
        cells = [f"{workers}", f"{number}"]
        cells += [f"{echo.rate:.0f}", echo.p50, echo.p99, f"{echo.cpu_ms:.2f}"]
        cells += [f"{bare.rate:.0f}", f"{bare.cpu_ms:.2f}", f"{bare.rate / echo.rate:.0%}"]
        cells += [f"{full.rate:.1f}", full.p50, full.p99, f"{full.cpu_ms:.1f}"]
        cells += [f"{full.rate / echo.rate:.1%}"]
        yield "| " + " | ".join(cells) + " |"
    yield f"| {workers} | bulk | | | | | | | | {speed:.1f} documents | | | | |"


HEAD = """# HTTP: one article of 15 sentences a request

`python -m benchmarks.http`, {machine}

{seconds} s a row; {documents} articles in bulk. ms: processor time of the server a request. Goal: {goal:.0%} of the echo.

| workers | clients | echo/s | p50 | p99 | ms | without tagging/s | ms | share | service/s | p50 | p99 | ms | share |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--quick", action="store_true", help="one second a row; write no result")
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("install wrk (Debian's package wrk)")
    seconds, documents = (1, 40) if asked.quick else (asked.seconds, asked.documents)
    told = HEAD.format(machine=machine.described(), seconds=seconds, documents=documents, goal=GOAL)
    print(told, end="")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["STANCEWIRE_DATABASE_URL"] = f"sqlite:///{folder / 'bench.db'}"
        (folder / "bench_apps.py").write_text(APPS)
        script = folder / "post.lua"
        script.write_text(WRK % ", ".join(f"[==[{json.dumps(one)}]==]" for one in articles(50)))
        for workers in asked.workers:
            for row in measured(
                folder, script, workers=workers, clients=asked.clients, seconds=seconds,
                documents=documents,
            ):  # fmt: skip
                print(row, flush=True)
                told += row + "\n"
                if not asked.quick:
                    RESULTS.write_text(told)


if __name__ == "__main__":
    main()
