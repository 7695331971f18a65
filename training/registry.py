"""Every version of a workspace, and which of them serves.

```
home/models/
    2026-11-21-3f9c2a/   one version (model.artefact)
    current              id of the version that serves: one line, swapped atomically
    log.jsonl            who did what, when and why, one object a line; only ever added to
    .lock                held while the pointer or the log changes
```

Serving processes read it, so nothing here imports fitting code or pandas.
"""

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labels.durable import replacing_text
from labels.errors import StancewireError
from model import artefact
from model.manifest import BadVersion, ModelVersion, Provenance, read_manifest
from model.tagger import Tagger

VERSION_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{6}")


class UnknownVersion(StancewireError):
    """An id that no version of the workspace has.

    Attributes:
        id: as it was asked for.
        home: the workspace.
    """

    def __init__(self, id: str, home: Path) -> None:
        self.id = id
        self.home = home
        super().__init__(f"no version {id!r} in {home}; see `stancewire models list`")


class NoCurrentVersion(StancewireError):
    """A workspace in which no version serves yet.

    Attributes:
        home: the workspace.
    """

    def __init__(self, home: Path, reason: str = "no version serves yet") -> None:
        self.home = home
        super().__init__(
            f"{home}: {reason}; train one with `stancewire train`, "
            "or choose one with `stancewire models use ID`"
        )


class CorruptPointer(NoCurrentVersion):
    """A `current` file that names no version."""


