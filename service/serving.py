"""The tagger that answers requests, exchanged between two of them when the pointer moves."""

import threading
from collections import OrderedDict

from model.tagger import Tagger
from training.registry import Registry

# The current version, the one before it, and one that a request has pinned.
KEPT = 3


class CurrentTagger:
    """Loads versions when they are asked for and keeps the last few.

    Safe to share between threads. A request that holds a tagger keeps it to its end, whatever is
    promoted meanwhile.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._loaded: OrderedDict[str, Tagger] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, version: str | None = None) -> Tagger:
        """Return the tagger of a version, or of the current one.

        Raises:
            NoCurrentVersion: nothing was trained yet.
            UnknownVersion: no such version.
            ArtefactError: the version's folder is damaged or doesn't fit.
        """
        wanted = version if version is not None else self.registry.current_id()
        with self._lock:
            tagger = self._loaded.get(wanted)
            if tagger is None:
                tagger = self.registry.load(wanted)
                self._loaded[wanted] = tagger
            self._loaded.move_to_end(wanted)
            while len(self._loaded) > KEPT:
                self._loaded.popitem(last=False)
        return tagger
