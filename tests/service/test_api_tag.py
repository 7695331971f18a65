"""`POST /v1/tag`, as a client meets it."""

import json
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from fastapi.testclient import TestClient

from labels.document import Document
from model.tagger import Tagger
from service.app import create_app
from service.contract import tagged_json
from service.settings import Settings

TEXT = (
    "The cabinet on Monday asked the African Union to send peacekeepers.\n\n"
    '"We will not accept foreign troops," opposition leader Amadi Terfaso said.'
)


@pytest.fixture(scope="module")
def client(home: Path) -> TestClient:
    settings = Settings(home=home, max_document_chars=1_200_000, max_batch_documents=5)
    return TestClient(create_app(settings), raise_server_exceptions=False)


def test_one_document_is_answered_by_one_tagged_document(client: TestClient, tagger: Tagger):
    sent = {"id": "a1", "text": TEXT, "title": "Cabinet asks for a force", "unknown": 1}

    answer = client.post("/v1/tag", json=sent)

    assert answer.status_code == 200
    (expected,) = tagger.tag([Document.from_json(sent)])
    assert answer.json()["sentences"] == json.loads(json.dumps(tagged_json(expected)))["sentences"]
    assert answer.json()["document"] == {"title": "Cabinet asks for a force"}


def test_a_bad_document_in_a_list_is_reported_in_its_place(client: TestClient):
    answer = client.post(
        "/v1/tag", json=[{"id": "a1", "text": TEXT}, {"id": "a2", "text": "  "}, 3, {"text": TEXT}]
    )

    assert answer.status_code == 200
    first, second, third, fourth = answer.json()
    assert first["id"] == "a1"
    assert first["sentences"]
    assert second["id"] == "a2"
    assert second["error"]["status"] == 422
    assert "text" in second["error"]["detail"]
    assert third["error"]["type"] == "urn:stancewire:error:InvalidDocument"
    assert fourth["sentences"] == first["sentences"]


def test_explanations_sum_to_the_log_odds_of_the_label(client: TestClient):
    answer = client.post("/v1/tag?explain=true", json={"id": "a1", "text": TEXT})

    for sentence in answer.json()["sentences"]:
        evidence = sentence["explain"]
        assert {"term", "spans", "weight", "contribution", "head"} <= set(evidence[0])
        for item in evidence:
            for span in item["spans"]:
                assert 0 <= span["start"] < span["end"] <= len(TEXT)


def test_a_web_page_is_taken_apart_and_its_text_comes_back(client: TestClient):
    page = (
        "<html><head><title>Cabinet asks</title></head><body><nav>Home</nav><article><h1>Cabinet"
        " asks</h1>"
        + "<p>The cabinet asked the union to send troops to the border.</p>" * 6
        + "</article></body></html>"
    )

    answer = client.post("/v1/tag", json={"id": "p", "html": page})

    assert answer.status_code == 200
    body = answer.json()
    text = body["document"]["text"]
    assert "The cabinet asked" in text
    assert "<p>" not in text
    assert all(text[s["start"] : s["end"]] == s["text"] for s in body["sentences"])


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"not json", 400, "not JSON"),
        (b"", 400, "not JSON"),
        (b"\xff\xfe\x00binary", 400, "not JSON"),
        (b'{"id": "a", "text": 3}', 422, "text"),
        (b'{"id": ["a"], "text": "x"}', 422, "id"),
        (b'{"id": "a", "text": ""}', 422, "text"),
        (b'{"id": "a"}', 422, "text"),
        (b'"just text"', 422, "object"),
        (b'{"id": "a", "text": "lone \\ud800 surrogate"}', 422, "surrogate"),
        (b'{"id": "a", "text": "nul \\u0000"}', 422, "NUL"),
        (b'{"id": "a", "html": "<p></p>"}', 422, "html"),
        (b'{"id": "a", "html": 4}', 422, "html"),
        (b'{"id": "a", "html": "<p>x</p>", "text": "x"}', 422, "not both"),
        (b'{"id": "a", "text": "x", "title": 7}', 422, "title"),
        (b'[{"text": "x"}' + b', {"text": "x"}' * 5 + b"]", 413, "documents"),
        (b"[" * 100_000, 400, "not JSON"),
        (json.dumps({"text": "x" * 1_200_001}).encode(), 413, "1,200,000"),
        (json.dumps({"html": "x" * 4_800_001}).encode(), 413, "html: 4,800,001 characters"),
    ],
)
def test_bad_input_is_answered_with_problem_details(
    client: TestClient, body: bytes, status: int, says: str
):
    answer = client.post("/v1/tag", content=body)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) >= {"type", "title", "status", "detail"}
    assert says in answer.json()["detail"]


