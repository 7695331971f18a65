"""The desk overnight: feeds come in, statements are found, an alert arrives, processes are killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from service.alerts.deliver import new_secret
from service.alerts.rules import Rule
from service.app import create_app
from service.keeping import utc_now
from service.settings import Settings
from service.store import Store, alerts, open_store
from service.store.schema import deliveries, documents, feed_entries, feeds, jobs
from service.watching import add_all
from tests.ports import free_port
from tests.site import Site, atom, page, rss

pytestmark = pytest.mark.journey

PATIENCE_S = 600.0  # a loaded machine starts a process in a minute

CALL = "The regional council urged the African Union to send peacekeepers to Maradel at once."
REFUSAL = "We reject any foreign troops on our soil, the interior ministry of Maradel said."
OPEN = "The union's envoy said that peacekeepers must stay until the roads are safe."
FILLER = "Rain fell on the market in the morning, and the ferries were late again. " * 3


class Desk:
    """A workspace in which processes run, and the site that they watch."""

    def __init__(self, home: Path, url: str, site: Site) -> None:
        self.settings = Settings(home=home, database_url=url, allow_private=True)
        self.store: Store = open_store(url)
        self.app = create_app(self.settings)
        self.client = TestClient(self.app)
        self.site = site
        self.env = os.environ | {
            "STANCEWIRE_HOME": str(home),
            "STANCEWIRE_DATABASE_URL": url,
            "STANCEWIRE_ALLOW_PRIVATE": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "OMP_NUM_THREADS": "1",
        }

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run `stancewire` beside the test; killed at the end if it still runs."""
        process = subprocess.Popen([sys.executable, "-m", "service.cli", *words], env=self.env)
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)

    def until(self, met: Callable[[], bool], what: str) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not met():
            assert time.monotonic() < deadline, f"waited in vain: {what}"
            time.sleep(0.1)  # what is waited for needs the processor more than we do

    def let_time_pass(self) -> None:
        """Five minutes go by: what a killed process held is free again."""
        past = utc_now() - timedelta(minutes=5)
        with self.store.write() as connection:
            for table, column in (
                (feeds, "next_poll_at"),
                (feed_entries, "next_attempt_at"),
                (deliveries, "next_attempt_at"),
                (deliveries, "claimed_until"),
                (jobs, "claimed_until"),
                (documents, "received_at"),
            ):
                connection.execute(sa.update(table).values({column: past}))

    def column(self, column: sa.ColumnElement[Any]) -> list[Any]:
        """Return one column, in order."""
        with self.store.read() as connection:
            return list(connection.execute(sa.select(column).order_by(column)).scalars())

    def all_read(self) -> bool:
        """Tell whether three entries came, and none waits."""
        states = self.column(feed_entries.c.state)
        return len(states) == 3 and "waiting" not in states

    def all_delivered(self) -> bool:
        """Tell whether alerts fired, and all arrived."""
        return set(self.column(deliveries.c.state)) == {"delivered"}


@pytest.fixture
def desk(home: Path, database_url: str, site: Site) -> Iterator[Desk]:
    """A desk that watches three feeds (RSS, Atom, a broken one), with one alert."""
    site.add("/news/1", page("Council calls for force", CALL, FILLER, OPEN))
    site.add("/news/2", page("Ministry says no", REFUSAL, FILLER))
    site.add(
        "/rss",
        rss(
            "Maradel Daily",
            (f"{site.url}/news/1", "Council calls for force", "The council has called..."),
            (f"{site.url}/news/2", "Ministry says no", "Not with us..."),
        ),
        ETag='"1"',
    )
    long = "".join(f"<p>{text}</p>" for text in (OPEN, FILLER, REFUSAL, FILLER * 3))
    site.add("/atom", atom("Coast Wire", ("https://wire.example/3", "Envoy", long)))
    site.add("/broken", "<html><body>Down for maintenance</body></html>")
    site.add("/hook", "thanks")
    desk = Desk(home, database_url, site)
    listed = [{"url": f"{site.url}/{feed}"} for feed in ("rss", "atom", "broken")]
    assert add_all(desk.store, listed, desk.settings) == (3, 0)
    with desk.store.write() as connection:
        alerts.add(
            connection,
            name="Maradel",
            rule=Rule.of({"filter": {"abstained": True}, "max_age_days": 36_500}).to_json(),
            channel="webhook",
            target=f"{site.url}/hook",
            secret=new_secret(),
            now=utc_now(),
        )
    yield desk
    desk.app.state.store.close()
    desk.store.close()


