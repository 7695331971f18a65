"""Keys open what their scopes say; without any key the service stays on loopback."""

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, strategies as st
from starlette.datastructures import Headers

from service import logs, metrics
from service.app import create_app
from service.auth import OpenToAll, given_key, may_listen, needed
from service.keyring import Keyring
from service.limits import Bucket, Limits
from service.settings import InvalidSetting, Settings
from service.store import Store, keys, open_store
from tests.ports import free_port
from tests.times import T0

TEXT = {"text": "The union will send troops."}


class Service:
    """A service on an empty SQLite store, and a maker of keys."""

    def __init__(self, home: Path, folder: Path, **knobs: object) -> None:
        url = f"sqlite:///{folder / 's.db'}"
        self.store = open_store(url)
        settings = Settings(home=home, database_url=url, **knobs)  # type: ignore[arg-type]
        self.client = TestClient(create_app(settings), raise_server_exceptions=False)

    def key(self, *scopes: str, per_minute: int | None = None) -> tuple[str, dict[str, str]]:
        """Make a key; return its id and the header that shows it."""
        with self.store.write() as connection:
            made = keys.create(connection, "desk", scopes, now=T0, per_minute=per_minute)
        return made[0], {"Authorization": f"Bearer {made[1]}"}


@pytest.fixture
def service(home: Path, tmp_path: Path) -> Iterator[Service]:
    made = Service(home, tmp_path)
    yield made
    made.store.close()


def test_without_keys_everybody_may_do_everything(service: Service):
    assert service.client.post("/v1/tag", json=TEXT).status_code == 200
    assert service.client.get("/v1/alerts").status_code == 200


def test_with_the_first_key_everybody_needs_one(service: Service):
    _, header = service.key("tag")

    refused = service.client.post("/v1/tag", json=TEXT)
    wrong = service.client.post("/v1/tag", json=TEXT, headers={"X-API-Key": "sw_x_y"})
    taken = service.client.post("/v1/tag", json=TEXT, headers=header)

    assert (refused.status_code, wrong.status_code, taken.status_code) == (401, 401, 200)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"].startswith("Basic")
    assert service.client.get("/livez").status_code == 200


def test_a_key_may_do_what_its_scopes_say(service: Service):
    _, read = service.key("read")
    _, admin = service.key("admin")

    assert service.client.get("/v1/statements", headers=read).status_code == 200
    assert service.client.post("/v1/tag", json=TEXT, headers=read).status_code == 403
    assert service.client.get("/v1/alerts", headers=read).status_code == 403
    assert service.client.get("/v1/alerts", headers=admin).status_code == 200
    assert service.client.post("/v1/tag", json=TEXT, headers=admin).status_code == 200


def test_a_browser_can_show_its_key_as_a_password(service: Service):
    _, header = service.key("read")
    password = header["Authorization"].removeprefix("Bearer ")

    assert service.client.get("/v1/stats", auth=("anyone", password)).status_code == 200


def test_a_revoked_key_opens_nothing_once_it_is_forgotten(service: Service):
    key_id, header = service.key("admin")
    service.key("admin")
    now = [0.0]
    ring = Keyring(lambda: service.store, clock=lambda: now[0])
    key = header["Authorization"].removeprefix("Bearer ")
    assert ring.remembered(key) is None
    assert ring.look_up(key)[1] is not None
    with service.store.write() as connection:
        keys.revoke(connection, key_id, now=T0)
        with pytest.raises(keys.KeyUnknown):
            keys.revoke(connection, "nobody", now=T0)

    assert ring.remembered(key) is not None
    now[0] = 6
    assert ring.remembered(key) is None
    assert ring.look_up(key) == (True, None)


def test_a_key_over_its_limit_is_told_when_to_come_back(service: Service):
    _, header = service.key("read", per_minute=2)

    statuses = [service.client.get("/v1/stats", headers=header).status_code for _ in range(3)]
    answer = service.client.get("/v1/stats", headers=header)

    assert statuses == [200, 200, 429]
    assert 1 <= int(answer.headers["retry-after"]) <= 30


def test_a_page_of_another_site_changes_nothing(service: Service):
    headers = {"Sec-Fetch-Site": "cross-site"}

    assert service.client.post("/v1/retag", headers=headers).status_code == 403
    assert service.client.get("/v1/stats", headers=headers).status_code == 200


def test_without_keys_no_web_page_can_take_over_the_name_of_loopback(home: Path, tmp_path: Path):
    service = Service(home, tmp_path)
    rebound = {"Host": "desk.example:8000"}

    refused = service.client.get("/v1/statements", headers=rebound)
    own = [service.client.get("/v1/stats", headers={"Host": h}) for h in ("[::1]:80", "127.0.0.1")]
    _, header = service.key("read")
    keyed = Service(home, tmp_path)

    assert (refused.status_code, "keys create" in refused.json()["detail"]) == (403, True)
    assert [answer.status_code for answer in own] == [200, 200]
    assert keyed.client.get("/v1/stats", headers=rebound | header).status_code == 200
    for opened in (service, keyed):
        opened.store.close()


def test_keys_are_kept_as_hashes_and_checked_whole(store: Store):
    with store.write() as connection:
        key_id, key = keys.create(connection, "desk", ["tag", "read"], now=T0)
        assert keys.any_active(connection)
        found = keys.verify(connection, key)
        for wrong in (key[:-1], key + "x", f"sw_{key_id}_", "sw__", "", "sw_\0_x", "Ünïcode"):
            assert keys.verify(connection, wrong) is None
        [shown] = keys.every(connection)
        with pytest.raises(keys.UnknownScope, match="root"):
            keys.create(connection, "x", ["root"], now=T0)

    assert found is not None
    assert found.may("tag")
    assert not found.may("label")
    assert key.rpartition("_")[2] not in str(dict(shown))


