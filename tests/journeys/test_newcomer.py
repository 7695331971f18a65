"""A newcomer follows the README: every command in it runs, in a copy of the repository."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```sh\n(.*?)```", re.S)
ARTICLE = '{"id": "a%d", "text": "The cabinet asked the union to send troops. Chad declined."}\n'

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def commands(page: Path) -> list[str]:
    """Every command of a page's `sh` blocks, without comments; an indented line continues one."""
    found: list[str] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith((" ", "}")) and found:
                found[-1] += "\n" + line
            elif line.strip():
                found.append(re.sub(r"\s+#\s.*$", "", line))
    return found


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newcomer") / "stancewire"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for i in (1, 2):
        with (folder / "articles.jsonl").open("a", encoding="utf-8") as out:
            out.write(ARTICLE % i)
    return folder


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVERAGE", "STANCEWIRE"))}
    kept.pop("VIRTUAL_ENV", None)
    return {**kept, "STANCEWIRE_PORT": str(port)}


@pytest.fixture(scope="module")
def served(clone: Path, environment: dict[str, str]) -> Iterator[str]:
    """`make run`, until it is ready."""
    with (clone / "run.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            ["make", "run"], cwd=clone, env=environment, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        url = f"http://127.0.0.1:{environment['STANCEWIRE_PORT']}"
        for _ in range(600):
            try:
                if httpx.get(f"{url}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            assert process.poll() is None, (clone / "run.log").read_text(encoding="utf-8")
            time.sleep(0.5)
        yield url
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=40)


def test_make_run_serves_the_page_and_tags_an_article(served: str):
    page = httpx.get(served)
    answer = httpx.post(f"{served}/v1/tag", json={"text": "Chad ruled out sending troops."})

    assert "stancewire" in page.text
    assert answer.json()["sentences"][0]["text"] == "Chad ruled out sending troops."


def test_every_command_of_the_readme_runs(served: str, clone: Path, environment: dict[str, str]):
    env = {**environment, "PATH": f"{clone / '.venv' / 'bin'}:{environment['PATH']}"}
    # `make run` serves already, and `make test` is what runs this test.
    to_run = [c for c in commands(ROOT / "README.md") if c not in ("make run", "make test")]

    for command in to_run:
        done = subprocess.run(
            ["bash", "-c", command.replace("http://127.0.0.1:8000", served)],
            cwd=clone, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"

    assert to_run
