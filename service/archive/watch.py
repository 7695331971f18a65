"""How far a run is, read off what workers committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.archive import pieces
from service.archive.pieces import Counts
from service.archive.plan import Shard
from service.archive.state import State


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: "tagging", "copies" or "publishing".
        counts: records by outcome so far, earlier starts included.
        bytes_done: of the sources, about.
        bytes_total: of the sources.
    """

    stage: str
    counts: Counts
    bytes_done: int
    bytes_total: int


class Watch:
    """Looks at what workers commit, wherever they are: pieces on disk are all that it needs."""

    def __init__(self, work: Path, planned: Sequence[Shard], state: State) -> None:
        self.active: list[Shard] = []
        self._work = work
        self._total = sum(shard.size for shard in planned)
        self._done = sum(shard.size for shard in planned if shard.number in state.shards)
        self._state = state
        self._seen: dict[int, dict[str, pieces.Header]] = {}

    def finish(self, shard: Shard) -> None:
        """Take a shard for done; its counts stand in the state from now on."""
        self.active.remove(shard)
        self._seen.pop(shard.number, None)
        self._done += shard.size

    def look(self) -> Progress:
        """Return how far the run is."""
        counts, done = self._state.counts, self._done
        for shard in self.active:
            seen = self._seen.setdefault(shard.number, {})
            for path in pieces.committed(self._work, shard.number):
                if path.name not in seen:
                    seen[path.name] = pieces.read_header(path)
            counts = sum((header.counts for header in seen.values()), counts)
            done += min(sum(header.read for header in seen.values()), shard.size)
        return Progress("tagging", counts, done, self._total)
