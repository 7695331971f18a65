"""What to do with what was fetched: decisions only, no clock and no network of their own."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from service.feeds.parse import Entry

# A first poll of an endless feed does not flood the desk: the newest stand first.
MAX_NEW = 500

LONGEST_BACKOFF = timedelta(hours=24)

# Shorter texts are summaries: the article is fetched. Some 100 words.
SHORT_CHARS = 600

# After so many tries the article stays unread, and what the feed says of it is kept.
MAX_ENTRY_ATTEMPTS = 4


def new_entries(entries: Iterable[Entry], known: Collection[str]) -> list[Entry]:
    """Return the entries that were not seen before, each once, in the feed's order."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.key not in known:
            found.setdefault(entry.key, entry)
    return list(found.values())[:MAX_NEW]


def next_poll(
    now: datetime,
    *,
    interval_s: float,
    failures: int,
    retry_after_s: float | None = None,
    spread: float = 0.5,
) -> datetime:
    """Return when a feed is polled next.

    Each failure in a row doubles the wait, up to a day. A server's Retry-After is heeded within a
    day.

    Args:
        now: when it was polled.
        interval_s: the wait after a success, in seconds.
        failures: in a row; 0 after a success.
        retry_after_s: what the server asks for, in seconds.
        spread: in [0, 1], random: waits vary by a tenth, so that feeds don't come in crowds.
    """
    longest = LONGEST_BACKOFF.total_seconds()
    wait_s = min(interval_s * 2.0 ** min(failures, 16), max(longest, interval_s))
    asked_s = min(retry_after_s or 0.0, longest)
    return now + timedelta(seconds=max(wait_s * (0.95 + 0.1 * spread), asked_s))


def next_attempt(now: datetime, *, attempts: int) -> datetime:
    """Return when an article is tried again after `attempts` failures: 1, 4, 16 minutes."""
    return now + timedelta(minutes=4 ** max(attempts - 1, 0))


def wants_article(entry: Entry) -> bool:
    """Tell whether the entry is a summary of an article that can be fetched."""
    return entry.url is not None and len(entry.text) < SHORT_CHARS
