"""The store that requests share, opened when the first one needs it."""

import threading
from pathlib import Path

from service.store.engine import Store, open_store


class SharedStore:
    """Opens the database once; safe to share between threads.

    Attributes:
        url: database URL, or the path of an SQLite file.
    """

    def __init__(self, url: str | Path) -> None:
        self.url = url
        self._store: Store | None = None
        self._lock = threading.Lock()

    def get(self) -> Store:
        """Return the open store.

        Raises:
            StoreNotReady: it can't be opened; the next call tries again.
        """
        with self._lock:
            if self._store is None:
                self._store = open_store(self.url)
            return self._store

    def close(self) -> None:
        """Close it if it was opened."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None