def test_a_service_without_keys_listens_on_loopback_only():
    for host in ("127.0.0.1", "::1", "localhost"):
        may_listen(host, has_keys=False)
    may_listen("0.0.0.0", has_keys=True)  # noqa: S104
    for host in ("0.0.0.0", "192.168.1.2", "desk.example"):  # noqa: S104
        with pytest.raises(OpenToAll, match="keys create"):
            may_listen(host, has_keys=False)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/", "read"),
        ("GET", "/metrics", "read"),
        ("POST", "/v1/documents/bulk", "tag"),
        ("DELETE", "/v1/documents/a", "admin"),
        ("POST", "/v1/retag", "admin"),
        ("POST", "/v1/judgements", "label"),
        ("GET", "/v1/queue", "label"),
        ("POST", "/hooks/miniflux", None),
        ("BREW", "/v1/tag", "admin"),
    ],
)
def test_every_request_has_its_scope(method: str, path: str, scope: str | None):
    assert needed(method, path) == scope


@pytest.mark.parametrize("value", ["Basic !!!", "Basic " + base64.b64encode(b"\xff").decode(), "x"])
def test_a_header_that_holds_no_key_is_no_key(value: str):
    assert given_key(Headers({"authorization": value})) is None


@given(st.lists(st.floats(0, 100), max_size=200), st.integers(1, 60))
def test_no_minute_lets_through_more_than_a_full_bucket_and_what_fills_it(steps, per_minute):
    bucket, now, passed = Bucket(float(per_minute), 0.0), 0.0, 0
    for step in steps:
        now += step / 100
        passed += bucket.take(now, per_minute=per_minute) == 0

    assert passed <= per_minute + now * per_minute / 60 + 1


def test_buckets_of_many_keys_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("service.limits.MAX_BUCKETS", 2)
    limits = Limits(lambda: 0.0)

    assert [limits.take(key, per_minute=1) for key in "abc"] == [0, 0, 0]
    assert limits.take("c", per_minute=1) == 60
    assert len(limits._buckets) <= 2


def test_metrics_tell_of_requests_tags_and_queues(service: Service):
    service.client.post("/v1/documents", json=TEXT)
    service.client.get("/v1/documents/no-such")

    text = service.client.get("/metrics").text

    assert 'stancewire_requests_total{method="POST",route="/v1/documents",status="201"}' in text
    assert 'route="/v1/documents/{key:path}",status="404"' in text
    assert "stancewire_sentences_total{" in text
    assert "stancewire_deliveries_pending 0.0" in text
    assert "stancewire_feed_lag_seconds 0.0" in text


def test_a_process_without_pages_can_be_read_by_prometheus_too():
    port = free_port()
    with metrics.served(port):
        told = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text
        with pytest.raises(metrics.PortTaken), metrics.served(port):
            pass

    assert "stancewire_sentences_total" in told
    with metrics.served(None), pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60)


def test_a_request_id_is_kept_if_it_is_sane(service: Service):
    kept = service.client.get("/livez", headers={"X-Request-Id": "abc-1"})
    made = service.client.get("/livez", headers={"X-Request-Id": "a b\tc"})

    assert kept.headers["x-request-id"] == "abc-1"
    assert len(made.headers["x-request-id"]) == 32


def test_other_origins_may_ask_only_where_that_is_set(home: Path, tmp_path: Path):
    origin = {"Origin": "https://desk.example"}
    closed = Service(home, tmp_path)
    opened = Service(home, tmp_path, cors_origins=("https://desk.example",))

    assert "access-control-allow-origin" not in closed.client.get("/livez", headers=origin).headers
    answer = opened.client.get("/livez", headers=origin)
    assert answer.headers["access-control-allow-origin"] == "https://desk.example"
    from_there = origin | {"Sec-Fetch-Site": "cross-site"}
    for service, expected in ((closed, 403), (opened, 200)):
        assert service.client.post("/v1/tag", json=TEXT, headers=from_there).status_code == expected
        service.store.close()


def test_log_lines_are_json_with_the_request_and_what_was_given():
    record = logging.LogRecord("stancewire.x", logging.INFO, "f", 1, "hello %s", ("you",), None)
    record.took_ms = 3
    token = logs.request_id.set("abc")
    try:
        line = json.loads(logs.JsonLines().format(record))
        text = logs.TextLines("%(message)s").format(record)
    finally:
        logs.request_id.reset(token)

    assert (line["message"], line["request_id"], line["took_ms"]) == ("hello you", "abc", 3)
    assert line["level"] == "info"
    assert text == "hello you [abc]"
    assert "request_id" not in json.loads(logs.JsonLines().format(record))


def test_settings_of_the_service_are_read_from_the_environment():
    env = {
        "STANCEWIRE_ALLOW_PRIVATE": "yes",
        "STANCEWIRE_CORS_ORIGINS": "https://a.example, https://b.example",
        "STANCEWIRE_LOG_JSON": "0",
    }
    settings = Settings.from_env(env)

    assert settings.allow_private
    assert not settings.log_json
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    with pytest.raises(InvalidSetting, match="true or false"):
        Settings.from_env({"STANCEWIRE_LOG_JSON": "maybe"})