def found(desk: Desk, **query: str) -> list[dict[str, Any]]:
    """Search statements over HTTP."""
    params: dict[str, str] = {"abstained": "true", "limit": "1000", **query}
    answer = desk.client.get("/v1/statements", params=params)
    statements: list[dict[str, Any]] = answer.json()["statements"]
    return statements


def expected(desk: Desk) -> set[str]:
    """What the tagger says takes a stance, asked directly."""
    texts = [f"{CALL}\n\n{FILLER.strip()}\n\n{OPEN}", f"{REFUSAL}\n\n{FILLER.strip()}"]
    texts.append("\n\n".join((OPEN, FILLER.strip(), REFUSAL, (FILLER * 3).strip())))
    tagged = desk.client.post("/v1/tag", json=[{"text": text} for text in texts]).json()
    sentences = [s for document in tagged for s in document["sentences"]]
    return {s["text"] for s in sentences if s["stance"]["label"] != "none"}


def arrived(desk: Desk) -> list[str]:
    """Message ids that the receiver took."""
    return [request.headers["webhook-id"] for request in desk.site.seen("/hook")]


def test_what_feeds_bring_is_found_and_told(desk: Desk):
    desk.site.failures["/hook"] = [500, 503]

    with desk.running("watch") as watch:
        desk.until(lambda: desk.all_read() and desk.all_delivered(), "everything read and told")
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(PATIENCE_S) == 0

    statements = found(desk)
    assert {s["text"] for s in statements} == expected(desk) != set()
    assert {s["document"]["publisher"] for s in statements} <= {"Maradel Daily", "Coast Wire"}
    for statement in found(desk, q="peacekeepers"):
        assert "peacekeepers" in statement["text"]
    failing = [f for f in json_feeds(desk) if f["failures"]]
    assert [f["url"].rpartition("/")[2] for f in failing] == ["broken"]
    tried = desk.column(deliveries.c.attempts)
    assert max(tried) >= 2
    told = [json.loads(r.body) for r in desk.site.seen("/hook")]
    assert {m["data"]["alert"]["name"] for m in told} == {"Maradel"}
    assert len(set(arrived(desk))) == len(tried)


def json_feeds(desk: Desk) -> list[dict[str, Any]]:
    feeds_: list[dict[str, Any]] = desk.client.get("/v1/feeds").json()
    return feeds_


def test_a_poller_that_is_killed_at_any_moment_loses_nothing(desk: Desk):
    moments: Sequence[Callable[[], bool]] = (
        lambda: bool(desk.site.seen("/rss")),
        lambda: bool(desk.site.seen("/news/1")),
        lambda: bool(desk.column(documents.c.id)),
        lambda: bool(desk.site.seen("/hook")),
    )

    for moment in moments:
        with desk.running("watch") as watch:
            desk.until(moment, "the moment to kill")
            watch.kill()
        desk.let_time_pass()
    with desk.running("watch"):
        desk.until(lambda: desk.all_read() and desk.all_delivered(), "everything read and told")

    assert {s["text"] for s in found(desk)} == expected(desk)
    assert len(desk.column(documents.c.id)) == 3
    assert len(set(arrived(desk))) == len(desk.column(deliveries.c.id))


def test_a_server_that_is_killed_forgets_nothing_that_it_answered(desk: Desk):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    sent = [{"id": f"d{i}", "text": f"{CALL} {REFUSAL} Part {i}."} for i in range(20)]

    def alive() -> bool:
        try:
            return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    with desk.running("serve", "--port", str(port)) as server:
        desk.until(alive, "the server answers")
        queued = httpx.post(f"{url}/v1/documents", json=sent, timeout=60)
        assert queued.status_code == 202
        kept = httpx.post(f"{url}/v1/documents", json={"id": "one", "text": OPEN}, timeout=60)
        assert kept.status_code == 201
        server.kill()
    desk.let_time_pass()
    with desk.running("serve", "--port", str(port)) as server:
        desk.until(alive, "the server answers again")
        job_url = url + queued.headers["location"]
        done = lambda: httpx.get(job_url, timeout=30).json()["state"] == "done"  # noqa: E731
        desk.until(done, "the job is done")
        assert httpx.get(f"{url}/v1/documents/one", timeout=30).json()["sentences"]
        assert all(httpx.get(f"{url}/v1/documents/d{i}").json()["model"] for i in range(20))
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE_S) in {0, -signal.SIGTERM}
