"""Feeds, alerts and Miniflux's hook, as a client meets them."""

import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from service.api.hooks import entries
from service.app import create_app
from service.cli import app
from service.intake import MAX_CHARS
from service.settings import Settings

SECRET = "kept between us"  # noqa: S105
RUN = CliRunner()


@pytest.fixture
def client(home: Path, tmp_path: Path) -> TestClient:
    settings = Settings(
        home=home, database_url=f"sqlite:///{tmp_path / 's.db'}", miniflux_secret=SECRET
    )
    return TestClient(create_app(settings), raise_server_exceptions=False)


def hook(client: TestClient, body: Any, *, signature: str | None = None) -> Any:
    data = json.dumps(body).encode()
    signed = signature or hmac.new(SECRET.encode(), data, "sha256").hexdigest()
    headers = {"X-Miniflux-Signature": signed}
    return client.post("/hooks/miniflux", content=data, headers=headers)


ENTRY = {
    "id": 7,
    "hash": "abc",
    "title": "Force",
    "url": "https://n.example/7",
    "published_at": "2026-03-02T08:00:00Z",
    "content": "<p>The union will send troops.</p><p>It rained.</p>",
}
NEW = {"event_type": "new_entries", "feed": {"title": "Daily"}, "entries": [ENTRY]}


def test_entries_of_a_miniflux_are_kept_once(client: TestClient):
    assert hook(client, NEW).json() == {"kept": 1, "known": 0, "failed": 0}
    assert hook(client, NEW).json() == {"kept": 0, "known": 1, "failed": 0}

    kept = client.get("/v1/documents/miniflux-abc").json()
    assert kept["document"]["publisher"] == "Daily"
    assert kept["document"]["text"] == "The union will send troops.\n\nIt rained."


def test_an_entry_as_long_as_a_book_fails_and_leaves_the_others(client: TestClient):
    book = ENTRY | {"id": 8, "hash": "book", "content": "x" * (MAX_CHARS + 1)}

    taken = hook(client, NEW | {"entries": [book, ENTRY]})

    assert taken.json() == {"kept": 1, "known": 0, "failed": 1}


def test_a_saved_entry_is_one_document_and_an_empty_one_none():
    saved = {"event_type": "save_entry", "entry": ENTRY | {"feed": {"title": "Daily"}}}

    assert [d.publisher for d in entries(saved)] == ["Daily"]
    assert entries(NEW | {"entries": [ENTRY | {"content": " "}]}) == []


@pytest.mark.parametrize("body", [3, {"event_type": "other"}, NEW | {"entries": [3]}])
def test_what_is_not_minifluxs_body_is_refused(client: TestClient, body: object):
    assert hook(client, body).status_code == 422


def test_a_hook_with_a_wrong_signature_is_refused(client: TestClient, home: Path, tmp_path: Path):
    closed = Settings(home=home, database_url=f"sqlite:///{tmp_path / 's.db'}")

    assert hook(client, NEW, signature="0" * 64).status_code == 401
    assert client.post("/hooks/miniflux", content=b"{}").status_code == 401
    assert hook(TestClient(create_app(closed)), NEW).status_code == 403


def test_feeds_are_added_listed_and_removed(client: TestClient):
    feed = {"url": "https://n.example/rss", "publisher": "Daily", "host": "CAF"}
    opml = b'<opml><body><outline xmlUrl="https://m.example/atom" text="Other"/></body></opml>'

    added = client.post("/v1/feeds", json=feed)
    again = client.post("/v1/feeds", json=feed)
    imported = client.post("/v1/feeds.opml", content=opml)

    assert (added.status_code, again.status_code) == (201, 409)
    assert imported.json() == {"added": 1, "known": 0}
    assert [f["url"] for f in client.get("/v1/feeds").json()] == [
        "https://n.example/rss",
        "https://m.example/atom",
    ]
    assert b"https://m.example/atom" in client.get("/v1/feeds.opml").content
    assert client.post("/v1/feeds/poll").json() == {"due": 2}
    number = added.json()["id"]
    assert client.delete(f"/v1/feeds/{number}").status_code == 204
    assert client.delete(f"/v1/feeds/{number}").status_code == 404
    assert client.post("/v1/feeds", json={"url": "file:///etc/passwd"}).status_code == 422


def test_alerts_are_added_with_a_secret_that_is_shown_once(client: TestClient):
    alert = {
        "name": "Watch",
        "channel": "webhook",
        "target": "https://desk.example/hook",
        "rule": {"when": "first", "filter": {"stance": ["favor"], "until": "2030-01-01"}},
    }

    added = client.post("/v1/alerts", json=alert)
    mailed = client.post("/v1/alerts", json=alert | {"channel": "email", "target": "a@b.example"})

    assert added.status_code == 201
    assert added.json()["secret"].startswith("whsec_")
    assert mailed.json()["secret"] is None
    listed = client.get("/v1/alerts").json()
    assert "secret" not in listed[0]
    assert listed[0]["rule"]["filter"]["stance"] == ["favor"]
    number = added.json()["id"]
    assert client.get(f"/v1/alerts/{number}/deliveries").json() == []
    assert client.post("/v1/deliveries/1/replay").status_code == 404
    assert client.delete(f"/v1/alerts/{number}").status_code == 204
    assert client.get(f"/v1/alerts/{number}/deliveries").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "webhook", "target": "desk@example.org"},
        {"channel": "email", "target": "https://desk.example"},
        {"channel": "pigeon"},
        {"rule": {"filter": {"stance": ["maybe"]}}},
        {"rule": {"days": 0}},
        {"name": "a\nb"},
    ],
)
def test_an_alert_that_cannot_work_is_refused(client: TestClient, change: dict[str, object]):
    alert = {"name": "Watch", "channel": "webhook", "target": "https://desk.example/hook"}

    answer = client.post("/v1/alerts", json=alert | change)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_command_line_keeps_feeds_alerts_and_keys(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STANCEWIRE_DATABASE_URL", f"sqlite:///{tmp_path / 's.db'}")
    monkeypatch.setenv("STANCEWIRE_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> str:
        done = RUN.invoke(app, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    run("feeds", "add", "http://127.0.0.1:1/rss", "--publisher", "Daily")
    assert "never polled" in run("feeds", "list")
    assert "0 new" in run("feeds", "poll")
    assert "failed 1 times" in run("feeds", "list")
    run("feeds", "export-opml", str(tmp_path / "f.opml"))
    assert "0 added, 1 known" in run("feeds", "import-opml", str(tmp_path / "f.opml"))
    assert "opml" in run("feeds", "export-opml", "-")
    run("feeds", "remove", "1")
    assert "whsec_" in run("alerts", "add", "Watch", "--webhook", "https://desk.example/hook")
    run("alerts", "add", "Mail", "--email", "a@b.example", "--when", "surge", "--stance", "favor")
    assert "Watch" in run("alerts", "list")
    assert run("alerts", "log", "1") == ""
    run("alerts", "remove", "1")
    assert run("keys", "create", "desk", "--scope", "read").startswith("sw_")
    key_id = run("keys", "list").split("\t")[0]
    run("keys", "revoke", key_id)
    assert "revoked" in run("keys", "list")
    assert RUN.invoke(app, ["alerts", "add", "x"]).exit_code == 2
    assert RUN.invoke(app, ["alerts", "replay", "9"]).exit_code != 0
