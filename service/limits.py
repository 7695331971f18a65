"""How many requests a key may send: a bucket that fills steadily."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

# Buckets of keys that were not seen for long are dropped beyond so many.
MAX_BUCKETS = 10_000


@dataclass(slots=True)
class Bucket:
    """Requests that are left, and when that was counted (seconds)."""

    left: float
    at: float

    def take(self, now: float, *, per_minute: int) -> float:
        """Take one request; return 0, or the seconds until there is one.

        A key may send a minute's requests at once, and then one every 60 / `per_minute` seconds.
        """
        rate = per_minute / 60
        self.left = min(per_minute, self.left + max(0.0, now - self.at) * rate)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / rate


class Limits:
    """One bucket a key, in this process; safe to share between threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._lock = threading.Lock()

    def take(self, key: str, *, per_minute: int) -> float:
        """Take one request of `key`; return 0, or the seconds until there is one."""
        now = self.clock()
        with self._lock:
            bucket = self._buckets.get(key)
            if bucket is None:
                if len(self._buckets) >= MAX_BUCKETS:
                    self._buckets.clear()
                bucket = self._buckets[key] = Bucket(float(per_minute), now)
            return bucket.take(now, per_minute=per_minute)
