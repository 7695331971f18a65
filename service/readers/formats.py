"""Which reader a file gets, by its ending."""

import importlib
from collections.abc import Iterator, Mapping

from labels.errors import StancewireError
from service.readers.record import Opened, Reader, ReadOptions, Record, unreadable

# Modules by name: a run over JSONL needn't import pyarrow, trafilatura and lxml.
READERS: Mapping[str, str] = {
    "jsonl": "service.readers.jsonl:read",
    "csv": "service.readers.table:read",
    "tsv": "service.readers.table:read",
    "parquet": "service.readers.parquet:read",
    "text": "service.readers.plain:read",
    "html": "service.readers.html:read",
    "feed": "service.readers.feed:read",
    "warc": "service.readers.warc:read",
    "nexis": "service.readers.nexis:read",
    "factiva": "service.readers.factiva:read_html",
    "factiva-rtf": "service.readers.factiva:read_rtf",
}
ENDINGS: Mapping[str, str] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".warc": "warc",
    ".docx": "nexis",
    ".rtf": "factiva-rtf",
}
# What an optional reader needs, and the extra that brings it.
EXTRAS: Mapping[str, str] = {"warcio": "warc"}
OPTIONAL = frozenset({"warc"})


class UnknownFormat(StancewireError):
    """A file whose ending tells no format that stancewire reads."""


class MissingExtra(StancewireError):
    """A format whose library isn't installed."""


def format_of(name: str) -> str | None:
    """Return the format of a file by its ending (".gz" left out), None where it tells none."""
    lower = name.lower().removesuffix(".gz")
    return next((form for ending, form in ENDINGS.items() if lower.endswith(ending)), None)


def reader(form: str) -> Reader:
    """Return the reader of a format.

    Raises:
        UnknownFormat: there is none.
        MissingExtra: its library isn't installed.
    """
    if form not in READERS:
        raise UnknownFormat(f"no format {form!r}; there are {', '.join(READERS)}")
    module, function = READERS[form].split(":")
    try:
        found: Reader = getattr(importlib.import_module(module), function)
    except ModuleNotFoundError as error:
        extra = EXTRAS.get((error.name or "").split(".")[0])
        if extra is None:
            raise
        raise MissingExtra(
            f"reading {form} needs {error.name}: pip install 'stancewire[{extra}]'"
        ) from error
    return found


def records(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield the records of one unpacked file by the reader of its format."""
    form = options.format or format_of(opened.name)
    if form is None:
        return iter((unreadable(opened.name, "", "its ending tells no format"),))
    return reader(form)(opened, options)
