"""The desk's night shift: polls feeds, reads articles, delivers alerts, finishes queued work."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import httpx

from service.alerts.deliver import Deliverer, Mailer
from service.feeds.address import open_client
from service.feeds.fetch import Fetched, Fetcher, FetchFailed, Politeness, web_host
from service.feeds.poll import Poller
from service.keeping import utc_now
from service.serving import CurrentTagger
from service.settings import Settings
from service.store import Store, feeds
from service.worker import Worker
from training.registry import Registry

log = logging.getLogger("stancewire.watch")

# A feed that is added meanwhile waits no longer than this.
LONGEST_SLEEP = timedelta(seconds=5)

# Between two looks into an empty outbox.
PAUSE_S = 0.5


async def poll_once(store: Store, settings: Settings) -> int:
    """Poll what is due and read what waits, once; return how many entries are new."""
    async with open_client(allow_private=settings.allow_private) as client:
        current = CurrentTagger(Registry(settings.home))
        poller = _poller(store, settings, current, client)
        new = await poller.poll_due()
        while await poller.read_waiting():
            pass
        return new


def _poller(
    store: Store, settings: Settings, current: CurrentTagger, client: httpx.AsyncClient
) -> Poller:
    fetcher = Fetcher(client, Politeness())
    return Poller(store, current.get, fetcher, max_chars=settings.max_document_chars)


async def watch(store: Store, settings: Settings) -> None:
    """Go on until SIGTERM or SIGINT; the work at hand is finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    current = CurrentTagger(Registry(settings.home))
    worker = Worker(lambda: store, current.get)
    worker.start()
    try:
        async with open_client(allow_private=settings.allow_private) as client:
            poller = _poller(store, settings, current, client)
            deliverer = Deliverer(store, client, mailer_of(settings))
            deliveries = asyncio.create_task(_deliver(deliverer, stop))
            log.info("watching")
            while not stop.is_set():
                await _round(poller, store, stop)
            await deliveries
    finally:
        await asyncio.to_thread(worker.stop)
        log.info("stopped")


async def deliver_once(store: Store, settings: Settings) -> None:
    """Try all deliveries that are due, once."""
    async with open_client(allow_private=settings.allow_private) as client:
        await Deliverer(store, client, mailer_of(settings)).deliver_due()


def mailer_of(settings: Settings) -> Mailer | None:
    """Return what sends e-mail; None where no server is set."""
    return Mailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None


async def fetch(url: str, settings: Settings) -> Fetched:
    """Fetch one web address that a user gave.

    Raises:
        FetchFailed: see `Fetcher.get`.
        AddressRefused: a private address.
    """
    async with open_client(allow_private=settings.allow_private) as client:
        return await Fetcher(client, Politeness()).get(url)


async def _round(poller: Poller, store: Store, stop: asyncio.Event) -> None:
    try:
        await poller.poll_due()
        while not stop.is_set() and await poller.read_waiting():
            pass
        now = poller.clock()
        with store.read() as connection:
            turn = feeds.next_moment(connection, now=now, at_most=LONGEST_SLEEP)
    except Exception:
        log.exception("a round failed: trying again")
        now = poller.clock()
        turn = now + LONGEST_SLEEP
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), max(0.05, (turn - now).total_seconds()))


async def _deliver(deliverer: Deliverer, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            busy = await deliverer.deliver_due()
        except Exception:
            log.exception("delivering failed: trying again")
            busy = 0
        if not busy:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_S)


def feed_values(
    url: str,
    settings: Settings,
    *,
    title: str | None = None,
    publisher: str | None = None,
    host: str | None = None,
    conflict: str | None = None,
    interval_s: int | None = None,
) -> dict[str, Any]:
    """Return the row of a new feed.

    Raises:
        FetchFailed: the URL is not a web address.
    """
    web_host(url)
    return {
        "url": url,
        "title": title,
        "publisher": publisher,
        "host": host,
        "conflict": conflict,
        "interval_s": interval_s or settings.feed_interval_s,
    }


def add_all(
    store: Store, listed: Iterable[Mapping[str, str]], settings: Settings
) -> tuple[int, int]:
    """Add the feeds of a list; return how many were added, and how many passed over.

    A feed that is known, or that isn't at a web address, is passed over.
    """
    added = known = 0
    with store.write() as connection:
        for feed in listed:
            try:
                values = feed_values(feed["url"], settings, title=feed.get("title"))
                feeds.add(connection, values, now=utc_now())
                added += 1
            except (feeds.FeedKnown, FetchFailed):
                known += 1
    return added, known
