"""The annotation tools that stancewire reads and writes, by the names that commands use."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from labels.document import Document
from labels.exchange import csv, doccano, label_studio, prodigy
from labels.exchange.files import OnError
from labels.exchange.task import Task


class Tool(StrEnum):
    """An annotation tool's file."""

    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"
    PRODIGY = "prodigy"
    CSV = "csv"


def read_tasks(
    path: Path,
    tool: Tool,
    *,
    documents: Mapping[str, Document] | None = None,
    coder: str | None = None,
    on_error: OnError | None = None,
) -> Iterator[Task]:
    """Read a tool's file.

    Args:
        path: the file, as the tool exported it.
        tool: the tool.
        documents: articles by id, for the tools that carry single sentences (Prodigy, CSV).
        coder: who coded, where the file doesn't say (doccano; by default its name).
        on_error: takes what is at fault, and the reading goes on; without it the first one raises.

    Raises:
        InvalidExchange: naming place and field.
    """
    match tool:
        case Tool.LABEL_STUDIO:
            return label_studio.read(path, on_error=on_error)
        case Tool.DOCCANO:
            return doccano.read(path, coder=coder, on_error=on_error)
        case Tool.PRODIGY:
            return prodigy.read(path, documents=documents, on_error=on_error)
        case Tool.CSV:
            return csv.read(path, documents=documents, on_error=on_error)


def write_tasks(tasks: Iterable[Task], path: Path, tool: Tool) -> None:
    """Write a file that the tool imports; `path` holds the old file or all of the new one."""
    writers = {
        Tool.LABEL_STUDIO: label_studio.write,
        Tool.DOCCANO: doccano.write,
        Tool.PRODIGY: prodigy.write,
        Tool.CSV: csv.write,
    }
    writers[tool](tasks, path)
