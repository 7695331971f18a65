"""`/v1/documents`, `/v1/statements` and `/v1/stats`, as a client meets them."""

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from labels.document import Document
from service.app import create_app
from service.settings import Settings
from service.store import Store, documents, tags
from tests.tags import said
from tests.times import T0

FAVOR = "The African Union must send troops to Bangui at once, the envoy said."
AGAINST = "We will never accept foreign troops on our soil, the opposition said."
TEXT = f"{FAVOR}\n\n{AGAINST}"


@pytest.fixture
def client(home: Path, store: Store) -> Iterator[TestClient]:
    """A client of a service on an empty store, of each kind in turn."""
    url = store.engine.url.render_as_string(hide_password=False)
    settings = Settings(home=home, database_url=url, max_body_bytes=50_000, max_batch_documents=9)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def finished(client: TestClient, job_url: str) -> dict[str, object]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job: dict[str, object] = client.get(job_url).json()
        if job["state"] in {"done", "failed"}:
            return job
        time.sleep(0.05)
    raise AssertionError(f"{job_url} is not finished")


def test_one_article_is_tagged_kept_and_found_again(client: TestClient):
    sent = {"id": "news/1", "text": TEXT, "title": "Force", "url": "https://n.example/1"}

    first = client.post("/v1/documents", json=sent)
    again = client.post("/v1/documents", json={"text": TEXT})

    assert (first.status_code, first.json()["outcome"]) == (201, "kept")
    assert (again.status_code, again.json()["outcome"]) == (200, "known")
    assert again.json()["id"] == "news/1"
    assert client.post("/v1/tag", json=sent).json()["sentences"] == first.json()["sentences"]
    found = client.get("/v1/documents/news/1")
    assert found.json()["document"] == {k: v for k, v in sent.items() if k != "id"}
    assert found.json()["sentences"] == first.json()["sentences"]


def test_another_text_under_the_same_id_is_refused_unless_it_replaces(client: TestClient):
    client.post("/v1/documents", json={"id": "a", "text": TEXT})

    refused = client.post("/v1/documents", json={"id": "a", "text": FAVOR})
    replaced = client.post("/v1/documents?replace=true", json={"id": "a", "text": FAVOR})

    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:stancewire:error:DocumentConflict"
    assert (replaced.status_code, replaced.json()["outcome"]) == (200, "replaced")
    assert client.get("/v1/documents/a").json()["document"]["text"] == FAVOR


def test_a_list_is_kept_at_once_and_tagged_by_a_job(client: TestClient):
    sent = [{"id": "a", "text": TEXT}, {"id": "b", "text": " "}, {"id": "a", "text": AGAINST}]

    answer = client.post("/v1/documents", json=sent)

    assert answer.status_code == 202
    first, second, third = answer.json()["documents"]
    assert first == {"id": "a", "outcome": "kept"}
    assert second["error"]["status"] == 422
    assert (third["id"], third["error"]["status"]) == ("a", 409)
    job = finished(client, answer.headers["location"])
    assert (job["state"], job["done"], job["total"]) == ("done", 1, 1)
    assert client.get("/v1/documents/a").json()["sentences"]


def test_a_stream_is_answered_line_by_line(client: TestClient):
    lines = [json.dumps({"id": f"d{i}", "text": f"{FAVOR} Part {i}."}) for i in range(40)]
    lines[3] = '{"id": "bad"'
    lines.insert(7, "")

    answer = client.post("/v1/documents/bulk", content="\n".join(lines).encode())

    answers = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [a["line"] for a in answers] == list(range(1, 41))
    assert answers[3]["error"]["type"] == "urn:stancewire:error:NotJson"
    assert answers[39] == {"line": 40, "id": "d39", "outcome": "kept"}
    assert client.get("/v1/documents/d39").json()["sentences"]


def test_a_stream_can_answer_with_the_tags(client: TestClient):
    body = json.dumps({"id": "a", "text": TEXT}).encode()

    answer = client.post("/v1/documents/bulk?tags=true", content=body)

    assert json.loads(answer.text)["sentences"] == client.get("/v1/documents/a").json()["sentences"]


def test_a_line_over_the_limit_ends_the_stream_with_the_reason(client: TestClient):
    body = json.dumps({"id": "a", "text": TEXT}).encode() + b"\n" + b"x" * 60_000

    answer = client.post("/v1/documents/bulk", content=body)

    kept, last = [json.loads(line) for line in answer.text.splitlines()]
    assert (kept["line"], kept["outcome"]) == (1, "kept")
    assert (last["line"], last["error"]["status"]) == (2, 413)


