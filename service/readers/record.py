"""One raw article as it lies in a source, not looked into yet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from labels.document import Document
from labels.errors import StancewireError
from service.intake import MAX_CHARS

# No article is longer than this; what is, is a dump, a bomb or a file without line ends.
MAX_RECORD_BYTES = 32 * 1024 * 1024


class UnreadableRecord(StancewireError):
    """A record that can't become a document; the run reports it and goes on."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller knows of the sources; plain values, so that it travels to other processes.

    Attributes:
        columns: field of a document -> name of the column (or JSON key) that holds it.
        name_pattern: where a file's path tells fields: "{publisher}/{published}_{*}.txt".
        encoding: of all text; None finds it for each file.
        format: name of the format of all sources; None goes by their endings.
        fields: field -> value for every document that doesn't have its own.
        max_record_bytes: a longer record is an error.
        max_chars: a longer text is an error, in code points.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    name_pattern: str | None = None
    encoding: str | None = None
    format: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    max_record_bytes: int = MAX_RECORD_BYTES
    max_chars: int = MAX_CHARS


@dataclass(frozen=True, slots=True)
class Record:
    """One raw record; reading it was cheap, `parse` does the work.

    Attributes:
        source: name of the file, members of an archive after "!": "news.zip!2021/a.html".
        position: where it stands in the source: "line 12", "row 3", "" for a whole file.
        size: about how many bytes it has; the same for every reading.
        parse: makes the document; raises UnreadableRecord or InvalidDocument.
    """

    source: str
    position: str
    size: int
    parse: Callable[[], Document]


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream of one file, unpacked, and what it is called."""

    name: str
    stream: BinaryIO


Reader = Callable[[Opened, ReadOptions], Iterator[Record]]


def unreadable(source: str, position: str, reason: str, *, size: int = 0) -> Record:
    """Return the record that stands for something that can't be read."""

    def parse() -> Document:
        raise UnreadableRecord(reason)

    return Record(source, position, size, parse)


def read_whole(opened: Opened, options: ReadOptions) -> bytes:
    """Read a stream that holds one record.

    Raises:
        UnreadableRecord: it is longer than a record may be.
    """
    data = opened.stream.read(options.max_record_bytes + 1)
    if len(data) > options.max_record_bytes:
        raise UnreadableRecord(
            f"longer than {options.max_record_bytes:,} bytes: no article is; split it"
        )
    return data
