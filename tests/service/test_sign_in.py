"""Signing in to the pages with an API key."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.keeping import utc_now
from service.settings import Settings
from service.store import keys
from service.store.keys import Scope
from service.store.shared import SharedStore

HTML = {"Accept": "text/html"}


@pytest.fixture
def key(tmp_path: Path) -> str:
    store = SharedStore(Settings(home=tmp_path).store_url)
    with store.get().write() as connection:
        _, made = keys.create(connection, "reader", {Scope.READ}, now=utc_now())
    store.close()
    return made


@pytest.fixture
def client(tmp_path: Path, key: str) -> TestClient:
    return TestClient(create_app(Settings(home=tmp_path)), follow_redirects=False)


def test_a_reader_without_a_key_is_led_to_the_sign_in_page(client: TestClient):
    answer = client.get("/monitor", headers=HTML)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/monitor"
    assert client.get("/sign-in", headers=HTML).status_code == 200
    assert client.get("/monitor").status_code == 401


def test_a_key_opens_the_pages_and_an_empty_one_closes_them(client: TestClient, key: str):
    answer = client.post("/sign-in", data={"key": key, "next": "/monitor"})

    assert answer.headers["location"] == "/monitor"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/monitor", headers=HTML).status_code == 200
    assert client.post("/models", data={"act": "rollback"}).status_code == 403

    client.post("/sign-in", data={"key": ""})
    assert client.get("/monitor", headers=HTML).status_code == 303


@pytest.mark.parametrize("next", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_signing_in_leads_nowhere_else(client: TestClient, key: str, next: str):
    answer = client.post("/sign-in", data={"key": key, "next": next})

    assert answer.headers["location"] == "/"


def test_a_wrong_key_is_told(client: TestClient):
    answer = client.post("/sign-in", data={"key": "sw_wrong"})

    assert answer.status_code == 401
    assert "No such key" in answer.text
