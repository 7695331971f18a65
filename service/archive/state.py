"""What the journal says of a run, and whether a command is the one that began it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.archive.journal import Journal
from service.archive.layout import Layout
from service.archive.pieces import Counts


@dataclass(slots=True)
class State:
    """What the journal says of a run.

    Attributes:
        begin: its first event, or None where there is none yet.
        shards: counts of each shard that is tagged.
        parts: shards that are published.
        n_groups: groups of copies, None while they are not known.
        finished: the run is at its end.
    """

    begin: dict[str, Any] | None = None
    shards: dict[int, Counts] = field(default_factory=dict)
    parts: set[int] = field(default_factory=set)
    n_groups: int | None = None
    finished: bool = False

    @classmethod
    def of(cls, journal: Journal) -> "State":
        """Read the journal."""
        state = cls()
        for event in journal.events():
            state.add(event)
        return state

    def add(self, event: dict[str, Any]) -> None:
        """Take one event in."""
        match event:
            case {"event": "begin"}:
                self.begin = event
            case {"event": "shard", "shard": int(number), "counts": counts}:
                self.shards[number] = Counts(**counts)
            case {"event": "copies", "groups": int(groups)}:
                self.n_groups = groups
            case {"event": "part", "shard": int(number)}:
                self.parts.add(number)
            case {"event": "end"}:
                self.finished = True

    @property
    def counts(self) -> Counts:
        """Records of all tagged shards by outcome."""
        return sum(self.shards.values(), Counts())


def begun_version(out: Path) -> str | None:
    """Return the id of the version with which a run into `out` was begun, None where none was."""
    begin = State.of(Journal(Layout.of(out).journal)).begin
    return None if begin is None else str(begin["job"]["version"])


def changed(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return what differs between two begin events, in the words of the command."""
    found = []
    for key, value in now["job"].items():
        before = then["job"].get(key)
        if key == "options":
            found += [name for name in value if value[name] != (before or {}).get(name)]
        elif _plain(value) != _plain(before):
            found.append(f"{key} {before!r} -> {value!r}" if key == "version" else key)
    if then["sources"] != now["sources"] and "inputs" not in found:
        found.append(f"the files themselves ({then['n_sources']} then, {now['n_sources']} now)")
    return found


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
