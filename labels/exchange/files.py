"""Lines of JSON, and what to do where a tool's file is at fault."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labels.document import Document
from labels.durable import replacing_text
from labels.errors import InvalidCoding, InvalidDocument
from labels.exchange.task import InvalidExchange

OnError = Callable[[InvalidExchange], None]


def write_lines(objects: Iterable[object], path: Path) -> None:
    """Write one JSON object a line."""
    with replacing_text(path) as file:
        for item in objects:
            file.write(json.dumps(item, ensure_ascii=False) + "\n")


def read_lines(path: Path, tool: str, on_error: OnError | None) -> Iterator[tuple[str, Any]]:
    """Yield ("line 3", object) for every line that isn't empty."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"line {number}"
            try:
                yield place, json.loads(line)
            except ValueError as error:
                refuse(InvalidExchange(tool, place, f"not JSON: {error}"), on_error)


@contextmanager
def placing(tool: str, place: str, on_error: OnError | None) -> Iterator[None]:
    """Say in which tool's file, and where, a document or coding is at fault."""
    try:
        yield
    except (InvalidDocument, InvalidCoding) as error:
        refuse(InvalidExchange(tool, place, str(error)), on_error, cause=error)


def refuse(
    error: InvalidExchange, on_error: OnError | None, *, cause: Exception | None = None
) -> None:
    """Raise an error, or hand it to the caller who wants to go on.

    Raises:
        InvalidExchange: `error`, where nobody takes it.
    """
    if on_error is None:
        raise error from cause
    on_error(error)


def known_fields(document: Document) -> dict[str, str]:
    """Return what is known of a document beside id and text."""
    fields = document.to_json()
    return {key: value for key, value in fields.items() if key not in {"id", "text"}}
