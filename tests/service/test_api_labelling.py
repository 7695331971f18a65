"""Labelling over HTTP: judgements, queue, agreement, retraining, as a client meets them."""

import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.api.judgements import EXAMPLE
from service.app import create_app
from service.settings import Settings

FIRST = "The African Union must send troops to Bangui at once, the envoy said."
SECOND = "We will never accept foreign troops on our soil, the opposition said."
ARTICLE = {"id": "a1", "text": f"{FIRST}\n\n{SECOND}", "title": "Force"}
FAVOR = {
    "start": 0, "end": len(FIRST), "stance": "favor", "speaker_type": "intergovernmental",
    "speaker": "the envoy", "proposed_actors": ["AU"],
}  # fmt: skip
AGAINST = {"start": len(FIRST) + 2, "end": len(ARTICLE["text"]), "stance": "against"}


@pytest.fixture
def client(own_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(own_settings), raise_server_exceptions=False) as client:
        yield client


def post(client: TestClient, *sentences, coder: str = "ada", document=ARTICLE, **more):
    body = {"document": document, "coder": coder, "sentences": list(sentences), **more}
    return client.post("/v1/judgements", json=body)


def test_a_judgement_is_kept_beside_what_the_machine_said(client: TestClient, tagger):
    answer = post(client, FAVOR, AGAINST)

    assert answer.status_code == 201, answer.text
    whole, bare = answer.json()["kept"]
    assert whole["stance"] == "favor"
    assert whole["said"]["model"] == client.get("/v1/model").json()["id"]
    assert whole["coded"] == ["stance", "speaker_type", "speaker", "proposed_actors"]
    assert bare["coded"] == ["stance"]
    assert bare["speaker_type"] == bare["said"]["speaker_type"]


def test_the_documented_example_is_answered_as_documented(client: TestClient):
    assert client.post("/v1/judgements", json=EXAMPLE).status_code == 201


def test_what_was_sent_twice_is_kept_once_and_a_second_thought_supersedes(client: TestClient):
    at = {"made_at": "2026-03-01T12:00:00+00:00"}
    first = post(client, FAVOR, **at).json()["kept"][0]

    again = post(client, FAVOR, document="a1", **at).json()
    second = post(client, FAVOR | {"stance": "none"}, document="a1").json()["kept"][0]

    assert (again["kept"], again["known"]) == ([], 1)
    assert second["supersedes"] == first["id"]
    page = client.get("/v1/judgements", params={"document": "a1", "coder": "ada"}).json()
    assert [one["stance"] for one in page["judgements"]] == ["favor", "none"]


def test_judgements_are_read_page_by_page(client: TestClient):
    post(client, FAVOR, AGAINST)

    first = client.get("/v1/judgements", params={"limit": 1}).json()
    second = client.get("/v1/judgements", params={"limit": 2, "after": first["next"]}).json()

    assert len(first["judgements"]) == 1
    assert len(second["judgements"]) == 1
    assert second["next"] is None


def test_several_articles_are_kept_all_or_none(client: TestClient):
    good = {"document": ARTICLE, "coder": "ada", "sentences": [FAVOR]}
    bad = good | {"document": ARTICLE | {"id": "a2"}, "sentences": [FAVOR | {"end": 9999}]}

    answer = client.post("/v1/judgements", json=[good, bad])

    assert answer.status_code == 422
    assert "sentences[0]" in answer.json()["detail"]
    assert client.get("/v1/judgements").json()["judgements"] == []
    assert client.post("/v1/judgements", json=[good, good]).json()["known"] <= 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"document": "nowhere", "coder": "ada", "sentences": [FAVOR]}, 404),
        ({"document": ARTICLE, "coder": "", "sentences": [FAVOR]}, 422),
        ({"document": ARTICLE, "coder": "ada", "sentences": []}, 422),
        ({"document": ARTICLE, "coder": "ada", "sentences": [{"start": 0, "end": 9}]}, 422),
        (
            {
                "document": ARTICLE,
                "coder": "ada",
                "sentences": [FAVOR],
                "model": "2026-01-01-000000",
            },
            404,
        ),
        ({"document": {"text": " "}, "coder": "ada", "sentences": [FAVOR]}, 422),
        ({"document": "a1", "coder": "ada", "sentences": [FAVOR | {"speeker": "Paris"}]}, 422),
        ([{"document": "a1", "coder": "ada"}], 422),
    ],
)
def test_a_request_at_fault_is_refused_with_its_reason(client: TestClient, body, status):
    answer = client.post("/v1/judgements", json=body)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_article_that_changed_since_is_refused(client: TestClient):
    post(client, FAVOR)

    answer = post(client, FAVOR, document=ARTICLE | {"text": ARTICLE["text"] + " Later."})

    assert answer.status_code == 409
    assert "a1" in answer.json()["detail"]


