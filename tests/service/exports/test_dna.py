"""The Discourse Network Analyzer's database and event list."""

import base64
import csv
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from labels.document import Document
from labels.exchange.task import suggest
from service.exports.choices import DEFAULT_PASSWORD
from service.exports.dna import cut, password_hash, write_dna
from service.exports.event_list import HEADER, write_event_list
from service.exports.statements import Statement, statements
from tests.service.exports.samples import press, said, tagged


def coded(*documents: dict[str, Any]) -> Iterator[tuple[Document, list[Statement]]]:
    for one in documents or press():
        yield suggest(one).document, statements(one)


@pytest.fixture
def written(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "x.dna"
    write_dna(coded(), path)
    with closing(sqlite3.connect(path)) as database:
        yield database


# What DNA reads to show a statement.
READ = """
SELECT d.Title, s.Start, s.Stop, c.Name, v.Variable, COALESCE(e.Value, i.Value), v.DataType
FROM STATEMENTS s
JOIN DOCUMENTS d ON d.ID = s.DocumentId
JOIN CODERS c ON c.ID = s.Coder
JOIN VARIABLES v ON v.StatementTypeId = s.StatementTypeId
LEFT JOIN DATASHORTTEXT t ON t.StatementId = s.ID AND t.VariableId = v.ID
LEFT JOIN ENTITIES e ON e.ID = t.Entity AND e.VariableId = v.ID
LEFT JOIN DATAINTEGER i ON i.StatementId = s.ID AND i.VariableId = v.ID
WHERE s.ID = ? ORDER BY v.ID
"""


def test_a_statement_has_every_variable_and_each_actor_one_statement(
    written: sqlite3.Connection,
) -> None:
    both = [written.execute(READ, (number,)).fetchall() for number in (2, 3)]

    values = [{variable: value for *_, variable, value, _ in rows} for rows in both]
    assert values == [
        {
            "speaker": "Bello",
            "speaker_type": "foreign_government",
            "proposed_actor": actor,
            "stance": "against",
            "stance_num": -1,
            "confidence": 80,
        }
        for actor in ("RUS", "UN")
    ]
    assert {row[:4] for rows in both for row in rows} == {("Calls", 47, 83, "stancewire v1")}


def test_spans_are_java_s_string_indices(written: sqlite3.Connection) -> None:
    rows = written.execute(
        "SELECT d.Text, s.Start, s.Stop FROM STATEMENTS s JOIN DOCUMENTS d ON d.ID = s.DocumentId"
    ).fetchall()

    seen = {
        text.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le")
        for text, start, stop in rows
    }
    assert seen == {one.sentence for _, found in coded() for one in found}


def test_documents_carry_what_is_known_of_them(written: sqlite3.Connection) -> None:
    rows = written.execute("SELECT Title, Source, Section, Notes, Date FROM DOCUMENTS").fetchall()

    assert rows == [
        ("Calls", "Post", "MLI", "u:1", 1767571200),
        ("Calls", "Copy", "", "", 1767657600),
        ("Later", "Post", "", "", 1773192600),
        ("d4", "Post", "", "", 0),
    ]


def test_the_file_is_whole_and_of_a_version_that_dna_opens(written: sqlite3.Connection) -> None:
    assert written.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert written.execute("PRAGMA foreign_key_check").fetchall() == []
    settings = dict(written.execute("SELECT Property, Value FROM SETTINGS").fetchall())
    assert settings["version"].startswith("3.")
    tables = {name for (name,) in written.execute("SELECT name FROM sqlite_master")}
    assert {"VARIABLELINKS", "REGEXES", "CODERRELATIONS", "DATABOOLEAN", "DATALONGTEXT"} <= tables


def test_every_entity_has_every_attribute_of_its_variable(written: sqlite3.Connection) -> None:
    rows = written.execute(
        """SELECT v.Variable, e.Value, a.AttributeVariable, w.AttributeValue FROM ENTITIES e
        JOIN VARIABLES v ON v.ID = e.VariableId
        JOIN ATTRIBUTEVARIABLES a ON a.VariableId = v.ID
        LEFT JOIN ATTRIBUTEVALUES w ON w.EntityId = e.ID AND w.AttributeVariableId = a.ID"""
    ).fetchall()

    known = {(variable, value, name): text for variable, value, name, text in rows}
    assert None not in known.values()
    assert known["speaker", "Ana Costa", "Type"] == "expert"
    assert known["proposed_actor", "RUS", "Type"] == "state"
    assert known["proposed_actor", "UN", "Alias"] == "United Nations"
    assert known["proposed_actor", "UN", "Type"] == "organisation"


def test_the_machine_is_one_coder_beside_the_administrator(written: sqlite3.Connection) -> None:
    names = written.execute("SELECT ID, Name FROM CODERS ORDER BY ID").fetchall()
    pairs = written.execute("SELECT Coder, OtherCoder FROM CODERRELATIONS").fetchall()

    assert names == [(1, "Admin"), (2, "stancewire v1")]
    assert pairs == [(1, 2), (2, 1)]


def test_passwords_are_checked_as_jasypt_does(written: sqlite3.Connection) -> None:
    (stored,) = written.execute("SELECT Password FROM CODERS WHERE ID = 1").fetchone()

    raw = base64.b64decode(stored)
    digest = raw[:16] + DEFAULT_PASSWORD.encode()
    for _ in range(100_000):
        digest = hashlib.sha256(digest).digest()
    assert raw[16:] == digest
    assert password_hash("other", "Admin") != stored


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "a.dna", tmp_path / "b.dna"]

    for path in paths:
        write_dna(coded(), path)

    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_windows_line_ends_and_nul_do_not_shift_spans(tmp_path: Path) -> None:
    text = "One.\r\n\r\nTwo\0 is here."
    document = tagged("d", said("favor", "A", text=text[8:]))
    document["sentences"][0] |= {"start": 8, "end": len(text)}

    write_dna([(Document("d", text), statements(document))], tmp_path / "x.dna")

    with closing(sqlite3.connect(tmp_path / "x.dna")) as database:
        (shown, start, stop) = database.execute(
            "SELECT d.Text, s.Start, s.Stop FROM STATEMENTS s JOIN DOCUMENTS d"
        ).fetchone()
    assert shown[start:stop] == "Two  is here."


