"""Parquet: one article a row, read in batches."""

from collections.abc import Iterator
from typing import Any

import pyarrow
import pyarrow.parquet

from labels.document import Document
from service.readers.fields import UnknownColumn, as_text, build, choose
from service.readers.record import Opened, ReadOptions, Record, unreadable

BATCH_ROWS = 128
# Without a buffer, a whole column of a row group is read at once: hundreds of megabytes.
BUFFER_BYTES = 1024 * 1024


def read(opened: Opened, options: ReadOptions) -> Iterator[Record]:
    """Yield one record a row, holding one batch of rows in memory."""
    try:
        table = pyarrow.parquet.ParquetFile(
            opened.stream, pre_buffer=False, buffer_size=BUFFER_BYTES
        )
        columns = choose(table.schema_arrow.names, options)
    except (UnknownColumn, pyarrow.ArrowException) as error:
        yield unreadable(opened.name, "", str(error))
        return
    number = 0
    wanted = sorted(set(columns.values()))
    try:
        for batch in table.iter_batches(batch_size=BATCH_ROWS, columns=wanted, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                yield _record(opened.name, number, row, columns, options)
    except (pyarrow.ArrowException, OSError) as error:
        yield unreadable(opened.name, f"row {number + 1}", f"not readable from here: {error}")


def _record(
    name: str, number: int, row: dict[str, Any], columns: dict[str, str], options: ReadOptions
) -> Record:
    def parse() -> Document:
        fields = {field: as_text(row[column]) for field, column in columns.items()}
        return build(fields, options)

    size = sum(len(value) for value in row.values() if isinstance(value, str))
    return Record(name, f"row {number}", size, parse)
