"""The append-only log of a run: what it is, what is committed, when it ended."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson


class Journal:
    """One JSON object a line; a line counts when its end is on disk.

    A kill in mid-write leaves a torn last line, which the next opening cuts off.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what was logged, oldest first; a torn last line is passed over."""
        if not self.path.exists():
            return
        with self.path.open("rb") as lines:
            for line in lines:
                event = _parse(line)
                if event is None:
                    return
                yield event

    def recover(self) -> None:
        """Cut off what a kill tore; before the first append of a process."""
        if not self.path.exists():
            return
        whole = 0
        with self.path.open("rb") as lines:
            for line in lines:
                if _parse(line) is None:
                    break
                whole += len(line)
        if whole < self.path.stat().st_size:
            os.truncate(self.path, whole)

    def append(self, *events: dict[str, Any]) -> None:
        """Log events and wait until they are on disk."""
        with self.path.open("ab") as file:
            file.write(b"".join(orjson.dumps(event) + b"\n" for event in events))
            file.flush()
            os.fsync(file.fileno())


def _parse(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return event if isinstance(event, dict) else None
