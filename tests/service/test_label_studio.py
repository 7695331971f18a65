"""The protocol of Label Studio, with bodies as it sends them (docs/label-studio.md)."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from labels.exchange import label_studio as exchange
from service.app import create_app
from service.label_studio import NotLabelStudio, annotated
from service.settings import Settings
from service.store import Store, keys, open_store
from service.store.judgements import read
from tests.times import T0
from training.registry import Registry

FIRST = "The African Union must send troops to Bangui at once, the envoy said."
SECOND = "We will never accept foreign troops on our soil, the opposition said."
SECRET = "hush"  # noqa: S105 - a made-up one
TEXT = f"{FIRST}\n\n{SECOND}"
TASK = {"id": 7, "data": {"text": TEXT, "title": "Force", "id": "a1"}}
PREDICT = {
    "tasks": [TASK],
    "project": "3.1746612998",
    "label_config": "<View>...</View>",
    "params": {"login": None, "password": None, "context": None},
    "hostname": "http://localhost:8080",
}


@pytest.fixture
def client(own_settings: Settings) -> Iterator[TestClient]:
    settings = replace(own_settings, label_studio_secret=SECRET)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        client.base_url = client.base_url.join("/label-studio/hush/")
        yield client


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "home" / "stancewire.db")
    yield store
    store.close()


def regions(stance: str = "favor", *, start: int = 0, end: int = len(FIRST), id: str = "r1"):
    span = {"start": start, "end": end, "text": TEXT[start:end]}
    named = {"id": id, "to_name": "text"}
    return [
        {**named, "from_name": "sentence", "type": "labels", "value": {**span, "labels": ["Sentence"]}},
        {**named, "from_name": "stance", "type": "choices", "value": {**span, "choices": [stance]}},
    ]  # fmt: skip


def hook(action: str, result, *, id: int = 31, at: str = "2026-03-01T12:00:00.000000Z", **more):
    annotation = {
        "id": id, "completed_by": 1, "created_at": "2026-03-01T12:00:00.000000Z",
        "updated_at": at, "result": result, "was_cancelled": False, **more,
    }  # fmt: skip
    return {"action": action, "project": {"id": 3}, "task": TASK, "annotation": annotation}


def judgements(store: Store):
    with store.read() as connection:
        return read(connection)


def test_health_and_versions_name_the_version_that_serves(client: TestClient):
    current = client.get("versions").json()["versions"][0]

    health = client.get("health")

    assert client.get("http://testserver/label-studio/hush").json() == health.json()
    assert health.status_code == 200
    assert health.json() == {"status": "UP", "model_class": "stancewire", "model_version": current}


@pytest.mark.parametrize("path", ["/label-studio/health", "/label-studio/guess/health"])
def test_without_the_secret_nothing_is_told(client: TestClient, path: str):
    client.base_url = client.base_url.join("/")

    assert client.get(path).status_code == 403


def test_the_secret_stands_for_the_key_that_label_studio_cannot_send(client, kept):
    with kept.write() as connection:
        keys.create(connection, "desk", ["read"], now=T0)

    assert client.get("health").status_code == 200
    assert client.post("webhook", json=hook("ANNOTATION_CREATED", regions())).status_code == 200
    client.base_url = client.base_url.join("/")
    assert client.get("/label-studio/guess/health").status_code == 401
    assert client.get("/v1/model").status_code == 401


def test_without_a_secret_set_none_is_needed(home: Path):
    client = TestClient(create_app(Settings(home=home)))

    assert client.get("/label-studio/health").status_code == 200
    assert client.get("/label-studio/anything/health").status_code == 403


def test_a_project_with_our_configuration_is_taken_and_another_one_refused(client: TestClient):
    ours = client.post("setup", json={"project": "3.17", "schema": exchange.config(), "x": 1})
    other = client.post("setup", json={"project": "3.17", "schema": "<View><Image/></View>"})

    assert ours.json()["model_version"] == client.get("health").json()["model_version"]
    assert other.status_code == 422
    assert "labelling configuration" in other.json()["detail"]


def test_predictions_come_one_a_task_in_order_with_the_version_in_each(client: TestClient):
    other = {"id": 8, "data": {"text": SECOND}}
    empty = {"id": 9, "data": {"image": "x.png"}}
    tasks = [TASK, empty, other, "nonsense"]

    results = client.post("predict", json=PREDICT | {"tasks": tasks}).json()["results"]

    version = client.get("health").json()["model_version"]
    assert [one["model_version"] for one in results] == [version] * 4
    assert [bool(one["result"]) for one in results] == [True, False, True, False]
    assert 0 < results[0]["score"] <= 1
    names = {region["from_name"] for region in results[0]["result"]}
    assert {"sentence", "stance", "speaker_type"} <= names
    for region in results[0]["result"]:
        if region["type"] == "labels":
            assert (
                TEXT[region["value"]["start"] : region["value"]["end"]] == region["value"]["text"]
            )


def test_an_annotation_becomes_judgements_beside_the_prediction_that_was_seen(client, kept):
    version = client.get("health").json()["model_version"]
    body = hook("ANNOTATION_CREATED", regions(), prediction={"model_version": version})

    answer = client.post("webhook", json=body)

    assert answer.json() == {"kept": 1, "known": 0}
    (told,) = judgements(kept)
    assert (told.document, told.start, told.end) == ("a1", 0, len(FIRST))
    assert (told.coder, told.tool, told.note) == ("1", "label-studio", "project 3, annotation 31")
    assert told.coding.stance == "favor"
    assert told.coded == ("stance",)
    assert told.said.version == version
    assert client.post("webhook", json=body).json() == {"kept": 0, "known": 1}


def test_an_update_supersedes_and_what_it_dropped_is_withdrawn(client, kept):
    both = [*regions(), *regions("against", start=len(FIRST) + 2, end=len(TEXT), id="r2")]
    client.post("webhook", json=hook("ANNOTATION_CREATED", both))

    client.post(
        "webhook", json=hook("ANNOTATION_UPDATED", regions("none"), at="2026-03-01T13:00:00Z")
    )

    told = judgements(kept)
    assert [(one.kind, one.coding and one.coding.stance) for one in told] == [
        ("coding", "favor"),
        ("coding", "against"),
        ("coding", "none"),
        ("withdrawal", None),
    ]
    assert told[2].supersedes == told[0].id
    assert told[3].supersedes == told[1].id


def test_a_deleted_annotation_is_withdrawn_and_not_forgotten(client, kept):
    client.post("webhook", json=hook("ANNOTATION_CREATED", regions()))

    gone = {"action": "ANNOTATIONS_DELETED", "project": {"id": 3}, "annotations": [{"id": 31}]}
    answer = client.post("webhook", json=gone)

    assert answer.json() == {"kept": 1, "known": 0}
    assert [one.kind for one in judgements(kept)] == ["coding", "withdrawal"]


def test_what_is_none_of_our_business_is_ignored(client):
    assert client.post("webhook", json={"action": "PROJECT_UPDATED"}).json() == {
        "ignored": "PROJECT_UPDATED"
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("predict", {}),
        ("predict", []),
        ("webhook", {"action": "ANNOTATION_CREATED"}),
        ("webhook", {"action": "ANNOTATION_CREATED", "annotation": {"id": 1}, "task": {"id": 1}}),
        (
            "webhook",
            {"action": "ANNOTATION_CREATED", "annotation": {"id": 1}, "task": {"data": {}}},
        ),
        ("webhook", hook("ANNOTATION_CREATED", regions("maybe"))),
        ("webhook", {"action": "ANNOTATIONS_CREATED", "annotations": 3}),
    ],
)
def test_what_label_studio_does_not_send_is_refused(client, kept, path: str, body):
    assert client.post(path, json=body).status_code == 422
    assert judgements(kept) == []


def test_a_task_without_an_id_of_its_own_is_named_after_label_studios():
    body = hook("ANNOTATION_CREATED", regions())
    body["task"] = {"id": 7, "data": {"text": TEXT}}

    (one,) = annotated(body)

    assert one.task
    assert one.task.document.id == "label-studio-7"
    with pytest.raises(NotLabelStudio):
        annotated({"action": "ANNOTATION_CREATED", "annotations": [3]})


def test_nothing_is_predicted_before_a_version_is_trained(tmp_path: Path):
    client = TestClient(create_app(Settings(home=tmp_path)))

    assert client.get("/label-studio/health").json()["model_version"] == "untrained"
    assert client.post("/label-studio/predict", json=PREDICT).status_code == 503
    body = hook("ANNOTATION_CREATED", regions())
    assert client.post("/label-studio/webhook", json=body).status_code == 422
    assert client.get("/label-studio/job_status").json() == {"state": "none"}


def test_training_is_started_once_and_told_in_time(client, tmp_path: Path, home: Path):
    first = client.post("webhook", json={"action": "START_TRAINING", "project": {"id": 3}})
    second = client.post("train", json={})

    assert first.json()["job"]
    assert second.json()["job"] is None
    assert first.json()["job"] in second.json()["status"]
    deadline, told = time.monotonic() + 120, client.get("job_status").json()
    while told["state"] in ("queued", "running") and time.monotonic() < deadline:
        time.sleep(0.2)
        told = client.get("job_status").json()
    assert told["id"] == first.json()["job"]
    assert "nothing new to learn from" in told["error"]
    assert Registry(tmp_path / "home").current_id() == Registry(home).current_id()
