"""Codings as a table for spreadsheets: one row a sentence and coder.

A row with a coder is a coding; a row without one, but with `suggested_by`, is a suggestion: whoever
checks it writes their name into `coder`. Cells that a spreadsheet would run as a formula begin
with an apostrophe, which is taken off again on reading.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from labels.document import OPTIONAL_TEXT, Document
from labels.durable import replacing_text
from labels.errors import InvalidCoding, InvalidDocument
from labels.exchange.files import OnError, known_fields, placing, refuse
from labels.exchange.task import (
    InvalidExchange,
    SentenceCoding,
    Task,
    check_span,
    read_coding,
    read_time,
    stand_in,
)

TOOL = "CSV"
COLUMNS = (
    "document_id",
    *OPTIONAL_TEXT,
    "start",
    "end",
    "text",
    "stance",
    "speaker_type",
    "speaker",
    "proposed_actors",
    "coder",
    "coded_at",
    "suggested_by",
    "score",
)
# What spreadsheets take for the start of a formula (OWASP, CSV injection), full-width forms too.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
STARTS = frozenset("'=+-@\t\r\n＝＋－＠")


def guard(value: str) -> str:
    """Return a cell that no spreadsheet runs.

    >>> guard("=1+1"), guard("plain")
    ("'=1+1", 'plain')
    """
    # Hardly a cell begins so: the look at one character is four times faster than the expression.
    return f"'{value}" if value[:1] in STARTS and FORMULA.match(value) else value


def unguard(value: str) -> str:
    """Take off what `guard` put on."""
    return value[1:] if value.startswith("'") and FORMULA.match(value) else value


def to_rows(task: Task) -> Iterator[dict[str, str]]:
    """Return one row a coding, then one a suggestion; unknown fields are empty."""
    for item, suggested in task.items():
        coding = item.coding
        row = {
            "document_id": task.document.id,
            **known_fields(task.document),
            "start": str(item.start),
            "end": str(item.end),
            "text": task.document.text[item.start : item.end],
            "stance": coding.stance,
            "speaker_type": coding.speaker_type or "",
            "speaker": coding.speaker or "",
            "proposed_actors": " ".join(coding.proposed_actors),
            "coder": "" if suggested else item.coder or "",
            "coded_at": item.coded_at or "",
            "suggested_by": (item.coder or "unknown") if suggested else "",
            "score": "" if item.score is None else repr(item.score),
        }
        yield {column: guard(row.get(column, "")) for column in COLUMNS}


def from_row(row: Mapping[str, str]) -> tuple[SentenceCoding, bool]:
    """Read one row's coding, and whether it is only a suggestion.

    Raises:
        InvalidDocument: no document id.
        InvalidCoding: a cell can't be read.
    """
    if not row.get("document_id"):
        raise InvalidDocument("must be filled in", field="document_id")
    numbers = []
    for field in ("start", "end"):
        if not row.get(field, "").isdecimal():
            raise InvalidCoding(f"{row.get(field, '')!r} is not a whole number", field=field)
        numbers.append(int(row[field]))
    start, end = check_span(" " * numbers[1], *numbers)
    if end - start != len(row.get("text", "")):
        raise InvalidCoding("doesn't fit start and end: was the sentence changed?", field="text")
    suggested = bool(row.get("suggested_by")) and not row.get("coder")
    try:
        score = float(row["score"]) if suggested and row.get("score") else None
    except ValueError as error:
        raise InvalidCoding(f"{row['score']!r} is not a number", field="score") from error
    return SentenceCoding(
        start,
        end,
        read_coding(row),
        coder=(row["suggested_by"] if suggested else row.get("coder")) or None,
        coded_at=read_time(row.get("coded_at")),
        score=score,
    ), suggested


def read(
    path: Path,
    *,
    documents: Mapping[str, Document] | None = None,
    on_error: OnError | None = None,
) -> Iterator[Task]:
    """Read a table; all of it before the first task, since rows may have been sorted.

    Rows with an empty stance are passed over: nobody has coded them yet.

    Args:
        path: the file, in UTF-8 with or without a byte order mark; comma, semicolon or tab between
            the cells.
        documents: articles by id; for those that are not there the sentences' own text stands in.
        on_error: takes faulty rows; without it the first one stops the reading.

    Raises:
        InvalidExchange: columns are missing; a row is at fault and `on_error` is None.
    """
    found: dict[str, list[tuple[dict[str, str], SentenceCoding, bool]]] = {}
    try:
        for number, row in _rows(path):
            if row.get("stance"):
                with placing(TOOL, f"line {number}", on_error):
                    coding, suggested = from_row(row)
                    found.setdefault(row["document_id"], []).append((row, coding, suggested))
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidExchange(TOOL, path.name, f"not a table in UTF-8: {error}") from error
    for identity, coded in found.items():
        places = {(item.start, item.end, row["text"]) for row, item, _ in coded}
        first: dict[str, Any] = {**coded[0][0], "id": identity}
        document = (documents or {}).get(identity) or stand_in(first, places)
        kept = [entry for entry in coded if _stands(document, entry[0], entry[1], on_error)]
        yield Task(
            document,
            tuple(item for _, item, suggested in kept if not suggested),
            tuple(item for _, item, suggested in kept if suggested),
        )


def _stands(
    document: Document, row: Mapping[str, str], item: SentenceCoding, on_error: OnError | None
) -> bool:
    if document.text[item.start : item.end] == row["text"]:
        return True
    reason = f"[{item.start}, {item.end}) of the article isn't {row['text']!r}"
    refuse(InvalidExchange(TOOL, f"document {document.id}", reason), on_error)
    return False


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        file.seek(0)
        delimiter = max(",;\t", key=header.count)
        rows = csv.DictReader(file, delimiter=delimiter)
        missing = {"document_id", "start", "end", "text", "stance"} - set(rows.fieldnames or ())
        if missing:
            raise InvalidExchange(TOOL, path.name, f"no column {', '.join(sorted(missing))}")
        for row in rows:
            yield rows.line_num, {key: unguard(row[key] or "") for key in COLUMNS if key in row}


def write(tasks: Iterable[Task], path: Path) -> None:
    """Write a table, with the byte order mark by which Excel knows UTF-8."""
    with replacing_text(path, encoding="utf-8-sig") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        for task in tasks:
            rows.writerows(to_rows(task))
