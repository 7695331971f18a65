"""A desk labels in the real Label Studio, and the service learns from it (`make test-label-studio`).

STANCEWIRE_TEST_LABEL_STUDIO names the `label-studio` program; without it the story can't be played.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from labels.exchange.label_studio import config
from tests.ports import free_port

PROGRAM = os.environ.get("STANCEWIRE_TEST_LABEL_STUDIO", "")
ROOT = Path(__file__).parents[2]
TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - made up, for a throw-away server
SECRET = "hush"  # noqa: S105 - likewise
FIRST = "The African Union must send troops to Bangui at once, the envoy said."
SECOND = "We will never accept foreign troops on our soil, the opposition said."
ARTICLES = [
    {"id": "a1", "text": f"{FIRST}\n\n{SECOND}", "title": "Envoy wants a force"},
    {"id": "a2", "text": f"{SECOND} {FIRST}", "title": "Opposition rejects a force"},
]

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not PROGRAM, reason="run `make test-label-studio`"),
]


@contextlib.contextmanager
def running(words: list[str], env: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, env={**os.environ, **env}, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def wait_for(look: Callable[[], Any], what: str, timeout_s: float = 480) -> Any:
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            if found := look():
                return found
        time.sleep(0.5)
    raise AssertionError(f"waited {timeout_s} s for {what}")


@pytest.fixture
def ours(home: Path, tmp_path: Path, small_set) -> Iterator[httpx.Client]:
    """The service, in a process of its own, on a workspace of its own."""
    shutil.copytree(home / "models", tmp_path / "home" / "models")
    labelled = tmp_path / "base.jsonl"
    labelled.write_text("".join(json.dumps(d.to_json()) + "\n" for d in small_set.documents))
    port = free_port()
    env = {
        "STANCEWIRE_HOME": str(tmp_path / "home"),
        "STANCEWIRE_LABELLED": str(labelled),
        "STANCEWIRE_LABEL_STUDIO_SECRET": SECRET,
        "PYTHONPATH": str(ROOT),
    }
    words = [sys.executable, "-m", "service.cli", "serve", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with running(words, env, tmp_path / "ours.log"), httpx.Client(base_url=url) as client:
        wait_for(lambda: client.get("/livez").is_success, "our service")
        yield client


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[httpx.Client]:
    """Label Studio, with one user and a token for its API."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        # Backends and webhooks on this very machine are refused otherwise.
        "ML_BLOCK_LOCAL_IP": "false",
        "SSRF_PROTECTION_ENABLED": "false",
    }
    words = [
        PROGRAM, "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port),
        "--data-dir", str(tmp_path / "label-studio"), "--username", "ada@example.org",
        "--password", "throw-away-1", "--user-token", TOKEN, "--enable-legacy-api-token",
    ]  # fmt: skip
    headers = {"Authorization": f"Token {TOKEN}"}
    with (
        running(words, env, tmp_path / "theirs.log"),
        httpx.Client(base_url=url, headers=headers, timeout=120) as client,
    ):
        wait_for(lambda: client.get("/api/projects").is_success, "Label Studio", 900)
        yield client


def done(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.status_code} {answer.text[:600]}"
    return answer.json() if answer.content else None


def predicted(theirs: httpx.Client, project: int) -> dict[str, set[str]]:
    """Ask Label Studio to fetch predictions, and return the versions of each task's."""
    action: dict[str, Any] = {"id": "retrieve_tasks_predictions", "project": project}
    everything = {"selectedItems": {"all": True, "excluded": []}}
    done(theirs.post("/api/dm/actions", params=action, json=everything))
    found: dict[str, set[str]] = {}
    listed = done(
        theirs.get("/api/tasks", params={"project": project, "fields": "all", "page_size": 10})
    )
    for task in listed["tasks"]:
        predictions = done(theirs.get("/api/predictions", params={"task": task["id"]}))
        found[task["data"]["id"]] = {one["model_version"] for one in predictions if one["result"]}
    return found


def test_a_desk_labels_in_label_studio_and_gets_new_predictions_from_a_new_version(
    ours: httpx.Client, theirs: httpx.Client, tmp_path: Path
):
    version = done(ours.get("/v1/model"))["id"]
    project = done(
        theirs.post("/api/projects", json={"title": "Interventions", "label_config": config()})
    )["id"]
    imported = [{"data": article} for article in ARTICLES]
    done(theirs.post(f"/api/projects/{project}/import", json=imported))

    backend = done(
        theirs.post(
            "/api/ml",
            json={
                "url": str(ours.base_url).rstrip("/") + f"/label-studio/{SECRET}",
                "project": project,
                "title": "stancewire",
            },
        )
    )
    assert backend["state"] == "CO", backend
    assert predicted(theirs, project) == {"a1": {version}, "a2": {version}}

    listed = done(theirs.get("/api/tasks", params={"project": project, "fields": "all"}))["tasks"]
    for task in listed:
        (prediction, *_) = done(theirs.get("/api/predictions", params={"task": task["id"]}))
        regions = corrected(prediction["result"])
        done(theirs.post(f"/api/tasks/{task['id']}/annotations/", json={"result": regions}))
    kept = wait_for(
        lambda: (
            found if len(found := done(ours.get("/v1/judgements"))["judgements"]) == 4 else None
        ),
        "four judgements",
    )
    assert {one["tool"] for one in kept} == {"label-studio"}
    assert {one["document"] for one in kept} == {"a1", "a2"}
    assert {one["stance"] for one in kept} == {"favor", "against"}
    assert all(one["said"]["model"] == version for one in kept)

    done(theirs.post(f"/api/ml/{backend['id']}/train", json={}))
    wait_for(lambda: done(ours.get("/v1/retrain")), "a retraining")
    job = wait_for(
        lambda: next(
            (j for j in done(ours.get("/v1/retrain")) if j["state"] in ("done", "failed")), None
        ),
        "the end of the retraining",
    )
    assert job["state"] == "done", job
    assert job["who"] == "label-studio"
    new = job["result"]["version"]
    if not job["result"]["promoted"]:  # four sentences may go either way: the desk decides
        assert job["result"]["reasons"]
        words = [sys.executable, "-m", "service.cli", "models", "promote", new]
        env = {**os.environ, "STANCEWIRE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
        subprocess.run([*words, "--why", "the coders are right"], env=env, check=True)

    assert new != version
    assert done(ours.get("/v1/model"))["id"] == new
    assert all(new in versions for versions in predicted(theirs, project).values())


def corrected(regions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A prediction as a coder sets it right: the envoy is in favor, the opposition against."""
    told = json.loads(json.dumps(regions))
    for region in told:
        if region["from_name"] == "stance":
            against = region["value"]["text"].startswith("We will")
            region["value"]["choices"] = ["against" if against else "favor"]
    return list(told)
