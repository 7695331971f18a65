"""Feeds and their entries, as rows."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from labels.errors import StancewireError
from service.store.schema import feed_entries, feeds

Row = sa.RowMapping

WAITING, KEPT, KNOWN, FAILED = "waiting", "kept", "known", "failed"


class FeedUnknown(StancewireError):
    """No feed has this number."""

    def __init__(self, feed: int | str) -> None:
        self.feed = feed
        super().__init__(f"no feed {feed}: `stancewire feeds list` shows them")


class FeedKnown(StancewireError):
    """The feed is watched already.

    Attributes:
        feed: its number.
    """

    def __init__(self, url: str, feed: int) -> None:
        self.url = url
        self.feed = feed
        super().__init__(f"{url} is watched already, as feed {feed}")


def add(connection: sa.Connection, values: Mapping[str, Any], *, now: datetime) -> Row:
    """Add a feed, due at once.

    Raises:
        FeedKnown: its URL is there.
    """
    known = connection.execute(sa.select(feeds.c.id).where(feeds.c.url == values["url"])).scalar()
    if known is not None:
        raise FeedKnown(values["url"], known)
    state = {"active": True, "failures": 0, "next_poll_at": now, "created_at": now}
    row = connection.execute(sa.insert(feeds).values(state | dict(values)).returning(feeds)).one()
    return row._mapping


def find(connection: sa.Connection, feed: int) -> Row:
    """Return one feed.

    Raises:
        FeedUnknown: no such feed.
    """
    found = connection.execute(sa.select(feeds).where(feeds.c.id == feed)).first()
    if found is None:
        raise FeedUnknown(feed)
    return found._mapping


def every(connection: sa.Connection) -> list[Row]:
    """Return all feeds in the order in which they were added."""
    rows = connection.execute(sa.select(feeds).order_by(feeds.c.id))
    return [row._mapping for row in rows]


def remove(connection: sa.Connection, feed: int) -> None:
    """Forget a feed; the documents that it brought stay.

    Raises:
        FeedUnknown: no such feed.
    """
    find(connection, feed)
    connection.execute(sa.delete(feeds).where(feeds.c.id == feed))


def due(connection: sa.Connection, *, now: datetime) -> list[Row]:
    """Return the feeds that are to be polled, longest due first."""
    rows = connection.execute(
        sa.select(feeds)
        .where(feeds.c.active, feeds.c.next_poll_at <= now)
        .order_by(feeds.c.next_poll_at)
    )
    return [row._mapping for row in rows]


def claim(connection: sa.Connection, feed: int, *, now: datetime, until: datetime) -> bool:
    """Take a due feed, so that no other poller fetches it meanwhile; False if another one has."""
    taken = connection.execute(
        sa.update(feeds)
        .where(feeds.c.id == feed, feeds.c.active, feeds.c.next_poll_at <= now)
        .values(next_poll_at=until)
    )
    return taken.rowcount == 1


def make_due(connection: sa.Connection, *, now: datetime) -> int:
    """Let all feeds be polled now, whatever their turn; return how many there are."""
    changed = connection.execute(sa.update(feeds).where(feeds.c.active).values(next_poll_at=now))
    return changed.rowcount


def known_keys(connection: sa.Connection, feed: int, keys: Collection[str]) -> set[str]:
    """Return those of `keys` that the feed had before."""
    found: set[str] = set()
    listed = list(keys)
    for start in range(0, len(listed), 500):
        part = listed[start : start + 500]
        query = sa.select(feed_entries.c.key).where(feed_entries.c.feed_id == feed)
        found.update(connection.execute(query.where(feed_entries.c.key.in_(part))).scalars())
    return found


def succeeded(
    connection: sa.Connection,
    feed: int,
    entries: Iterable[Mapping[str, Any]],
    *,
    now: datetime,
    next_poll_at: datetime,
    changes: Mapping[str, Any],
) -> None:
    """Write a poll that worked, and its new entries, in one transaction.

    The ETag and the entries that came with it stand or fall together: a poller killed in between
    would else be told "nothing new" for entries that it never kept.
    """
    rows = [
        {
            "feed_id": feed,
            "key": entry["key"],
            "state": WAITING,
            "entry": dict(entry),
            "attempts": 0,
            "next_attempt_at": now,
            "seen_at": now,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(sa.insert(feed_entries), rows)
    state = {
        "last_polled_at": now,
        "last_success_at": now,
        "next_poll_at": next_poll_at,
        "failures": 0,
        "last_error": None,
    }
    connection.execute(sa.update(feeds).where(feeds.c.id == feed).values(state | dict(changes)))


def failed(
    connection: sa.Connection, feed: int, error: str, *, now: datetime, next_poll_at: datetime
) -> None:
    """Write a poll that failed; the reason is shown until one works."""
    connection.execute(
        sa.update(feeds)
        .where(feeds.c.id == feed)
        .values(
            last_polled_at=now,
            next_poll_at=next_poll_at,
            failures=feeds.c.failures + 1,
            last_error=error[:2_000],
        )
    )


def waiting(connection: sa.Connection, *, now: datetime, limit: int) -> list[Row]:
    """Return entries that are to be read, with what their feed says of its documents."""
    shown = [feeds.c.title, feeds.c.publisher, feeds.c.host, feeds.c.conflict]
    rows = connection.execute(
        sa.select(feed_entries, *shown)
        .join(feeds, feeds.c.id == feed_entries.c.feed_id)
        .where(feed_entries.c.state == WAITING, feed_entries.c.next_attempt_at <= now)
        .order_by(feed_entries.c.next_attempt_at, feed_entries.c.id)
        .limit(limit)
    )
    return [row._mapping for row in rows]


def entry_done(
    connection: sa.Connection, entry: int, state: str, *, document: int | None, error: str | None
) -> None:
    """Write what became of an entry; its content is with the document from now on."""
    connection.execute(
        sa.update(feed_entries)
        .where(feed_entries.c.id == entry)
        .values(state=state, document_id=document, error=error, entry=None)
    )


def entry_failed(
    connection: sa.Connection, entry: int, error: str, *, next_attempt_at: datetime
) -> None:
    """Write why an entry's article could not be read; it is tried again."""
    connection.execute(
        sa.update(feed_entries)
        .where(feed_entries.c.id == entry)
        .values(
            attempts=feed_entries.c.attempts + 1,
            error=error[:2_000],
            next_attempt_at=next_attempt_at,
        )
    )


def next_moment(connection: sa.Connection, *, now: datetime, at_most: timedelta) -> datetime:
    """Return when the next feed or entry is due, `at_most` from now."""
    first_feed = sa.select(sa.func.min(feeds.c.next_poll_at)).where(feeds.c.active)
    first_entry = sa.select(sa.func.min(feed_entries.c.next_attempt_at)).where(
        feed_entries.c.state == WAITING
    )
    moments = [connection.execute(query).scalar() for query in (first_feed, first_entry)]
    found: list[datetime] = [moment for moment in moments if moment is not None]
    return min([*found, now + at_most])


def to_json(row: Row) -> dict[str, Any]:
    """Return a feed as /v1/feeds shows it."""
    names = ("id", "url", "title", "publisher", "host", "conflict", "interval_s", "active")
    moments = ("next_poll_at", "last_polled_at", "last_success_at", "created_at")
    return {
        **{name: row[name] for name in names},
        **{name: row[name].isoformat() if row[name] else None for name in moments},
        "failures": row["failures"],
        "last_error": row["last_error"],
    }
