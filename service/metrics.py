"""What is measured of a running service, for Prometheus."""

import os
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    start_http_server,
)

from labels.errors import StancewireError
from model.tag import TaggedDocument
from service.store import Store, alerts, jobs
from service.store.schema import documents, feed_entries, feeds

CONTENT_TYPE = CONTENT_TYPE_LATEST

REQUESTS = Counter("stancewire_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "stancewire_request_seconds",
    "Time to answer.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
)
SENTENCES = Counter(
    "stancewire_sentences_total",
    "Sentences tagged: its mix of labels and abstentions tells of drift.",
    ["model", "stance", "abstain"],
)


class PortTaken(StancewireError):
    """A port on which this process can't listen."""

    def __init__(self, port: int, reason: str) -> None:
        self.port = port
        self.reason = reason
        super().__init__(f"can't listen on port {port}: {reason}")


def count_tags(tagged: Iterable[TaggedDocument]) -> None:
    """Count what the tagger said."""
    for document in tagged:
        mix = Tally((tag.stance.label, str(tag.stance.abstain).lower()) for tag in document.tags)
        for (stance, abstain), number in mix.items():
            SENTENCES.labels(document.version, stance, abstain).inc(number)


@contextmanager
def served(port: int | None) -> Iterator[None]:
    """Let Prometheus read the counters of this process at a port of loopback; None: don't.

    Raises:
        PortTaken: something else listens there.
    """
    if port is None:
        yield
        return
    try:
        server, thread = start_http_server(port, addr="127.0.0.1")
    except OSError as error:
        raise PortTaken(port, str(error)) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def exposition(store: Store, *, now: datetime) -> bytes:
    """Return all metrics as text: those of the processes, and how long the queues are."""
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry) + generate_latest(_queues(store, now))


def _queues(store: Store, now: datetime) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, help_text: str, value: float) -> None:
        Gauge(f"stancewire_{name}", help_text, registry=registry).set(value)

    def number(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> int:
        return int(connection.execute(sa.select(sa.func.count()).where(*where)).scalar_one())

    with store.read() as connection:
        waits = documents.c.version.is_(None), documents.c.error.is_(None)
        gauge("documents_waiting", "Documents kept, not tagged yet.", number(connection, *waits))
        gauge("jobs_unfinished", "Jobs queued or running.", jobs.queued(connection))
        gauge("deliveries_pending", "Alerts on their way.", alerts.pending(connection))
        state = feed_entries.c.state == "waiting"
        gauge("feed_entries_waiting", "Entries not read yet.", number(connection, state))
        failing = number(connection, feeds.c.active, feeds.c.failures > 0)
        gauge("feeds_failing", "Feeds whose last poll failed.", failing)
        due = sa.select(sa.func.min(feeds.c.next_poll_at)).where(feeds.c.active)
        oldest: datetime | None = connection.execute(due).scalar()
    lag = max(0.0, (now - oldest).total_seconds()) if oldest is not None else 0.0
    gauge("feed_lag_seconds", "How long the longest due feed waits to be polled.", lag)
    return registry