def test_coders_disagree_and_somebody_decides(client: TestClient):
    post(client, FAVOR, AGAINST)
    post(client, FAVOR | {"stance": "none"}, AGAINST, coder="ben")

    fields = {one["field"]: one for one in client.get("/v1/agreement").json()["fields"]}
    (open_one,) = client.get("/v1/disagreements").json()
    decided = post(client, FAVOR, coder="eve", kind="adjudication", note="rule 2", document="a1")

    assert fields["stance"]["pairs"][0]["coders"] == ["ada", "ben"]
    assert (open_one["text"], open_one["fields"], open_one["open"]) == (FIRST, ["stance"], True)
    assert decided.json()["kept"][0]["kind"] == "adjudication"
    (closed,) = client.get("/v1/disagreements").json()
    assert closed["open"] is False
    assert len(closed["history"]) == 3


def test_the_queue_asks_for_what_is_kept_and_a_skip_puts_one_off(client: TestClient):
    assert client.post("/v1/documents", json=ARTICLE).status_code in (200, 201)

    queue = client.get("/v1/queue", params={"coder": "ada"}).json()
    first = queue["items"][0]
    skip = {"start": first["start"], "end": first["end"], "kind": "skip"}
    assert post(client, skip, document="a1").status_code == 201
    after = client.get("/v1/queue", params={"coder": "ada"}).json()
    others = client.get("/v1/queue", params={"coder": "ben"}).json()

    assert {one["text"] for one in queue["items"]} == {FIRST, SECOND}
    assert first["why"]
    assert after["put_off"] == 1
    assert after["items"][-1]["reason"] == "skipped before"
    assert others["put_off"] == 0
    assert client.get("/v1/queue").status_code == 422


def test_a_retraining_runs_apart_and_the_service_switches_between_two_requests(client: TestClient):
    before = client.get("/v1/model").json()["id"]
    post(client, FAVOR, AGAINST)

    started = client.post("/v1/retrain", json={"who": "ada", "promote": True})
    second = client.post("/v1/retrain")
    assert started.status_code == 202
    assert second.status_code == 409
    assert started.json()["id"] in second.json()["detail"]
    deadline, job = time.monotonic() + 240, started.json()
    while job["state"] in ("queued", "running") and time.monotonic() < deadline:
        assert client.post("/v1/tag", json=ARTICLE).status_code == 200
        time.sleep(0.2)
        job = client.get(started.headers["location"]).json()

    assert job["error"] is None
    assert job["result"]["promoted"] is True
    assert client.get("/v1/model").json()["id"] == job["result"]["version"] != before
    assert client.post("/v1/tag", json=ARTICLE).json()["model"] == job["result"]["version"]
    pinned = client.post("/v1/tag", params={"version": before}, json=ARTICLE)
    assert pinned.json()["model"] == before
    assert [one["id"] for one in client.get("/v1/retrain").json()] == [job["id"]]


def test_only_retrainings_are_shown_as_such(client: TestClient):
    listed = [{**ARTICLE, "id": f"d{i}", "text": f"{ARTICLE['text']} {i}"} for i in range(2)]
    other = client.post("/v1/documents", json=listed).json()

    assert client.get("/v1/retrain/nothing").status_code == 404
    if "id" in other:
        assert client.get(f"/v1/retrain/{other['id']}").status_code == 404
