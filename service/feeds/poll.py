"""Polling: due feeds are fetched, their new entries wait in the store, then become documents.

```
due feeds | fetch (conditional) | parse | new entries -> store, together with the ETag
entries that wait | article where the entry is short | Document | keep and tag | done
```
Each arrow into the store is one transaction, so a poller may be killed anywhere: what was fetched is
either written or fetched again, and an article that is read twice is kept once.
"""

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from labels.document import Document
from labels.errors import InvalidDocument, StancewireError
from model.tagger import Tagger
from service.extract import extract
from service.feeds.address import AddressRefused
from service.feeds.decide import (
    MAX_ENTRY_ATTEMPTS,
    new_entries,
    next_attempt,
    next_poll,
    wants_article,
)
from service.feeds.fetch import Fetched, Fetcher, FetchFailed
from service.feeds.parse import Entry, NotAFeed, parse
from service.intake import MAX_CHARS, DocumentTooLong
from service.keeping import Clock, keep_and_tag, utc_now
from service.store import Store, feeds
from service.store.documents import DocumentConflict, Kept

log = logging.getLogger("stancewire.poll")

AT_ONCE = 8
ENTRIES_AT_ONCE = 32

# A poller that holds a feed longer than this was killed.
CLAIM = timedelta(minutes=3)


