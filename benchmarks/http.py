"""Requests a second of the HTTP service, beside a bare FastAPI echo of the same body.

    python -m benchmarks.http [--seconds 5] [--workers 1 2] [--clients 1 8 64]

Needs a trained version in the workspace and `wrk` on the path. Server and client share the machine:
compare the service with the echo of the same run, not with figures of other machines.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

SENTENCES = (
    "The transitional government on Monday asked the African Union to send peacekeepers.",
    '"We will not accept foreign troops on our soil," the opposition said.',
    "Analysts warned that a mission without a mandate would fail within months.",
    "The market reopened in the morning after two days of rain.",
    "Neighbouring states could agree to a force only if the council approves it.",
)
ARTICLE = {"id": "bench", "text": "\n\n".join(" ".join(SENTENCES) for _ in range(3))}

ECHO = """
from fastapi import FastAPI, Request, Response
app = FastAPI()
@app.post("/v1/tag")
async def echo(request: Request) -> Response:
    return Response(await request.body(), media_type="application/json")
@app.get("/livez")
async def livez() -> dict[str, str]:
    return {}
"""
POST = (
    'wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = [==[%s]==]\n'
)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(app: str, folder: Path, *, workers: int, factory: bool = False) -> Iterator[str]:
    """Run uvicorn; yield its address once it answers."""
    port = free_port()
    line = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--workers", str(workers)]
    line += ["--log-level", "error", "--no-access-log"] + (["--factory"] if factory else [])
    paths = os.pathsep.join((str(folder), str(Path(__file__).parents[1])))
    env = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    server = subprocess.Popen(line, env=env, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{url}/livez", timeout=2)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"{app} does not start")
        yield url
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def wrk(url: str, script: Path, *, clients: int, seconds: int) -> tuple[float, str, str, int]:
    """Return requests a second, p50, p99 and the number of errors."""
    threads = min(2, clients)
    line = ["wrk", f"-t{threads}", f"-c{clients}", f"-d{seconds}s", "--latency"]
    done = subprocess.run(
        [*line, "-s", str(script), f"{url}/v1/tag"], capture_output=True, text=True, check=True
    )
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    p50, p99 = (re.search(rf"{p}%\s+(\S+)", done.stdout) for p in (50, 99))
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    if not (rate and p50 and p99):
        raise SystemExit(done.stdout)
    return float(rate[1]), p50[1], p99[1], int(errors[1]) if errors else 0


def bulk(url: str, *, documents: int, folder: Path, mark: str) -> float:
    """Return documents a second through /v1/documents/bulk, all of them new."""
    lines = (
        json.dumps({"id": f"{mark}-{i}", "text": f"{ARTICLE['text']} {mark} {i}."})
        for i in range(documents)
    )
    body = folder / "bulk.jsonl"
    body.write_text("\n".join(lines))
    start = time.perf_counter()
    line = ["curl", "-sN", "-X", "POST", "-T", str(body), f"{url}/v1/documents/bulk"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    took = time.perf_counter() - start
    kept = sum('"kept"' in answer for answer in done.stdout.splitlines())
    assert kept == documents, done.stdout[-500:]
    return documents / took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--documents", type=int, default=300)
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("install wrk (Debian's package wrk)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.setdefault("STANCEWIRE_DATABASE_URL", f"sqlite:///{folder / 'bench.db'}")
        (folder / "bench_echo.py").write_text(ECHO)
        script = folder / "post.lua"
        script.write_text(POST % json.dumps(ARTICLE))
        print(f"one article of 15 sentences, {len(json.dumps(ARTICLE)):,} bytes")
        print("workers clients  echo req/s   p50     p99   | tag req/s   p50     p99   | share")
        for workers in asked.workers:
            echo = {}
            with serving("bench_echo:app", folder, workers=workers) as url:
                for clients in asked.clients:
                    echo[clients] = wrk(url, script, clients=clients, seconds=asked.seconds)
            with serving("service.app:from_env", folder, workers=workers, factory=True) as url:
                wrk(url, script, clients=workers * 2, seconds=1)  # each worker loads its tagger
                for clients in asked.clients:
                    rate, p50, p99, errors = wrk(
                        url, script, clients=clients, seconds=asked.seconds
                    )
                    base, *times, _ = echo[clients]
                    row = f"{workers:7} {clients:7} {base:11.0f} {times[0]:>7} {times[1]:>7}   |"
                    row += f"{rate:10.1f} {p50:>7} {p99:>7}   | {rate / base:5.1%}"
                    print(row + (f"   {errors} errors" if errors else ""), flush=True)
                speed = bulk(url, documents=asked.documents, folder=folder, mark=f"w{workers}")
                print(f"{workers:7}    bulk NDJSON, tagged and kept: {speed:.1f} documents/s")


if __name__ == "__main__":
    main()
