"""Who a key belongs to, remembered for a moment so that not every request asks the store."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from service.store import Store, keys
from service.store.keys import ApiKey

# A revoked key is refused after as many seconds at most.
REMEMBER_S = 5.0
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    key: ApiKey | None
    at: float


class Keyring:
    """Asks the store who a key belongs to, and remembers it for a moment."""

    def __init__(
        self, store: Callable[[], Store], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.store = store
        self.clock = clock
        self._known: dict[bytes, _Known] = {}
        self._closed: tuple[bool, float] | None = None

    def is_closed(self) -> bool:
        """Tell whether there are keys, so that everybody needs one."""
        now = self.clock()
        if self._closed is None or now - self._closed[1] > REMEMBER_S:
            with self.store().read() as connection:
                self._closed = (keys.any_active(connection), now)
        return self._closed[0]

    def remembered(self, key: str | None) -> tuple[bool, ApiKey | None] | None:
        """Return (closed, who) without asking the store; None if it must be asked."""
        now = self.clock()
        if self._closed is None or now - self._closed[1] > REMEMBER_S:
            return None
        if not self._closed[0]:
            return False, None
        known = self._known.get(_digest(key)) if key else _Known(None, now)
        return None if known is None or now - known.at > REMEMBER_S else (True, known.key)

    def look_up(self, key: str | None) -> tuple[bool, ApiKey | None]:
        """Return (closed, who), asking the store."""
        if not self.is_closed():
            return False, None
        if not key:
            return True, None
        with self.store().read() as connection:
            found = keys.verify(connection, key)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[_digest(key)] = _Known(found, self.clock())
        return True, found


def _digest(key: str) -> bytes:
    return sha256(key.encode("utf-8", "replace")).digest()
