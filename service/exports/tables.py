"""Statements as tables: CSV for spreadsheets, JSON Lines, Parquet; written row by row."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from labels.durable import replacing_path, replacing_text
from labels.exchange.csv import guard
from service.exports.statements import Column, Kind, Statement, columns

# Rows a Parquet row group: some 5 MB of sentences, so memory stays flat and filters can skip groups.
ROWS_A_GROUP = 10_000


def rows(statements: Iterable[Statement], *, per_actor: bool = False) -> Iterator[Statement]:
    """Yield one row a statement, or one a statement and actor."""
    for statement in statements:
        if per_actor:
            yield from statement.per_actor()
        else:
            yield statement


def write_csv(
    statements: Iterable[Statement],
    path: Path,
    *,
    per_actor: bool = False,
    bom: bool = False,
    shown: Sequence[Column] | None = None,
) -> int:
    """Write a CSV table that is safe to open in a spreadsheet, and return the number of rows.

    Text that a spreadsheet would run as a formula gets an apostrophe in front.

    Args:
        statements: any number of them.
        path: the file.
        per_actor: one row a statement and actor.
        bom: begin with a byte order mark, by which Excel knows UTF-8.
        shown: the columns; the published ones by default.
    """
    shown = shown or columns()
    n_rows = 0
    with replacing_text(path, encoding="utf-8-sig" if bom else "utf-8") as file:
        table = csv.writer(file)
        table.writerow([column.name for column in shown])
        cells = [(column.value, CELLS[column.kind]) for column in shown]
        for statement in rows(statements, per_actor=per_actor):
            table.writerow(
                [
                    "" if (found := value(statement)) is None else cell(found)
                    for value, cell in cells
                ]
            )
            n_rows += 1
    return n_rows


# How a value of each kind stands in a cell.
CELLS: dict[Kind, Callable[[Any], object]] = {
    "text": guard,
    "integer": int,
    "number": float,
    "yes or no": lambda value: "yes" if value else "no",
    "date": date.isoformat,
}


def write_jsonl(
    statements: Iterable[Statement],
    path: Path,
    *,
    per_actor: bool = False,
    shown: Sequence[Column] | None = None,
) -> int:
    """Write one JSON object a row, with the columns as keys, and return the number of rows."""
    shown = shown or columns()
    n_rows = 0
    with replacing_path(path) as temporary, temporary.open("wb") as file:
        for statement in rows(statements, per_actor=per_actor):
            row = {column.name: column.value(statement) for column in shown}
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
            n_rows += 1
    return n_rows


def write_parquet(
    statements: Iterable[Statement],
    path: Path,
    *,
    per_actor: bool = False,
    shown: Sequence[Column] | None = None,
) -> int:
    """Write a Parquet table in row groups of `ROWS_A_GROUP`, and return the number of rows."""
    import pyarrow as pa  # noqa: PLC0415 - 60 ms and 50 MB that other formats don't need
    import pyarrow.parquet as pq  # noqa: PLC0415

    shown = shown or columns()
    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "yes or no": pa.bool_(),
        "date": pa.date32(),
    }
    schema = pa.schema(
        [
            pa.field(column.name, types[column.kind], metadata={"meaning": column.meaning})
            for column in shown
        ]
    )
    n_rows = 0
    left = rows(statements, per_actor=per_actor)
    with (
        replacing_path(path) as temporary,
        pq.ParquetWriter(temporary, schema, compression="zstd") as table,
    ):
        while group := list(islice(left, ROWS_A_GROUP)):
            arrays = [
                pa.array([column.value(statement) for statement in group], type=field.type)
                for column, field in zip(shown, schema, strict=True)
            ]
            table.write_batch(pa.record_batch(arrays, schema=schema))
            n_rows += len(group)
    return n_rows