class NoEarlierVersion(StancewireError):
    """A rollback where nothing was promoted before.

    Attributes:
        home: the workspace.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        super().__init__(f"{home}: no version served before this one; nothing was changed")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One change of the registry.

    Attributes:
        at: UTC, ISO 8601.
        action: "add", "promote" or "rollback".
        version: id of the version added, or serving from then on.
        before: id of the version that served until then, or None.
        who: who did it.
        why: in their words.
    """

    at: str
    action: str
    version: str
    before: str | None
    who: str
    why: str


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Registry:
    """The versions of one workspace; safe to use from several processes at a time.

    Attributes:
        home: the workspace folder; made when something is written.
        folder: that holds the versions.
    """

    def __init__(self, home: Path, *, clock: Callable[[], datetime] = _utc_now) -> None:
        self.home = home
        self.folder = home / "models"
        self._clock = clock

    def add(
        self,
        tagger: Tagger,
        made_from: Provenance,
        *,
        who: str,
        why: str,
        beside: Mapping[str, bytes] | None = None,
    ) -> ModelVersion:
        """Save a tagger as a version; it doesn't serve yet.

        Raises:
            VersionExists: the very same version was added before.
        """
        version = artefact.save(tagger, self.folder, made_from, beside=beside)
        with self._locked():
            self._log("add", version.id, self._pointed(), who, why)
        return version

    def list(self) -> tuple[ModelVersion, ...]:
        """Return the versions whose manifests can be read, oldest first."""
        found = (self._manifest_or_fault(folder) for folder in self._folders())
        readable = [item for item in found if isinstance(item, ModelVersion)]
        return tuple(sorted(readable, key=lambda version: (version.created, version.id)))

    def faults(self) -> tuple[BadVersion, ...]:
        """Return what is wrong with the version folders that `list` passes over."""
        found = (self._manifest_or_fault(folder) for folder in self._folders())
        return tuple(item for item in found if isinstance(item, BadVersion))

    def path(self, id: str) -> Path:
        """Return the folder of one version.

        Raises:
            UnknownVersion: no such version.
        """
        folder = self.folder / id
        if not VERSION_ID.fullmatch(id) or not folder.is_dir():
            raise UnknownVersion(id, self.home)
        return folder

    def manifest(self, id: str | None = None) -> ModelVersion:
        """Return the manifest of a version, of the one that serves where no id is given.

        Raises:
            NoCurrentVersion: no id was given, and none serves.
            UnknownVersion: no such version.
            BadVersion: its manifest can't be read.
        """
        return read_manifest(self.path(id if id is not None else self.current_id()))

    def current_id(self) -> str:
        """Return the id of the version that serves: one small read, cheap enough to poll.

        Raises:
            NoCurrentVersion: none was promoted yet.
            CorruptPointer: the `current` file names no version of this workspace.
        """
        id = self._pointed()
        if id is None:
            raise NoCurrentVersion(self.home)
        if not VERSION_ID.fullmatch(id) or not (self.folder / id).is_dir():
            raise CorruptPointer(self.home, f"{self.folder / 'current'} names no version: {id!r}")
        return id

    def serving_id(self) -> str | None:
        """Return the id of the version that serves, or None where none does."""
        try:
            return self.current_id()
        except NoCurrentVersion:
            return None

    def promote(self, id: str, *, who: str, why: str) -> None:
        """Let a version serve from now on.

        Raises:
            UnknownVersion: no such version.
            BadVersion: it can't be loaded; what served before still does.
        """
        artefact.load(self.path(id))
        with self._locked():
            self._point("promote", id, who, why)

    def rollback(self, *, who: str, why: str) -> str:
        """Let the version serve again that served before the last promotion; return its id.

        Raises:
            NoEarlierVersion: none served before.
            UnknownVersion: it has been removed since.
            BadVersion: it can't be loaded any more.
        """
        with self._locked():
            id = earlier(self.log(), self._pointed())
            if id is None:
                raise NoEarlierVersion(self.home)
            artefact.load(self.path(id))
            self._point("rollback", id, who, why)
        return id

    def load(self, id: str | None = None) -> Tagger:
        """Load a version, the one that serves where no id is given.

        Raises:
            NoCurrentVersion: no id was given, and none serves.
            UnknownVersion: no such version.
            BadVersion: it can't be loaded.
            UnsafeContent: its heads file asks for more than fitted heads need.
        """
        return artefact.load(self.path(id if id is not None else self.current_id()))

    def log(self) -> tuple[LogEntry, ...]:
        """Return what was done, oldest first; a line torn by a crash is passed over."""
        try:
            lines = (self.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        return tuple(entry for line in lines if (entry := _entry(line)) is not None)

    def _folders(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from (path for path in self.folder.iterdir() if VERSION_ID.fullmatch(path.name))

    def _manifest_or_fault(self, folder: Path) -> ModelVersion | BadVersion:
        try:
            return read_manifest(folder)
        except BadVersion as fault:
            return fault

    def _pointed(self) -> str | None:
        """Return what the pointer says, sound or not."""
        try:
            return (self.folder / "current").read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None

    def _point(self, action: str, id: str, who: str, why: str) -> None:
        """Swap the pointer; the log goes first, so that a crash between them loses no history."""
        self._log(action, id, self._pointed(), who, why)
        with replacing_text(self.folder / "current") as file:
            file.write(f"{id}\n")

    def _log(self, action: str, id: str, before: str | None, who: str, why: str) -> None:
        at = self._clock().isoformat(timespec="seconds")
        entry = {
            "at": at, "action": action, "version": id, "before": before, "who": who, "why": why,
        }  # fmt: skip
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        with (self.folder / "log.jsonl").open("a+b") as file:
            if file.tell():  # a line torn by a crash must not swallow this one
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, or the process dies
            yield


def earlier(log: tuple[LogEntry, ...], current: str | None) -> str | None:
    """Return the version that served before `current`, by the log; None where there was none.

    Promotions pile up and rollbacks take from the pile, so two rollbacks go back two promotions.
    The pointer is the truth: where log and pointer differ (a crash between the two, a pointer
    edited by hand), the pile is taken down to `current` first, if it lies there.
    """
    pile: list[str] = []
    for entry in log:
        if entry.action == "promote":
            pile.append(entry.version)
        elif entry.action == "rollback" and pile:
            pile.pop()
    if current in pile:
        while pile[-1] != current:
            pile.pop()
        while pile and pile[-1] == current:  # promoted twice in a row: still one version
            pile.pop()
    return pile[-1] if pile else None


def _entry(line: str) -> LogEntry | None:
    try:
        raw: Any = json.loads(line)
        return LogEntry(**raw)
    except (TypeError, ValueError):
        return None