class Poller:
    """Polls feeds of one store.

    Attributes:
        store: where feeds and documents are.
        tagger: returns the tagger that serves now.
        fetcher: fetches feeds and articles.
        clock: tells the time.
        chance: returns a number in [0, 1]: polls are spread by it.
        max_chars: longest text of an article, in code points; a longer one is not kept.
    """

    def __init__(
        self,
        store: Store,
        tagger: Callable[[], Tagger],
        fetcher: Fetcher,
        *,
        clock: Clock = utc_now,
        chance: Callable[[], float] = random.random,
        max_chars: int = MAX_CHARS,
    ) -> None:
        self.store = store
        self.tagger = tagger
        self.fetcher = fetcher
        self.clock = clock
        self.chance = chance
        self.max_chars = max_chars
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def poll_due(self) -> int:
        """Poll all feeds that are due; return how many entries are new."""
        with self.store.read() as connection:
            due = feeds.due(connection, now=self.clock())
        return sum(await asyncio.gather(*(self._poll(row) for row in due)))

    async def _poll(self, row: feeds.Row) -> int:
        async with self._slots:
            now = self.clock()
            with self.store.write() as connection:
                if not feeds.claim(connection, row["id"], now=now, until=now + CLAIM):
                    return 0
            try:
                fetched = await self.fetcher.get(
                    row["url"], etag=row["etag"], last_modified=row["last_modified"]
                )
                return await asyncio.to_thread(self._write, row, fetched)
            except (FetchFailed, AddressRefused, NotAFeed) as error:
                log.warning("feed %d: %s", row["id"], error)
                self._failed(row, str(error), getattr(error, "retry_after_s", None))
            except Exception as fault:  # our own bug, and no reason to leave the other feeds
                log.exception("feed %d", row["id"])
                self._failed(row, f"{type(fault).__name__}: {fault}")
            return 0

    def _failed(self, row: feeds.Row, error: str, retry_after_s: float | None = None) -> None:
        now = self.clock()
        turn = next_poll(
            now,
            interval_s=row["interval_s"],
            failures=row["failures"] + 1,
            retry_after_s=retry_after_s,
            spread=self.chance(),
        )
        with self.store.write() as connection:
            feeds.failed(connection, row["id"], error, now=now, next_poll_at=turn)

    def _write(self, row: feeds.Row, fetched: Fetched) -> int:
        now = self.clock()
        changes: dict[str, str | None] = {}
        entries: list[Entry] = []
        if fetched.body is not None:
            feed = parse(fetched.body, url=fetched.url, content_type=fetched.content_type)
            entries = list(feed.entries)
            changes = {"etag": fetched.etag, "last_modified": fetched.last_modified}
            if feed.title and not row["title"]:
                changes["title"] = feed.title
        turn = next_poll(now, interval_s=row["interval_s"], failures=0, spread=self.chance())
        with self.store.write() as connection:
            known = feeds.known_keys(connection, row["id"], {entry.key for entry in entries})
            new = new_entries(entries, known)
            feeds.succeeded(
                connection,
                row["id"],
                [entry.to_json() for entry in new],
                now=now,
                next_poll_at=turn,
                changes=changes,
            )
        return len(new)

    async def read_waiting(self) -> int:
        """Read entries that wait, some at a time; return how many were looked at."""
        with self.store.read() as connection:
            waiting = feeds.waiting(connection, now=self.clock(), limit=ENTRIES_AT_ONCE)
        read = await asyncio.gather(*(self._document(row) for row in waiting))
        ready = [(row, d) for row, d in zip(waiting, read, strict=True) if d is not None]
        if ready:
            await asyncio.to_thread(self._keep, ready)
        return len(waiting)

    async def _document(self, row: feeds.Row) -> Document | None:
        entry = Entry.from_json(row["entry"])
        text, title, published = entry.text, entry.title, entry.published
        if wants_article(entry):
            try:
                async with self._slots:
                    fetched = await self.fetcher.get(str(entry.url))
                page = await asyncio.to_thread(extract, fetched.body or b"", url=fetched.url)
                text = page.text if len(page.text) > len(text) else text
                title, published = title or page.title, published or page.published
            except (FetchFailed, AddressRefused, InvalidDocument) as error:
                if self._postpone(row, str(error), final=isinstance(error, AddressRefused)):
                    return None
            except Exception as fault:  # as for feeds: the other entries are read
                log.exception("entry %d", row["id"])
                if self._postpone(row, f"{type(fault).__name__}: {fault}"):
                    return None
        reason = None if text.strip() else row["error"] or "the entry has no text"
        if len(text) > self.max_chars:
            reason = str(DocumentTooLong(len(text), self.max_chars))
        if reason is not None:
            with self.store.write() as connection:
                feeds.entry_done(connection, row["id"], feeds.FAILED, document=None, error=reason)
            return None
        identity = hashlib.sha256(f"{row['feed_id']} {entry.key}".encode()).hexdigest()[:16]
        return Document(
            id=f"feed-{identity}",
            text=text,
            title=title,
            url=entry.url,
            publisher=row["publisher"] or row["title"],
            published=published,
            host=row["host"],
            conflict=row["conflict"],
        )

    def _postpone(self, row: feeds.Row, error: str, *, final: bool = False) -> bool:
        attempts = row["attempts"] + 1
        with self.store.write() as connection:
            turn = next_attempt(self.clock(), attempts=attempts)
            feeds.entry_failed(connection, row["id"], error, next_attempt_at=turn)
        return not final and attempts < MAX_ENTRY_ATTEMPTS

    def _keep(self, ready: list[tuple[feeds.Row, Document]]) -> None:
        by_feed: dict[int, list[tuple[feeds.Row, Document]]] = {}
        for row, document in ready:
            by_feed.setdefault(row["feed_id"], []).append((row, document))
        for feed, entries in by_feed.items():
            given = [document for _, document in entries]
            outcomes = keep_and_tag(
                self.store, self.tagger(), given, clock=self.clock, feed_id=feed
            )
            with self.store.write() as connection:
                for (row, _), outcome in zip(entries, outcomes, strict=True):
                    _entry_done(connection, row["id"], outcome)


def _entry_done(connection: sa.Connection, entry: int, outcome: Kept | StancewireError) -> None:
    if isinstance(outcome, Kept):
        state = feeds.KEPT if outcome.outcome == "kept" else feeds.KNOWN
        feeds.entry_done(connection, entry, state, document=outcome.row, error=None)
        return
    # Another text at a known URL: the article was changed, and the first state stays.
    state = feeds.KNOWN if isinstance(outcome, DocumentConflict) else feeds.FAILED
    feeds.entry_done(connection, entry, state, document=None, error=str(outcome))