def test_a_body_over_the_limit_is_refused(home: Path):
    client = TestClient(create_app(Settings(home=home, max_body_bytes=1_000)))

    announced = client.post("/v1/tag", content=b"x" * 1_001)
    streamed = client.post("/v1/tag", content=iter([b"x" * 600, b"x" * 600]))

    assert announced.status_code == streamed.status_code == 413


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "troops " * 100_000,
        '"' * 200_000,
        "." * 200_000,
        "\u202eright to left\u202c \u0627\u0644\u0642\u0648\u0627\u062a. Next one.",
        "bell \x07 and escape \x1b[31m red.",
        "🏳️‍🌈 troops 👨‍👩‍👧 must leave. 𐍈𐍈",
        "\u00a0\u2003No-break\u2028line.",
    ],
    ids=["word", "sentence", "quotes", "dots", "rtl", "control", "emoji", "spaces"],
)
def test_odd_text_is_tagged_with_offsets_that_fit(client: TestClient, text: str):
    answer = client.post("/v1/tag", content=json.dumps({"id": "odd", "text": text}))

    assert answer.status_code == 200
    for sentence in answer.json()["sentences"]:
        assert text[sentence["start"] : sentence["end"]] == sentence["text"]


def test_a_request_can_pin_a_version_and_an_unknown_one_is_not_found(client: TestClient):
    current = client.get("/v1/model").json()["id"]

    pinned = client.post(f"/v1/tag?version={current}", json={"text": TEXT})
    unknown = client.post("/v1/tag?version=2001-01-01-nope", json={"text": TEXT})

    assert pinned.json()["model"] == current
    assert unknown.status_code == 404
    assert unknown.headers["content-type"] == "application/problem+json"


def test_without_a_version_the_service_lives_but_is_not_ready(tmp_path: Path):
    client = TestClient(create_app(Settings(home=tmp_path)), raise_server_exceptions=False)

    assert client.get("/livez").status_code == 200
    for answer in (
        client.get("/readyz"),
        client.get("/v1/model"),
        client.post("/v1/tag", json={"text": TEXT}),
    ):
        assert answer.status_code == 503
        assert "stancewire train" in answer.json()["detail"]


def test_a_version_makes_the_service_ready(client: TestClient):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["model"] == client.get("/v1/model").json()["id"]


def test_unknown_paths_and_methods_are_problems_too(client: TestClient):
    assert client.get("/nowhere").json()["status"] == 404
    assert client.delete("/v1/tag").json()["status"] == 405
    assert client.post("/v1/tag?explain=perhaps", json={"text": TEXT}).json()["status"] == 422


def test_the_openapi_examples_are_answered_as_documented(client: TestClient):
    spec = client.get("/openapi.json").json()
    content = spec["paths"]["/v1/tag"]["post"]["requestBody"]["content"]["application/json"]

    for example in content["examples"].values():
        assert client.post("/v1/tag", json=example["value"]).status_code == 200


def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_fault_of_ours(home: Path):
    app = create_app(Settings(home=home))
    sent: list[dict[str, object]] = []
    scope = {
        "type": "http", "method": "POST", "path": "/v1/tag", "raw_path": b"/v1/tag",
        "query_string": b"", "headers": [], "scheme": "http", "server": ("t", 80),
        "client": ("c", 1), "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"},
    }  # fmt: skip
    told: Iterator[dict[str, object]] = iter(
        [
            {"type": "http.request", "body": b"[", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> dict[str, object]:
        return next(told)

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    anyio.run(app, scope, receive, send)

    assert sent[0]["status"] == 400
