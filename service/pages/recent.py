"""What was just worked out, for who looks again: moves a slider, reloads, shares an address."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT = 8
FOR_S = 60.0


class Recent(Generic[T]):
    """Remembers the last few values for a moment; safe to share between threads.

    The key says what a value was made of; what it doesn't say may be as old as `FOR_S` seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of a key, made anew if it is not remembered."""
        now = self._clock()
        with self._lock:
            found = self._known.get(key)
        if found is not None and now - found[0] < FOR_S:
            return found[1]
        value = make()
        with self._lock:
            self._known[key] = (now, value)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return value
