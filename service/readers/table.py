"""CSV and TSV: one article a row, whatever the columns are called."""

import csv
from collections.abc import Iterator

from labels.document import Document
from service.readers.encoding import SAMPLE_BYTES, as_bytes_of_lines, decode, guess, lines
from service.readers.fields import UnknownColumn, as_text, build, choose
from service.readers.record import (
    MAX_RECORD_BYTES,
    Opened,
    ReadOptions,
    Record,
    UnreadableRecord,
    unreadable,
)

# csv's own limit of 131,072 characters a cell is shorter than long articles; it is global.
csv.field_size_limit(MAX_RECORD_BYTES)


class _Text:
    """The lines of a table as text, counting what they weigh."""

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        self.size = 0
        self._stream = as_bytes_of_lines(opened.stream, options.encoding)
        self._limit = options.max_record_bytes
        head = self._stream.peek(SAMPLE_BYTES)
        self._declared = options.encoding or guess(head)
        self.header = decode(head.split(b"\n")[0], declared=self._declared)

    def __iter__(self) -> Iterator[str]:
        for number, line, size in lines(self._stream, self._limit):
            self.size += size
            if line is None or self.size > 2 * self._limit:
                # An unclosed quotation mark swallows the rest of the file.
                raise csv.Error(f"line {number}: a row of more than {self._limit:,} bytes")
            yield decode(line, declared=self._declared) + "\n"


def delimiter(header: str, name: str) -> str:
    """Return what parts the cells: by the file's ending, else the commonest in the first line."""
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    return max(",;\t|", key=header.count)


def read(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield one record a row; the first line names the columns."""
    text = _Text(opened, options)
    rows = csv.reader(iter(text), delimiter=delimiter(text.header, opened.name))
    try:
        names = [name.strip() for name in next(rows, [])]
        columns = choose(names, options)
    except (UnknownColumn, csv.Error) as error:
        yield unreadable(opened.name, "line 1", str(error), size=text.size)
        return
    places = {field: names.index(column) for field, column in columns.items()}
    while True:
        text.size = 0
        line = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield unreadable(opened.name, f"line {line}", f"not CSV from here: {error}")
            return
        if row is None:
            return
        if any(row):
            yield _record(opened.name, line, row, text.size, places, options)


def _record(
    name: str,
    line: int,
    row: list[str],
    size: int,
    places: dict[str, int],
    options: ReadOptions,
) -> Record:
    def parse() -> Document:
        if len(row) <= places["text"]:
            raise UnreadableRecord(f"the row has {len(row)} cells: none for the text")
        fields = {f: as_text(row[place]) for f, place in places.items() if place < len(row)}
        return build(fields, options)

    return Record(name, f"line {line}", size, parse)