def test_names_that_are_too_long_for_dna_are_cut(tmp_path: Path) -> None:
    long = "Committee " * 30
    document = tagged("d", said("favor", long), title="🕊️" * 200)

    write_dna(coded(document), tmp_path / "x.dna")

    with closing(sqlite3.connect(tmp_path / "x.dna")) as database:
        (title,) = database.execute("SELECT Title FROM DOCUMENTS").fetchone()
    assert len(title.encode("utf-16-le")) // 2 <= 190
    assert cut(long) == long[:190].strip()


def test_documents_without_statements_stay_out_and_undated_ones_are_counted(
    tmp_path: Path,
) -> None:
    empty = tagged("e", said("none", "A"))

    written = write_dna(coded(empty, *press()), tmp_path / "x.dna")

    assert (written.n_documents, written.n_statements, written.n_undated) == (4, 9, 1)


def test_the_event_list_has_dna_s_header_and_cells(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"

    n_rows = write_event_list(coded(), path)

    lines = path.read_text(encoding="utf-8").splitlines()
    assert n_rows == len(lines) - 1 == 9
    assert lines[0] == ";".join(f'"{name}"' for name in HEADER)
    assert lines[2] == (
        '2;2026-01-05 00:00:00;"Bello";"foreign_government";"RUS";"against";-1;80;47;83;'
        '"Bello wants no Russian or UN troops.";"stancewire v1";1;"Calls";"";"Post";"MLI";""'
    )
    assert lines[-1].startswith('9;1970-01-01 00:00:00;"Post (author)";"author";"";"against"')


def test_the_event_list_agrees_with_the_database(
    tmp_path: Path, written: sqlite3.Connection
) -> None:
    path = tmp_path / "x.csv"
    write_event_list(coded(), path)

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))

    places = written.execute("SELECT ID, Start, Stop, DocumentId FROM STATEMENTS").fetchall()
    fields = ("statement_id", "start_position", "stop_position", "document_id")
    assert [tuple(int(row[field]) for field in fields) for row in rows] == places


# Each piece is one sentence; what stands between two is one of the breaks.
PIECES = st.lists(st.text("ab é🕊️𐌰\0", min_size=1, max_size=8).map(lambda s: f"x{s}x"), min_size=1)
BREAKS = st.lists(st.sampled_from([" ", "\n\n", "\r\n\r\n", "\r\n"]), min_size=30, max_size=30)


@given(pieces=PIECES, breaks=BREAKS)
@settings(deadline=None, max_examples=30)
def test_every_span_marks_its_sentence_in_java_s_counting(
    pieces: list[str], breaks: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("dna") / "x.dna"
    text, sentences = "", []
    for piece, gap in zip(pieces, breaks, strict=False):
        text += gap if text else ""
        place = {"start": len(text), "end": len(text) + len(piece)}
        sentences.append(said("favor", "A", text=piece) | place)
        text += piece

    write_dna([(Document("d", text), statements(tagged("d", *sentences)))], path)

    with closing(sqlite3.connect(path)) as database:
        (shown,) = database.execute("SELECT Text FROM DOCUMENTS").fetchone()
        spans = database.execute("SELECT Start, Stop FROM STATEMENTS ORDER BY ID").fetchall()
    units = shown.encode("utf-16-le")
    marked = [units[2 * start : 2 * stop].decode("utf-16-le") for start, stop in spans]
    assert marked == [piece.replace("\0", " ") for piece in pieces[: len(breaks)]]
