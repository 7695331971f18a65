"""The event list as Discourse Network Analyzer exports it: one row a statement and actor.

DNA's own form, losses included: cells are parted by semicolons, so semicolons in text become
commas and quotation marks apostrophes.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from labels.document import Document
from labels.durable import replacing_text
from labels.exchange.offsets import Utf16Offsets
from service.exports.dna import INTEGER, SHORT_TEXT
from service.exports.statements import Statement

HEADER = (
    "statement_id",
    "time",
    *SHORT_TEXT,
    *INTEGER,
    "start_position",
    "stop_position",
    "text",
    "coder",
    "document_id",
    "document_title",
    "document_author",
    "document_source",
    "document_section",
    "document_type",
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_event_list(documents: Iterable[tuple[Document, list[Statement]]], path: Path) -> int:
    """Write the list and return its number of rows; documents without statements are left out.

    Numbers, positions (UTF-16 units) and the date of undated documents (1 January 1970) are those
    of the `.dna` file made of the same input.
    """
    n_rows = n_documents = 0
    with replacing_text(path) as file:
        file.write(";".join(f'"{name}"' for name in HEADER) + "\n")
        for document, statements in documents:
            n_documents += bool(statements)
            offsets = Utf16Offsets(document.text)
            for statement in statements:
                for single in statement.per_actor():
                    n_rows += 1
                    cells = _cells(single, document, offsets, n_rows, n_documents)
                    file.write(";".join(cells) + "\n")
    return n_rows


def _cells(
    statement: Statement, document: Document, offsets: Utf16Offsets, number: int, in_document: int
) -> list[str]:
    actor = statement.actors[0].id if statement.actors else ""
    return [
        str(number),
        (statement.time or EPOCH).strftime("%Y-%m-%d %H:%M:%S"),
        text(statement.voice),
        text(statement.speaker_type or ""),
        text(actor),
        text(statement.stance),
        str(statement.stance_num),
        str(round(100 * statement.confidence)),
        str(offsets.units(statement.start)),
        str(offsets.units(statement.end)),
        text(statement.sentence),
        text(f"stancewire {statement.model}"),
        str(in_document),
        text(document.title or document.id),
        text(""),
        text(document.publisher or ""),
        text(document.host or ""),
        text(""),
    ]


def text(value: str) -> str:
    """Return a quoted cell in DNA's way.

    >>> text('He said: "No; never"')
    '"He said: \\'No, never\\'"'
    """
    line = " ".join(value.split())
    return '"' + line.replace(";", ",").replace('"', "'") + '"'