def test_a_deleted_document_is_gone_with_its_statements(client: TestClient):
    client.post("/v1/documents", json={"id": "a", "text": TEXT})

    assert client.delete("/v1/documents/a").status_code == 204

    assert client.get("/v1/documents/a").status_code == 404
    assert client.delete("/v1/documents/a").status_code == 404
    assert client.get("/v1/statements").json() == {"statements": [], "next": None}


def test_retagging_is_a_job(client: TestClient):
    client.post("/v1/documents", json={"id": "a", "text": TEXT})

    queued = client.post("/v1/retag")
    unknown = client.post("/v1/retag?version=2001-01-01-aaaaaa")

    assert queued.status_code == 202
    assert finished(client, queued.headers["location"])["state"] == "done"
    assert unknown.status_code == 404
    assert client.get("/v1/jobs/" + "0" * 32).status_code == 404


@pytest.fixture
def filled(client: TestClient, store: Store) -> TestClient:
    """A client of a service that keeps two articles, with tags made by hand."""
    fields = {"publisher": "=Wire\x01", "published": "2026-02-02", "url": "https://n.example/1"}
    first = Document("a", TEXT, **fields)
    second = Document("b", FAVOR + " It is needed.", published="2026-02-03")
    with store.write() as connection:
        for document, *spec in (
            (first, "favor|expert|An Envoy|AU,UN|0.9", "against|opposition|=Party||0.8"),
            (second, "favor|author||AU|0.7"),
        ):
            row = documents.keep(connection, document, now=T0).row
            tags.put(connection, row, said(document, *spec), now=T0)
    return client


def test_statements_come_in_pages_with_a_link_to_the_next(filled: TestClient):
    first = filled.get("/v1/statements", params={"limit": 1, "abstained": True})

    following = first.links["next"]["url"]
    second = filled.get(following)

    assert len(first.json()["statements"]) == len(second.json()["statements"]) == 1
    assert first.json()["statements"] != second.json()["statements"]
    assert second.json()["statements"][0]["document"]["id"] in {"a", "b"}


def test_statements_as_a_table_say_the_same(filled: TestClient):
    found = filled.get("/v1/statements").json()["statements"]

    answer = filled.get("/v1/statements.csv")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["proposed_actors"] for row in rows] == ["AU", "", "AU UN"]
    assert [row["text"] for row in rows] == [s["text"] for s in found]
    assert [float(row["score"]) for row in rows] == [s["stance"]["score"] for s in found]
    assert {row["publisher"] for row in rows if row["document_id"] == "a"} == {"'=Wire\x01"}


def test_a_filter_can_be_followed_as_atom_and_as_json_feed(filled: TestClient):
    found = filled.get("/v1/statements", params={"q": "troops"}).json()["statements"]

    atom = filled.get("/v1/statements.atom", params={"q": "troops"})
    feed = filled.get("/v1/statements.jsonfeed", params={"q": "troops"})

    names = {"a": "http://www.w3.org/2005/Atom"}
    root = ElementTree.fromstring(atom.content)  # noqa: S314 - our own output
    assert [e.text for e in root.findall("a:entry/a:content", names)] == [s["text"] for s in found]
    assert "Wire\ufffd" in "".join(e.text or "" for e in root.iter())
    assert [item["content_text"] for item in feed.json()["items"]] == [s["text"] for s in found]
    assert next(item["tags"] for item in feed.json()["items"]) == ["favor", "author", "AU"]
    assert feed.headers["content-type"] == "application/feed+json"


def test_counts_say_when_there_are_more_rows(filled: TestClient):
    whole = filled.get("/v1/stats", params={"by": ["month", "stance"]}).json()
    cut = filled.get("/v1/stats", params={"by": "speaker", "limit": 1}).json()

    assert {row["month"] for row in whole["rows"]} == {"2026-02"}
    assert whole["truncated"] is False
    assert cut == {
        "by": ["speaker"],
        "rows": [{"speaker": "=Party", "count": 1}],
        "truncated": True,
    }


@pytest.mark.parametrize(
    "query",
    ["stance=maybe", "colour=red", "since=never", "cursor=x", "min_score=2", "by=day", "limit=0"],
)
def test_what_cannot_be_asked_is_told_as_a_problem(client: TestClient, query: str):
    answer = client.get(f"/v1/statements?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
