"""Tables for spreadsheets and data frames."""

import csv
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from service.exports import tables
from service.exports.statements import Statement, columns, statements
from service.exports.tables import write_csv, write_jsonl, write_parquet
from tests.service.exports.samples import press, said, tagged


def found() -> list[Statement]:
    return [one for document in press() for one in statements(document)]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_csv_table_has_the_published_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"

    n_rows = write_csv(found(), path)

    table = rows(path)
    assert n_rows == len(table) == 7
    assert list(table[0]) == [column.name for column in columns()]
    assert table[1] | {"score_favor": "", "score_none": "", "score_conditional": ""} == {
        "statement_id": "d1:46-82",
        "document_id": "d1",
        "title": "Calls",
        "outlet": "Post",
        "date": "2026-01-05",
        "published": "2026-01-05",
        "url": "u:1",
        "host": "MLI",
        "duplicate_group": "g1",
        "sentence": "Bello wants no Russian or UN troops.",
        "start": "46",
        "end": "82",
        "stance": "against",
        "stance_num": "-1",
        "score_favor": "",
        "score_against": "0.8",
        "score_conditional": "",
        "score_none": "",
        "abstain": "no",
        "speaker": "Bello",
        "speaker_type": "foreign_government",
        "speaker_score": "0.95",
        "actor_ids": "RUS; UN",
        "actor_names": "Russia; United Nations",
        "confidence": "0.8",
        "model": "v1",
        "scheme": "1.3",
    }
    assert table[4]["date"] == "2026-03-11"


def test_a_row_an_actor_repeats_the_statement(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"

    write_csv(statements(press()[0]), path, per_actor=True)

    assert [(row["statement_id"], row["actor_ids"]) for row in rows(path)] == [
        ("d1:0-34", "UN"),
        ("d1:46-82", "RUS"),
        ("d1:46-82", "UN"),
    ]


def test_a_headline_that_is_a_formula_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    document = tagged("=1+1", said("favor", "@SUM(A1)"), title='=HYPERLINK("u:x")')

    write_csv(statements(document), path)

    (row,) = rows(path)
    assert [row["document_id"], row["speaker"], row["title"]] == [
        "'=1+1",
        "'@SUM(A1)",
        '\'=HYPERLINK("u:x")',
    ]


def test_excel_gets_the_mark_by_which_it_knows_utf_8(tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.csv", tmp_path / "marked.csv"

    write_csv(found(), plain)
    write_csv(found(), marked, bom=True)

    assert marked.read_bytes() == b"\xef\xbb\xbf" + plain.read_bytes()


def test_json_lines_keep_types(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"

    assert write_jsonl(found(), path) == 7

    last = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    assert (last["speaker"], last["date"], last["abstain"], last["actor_ids"]) == (
        None,
        None,
        False,
        "",
    )


def test_parquet_keeps_types_and_is_written_in_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS_A_GROUP", 3)
    path = tmp_path / "x.parquet"

    assert write_parquet(found(), path) == 7

    file = pq.ParquetFile(path)
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [3, 3, 1]
    table = file.read()
    assert table.column("date").to_pylist()[4] == date(2026, 3, 11)
    assert table.column("sentence").to_pylist() == [one.sentence for one in found()]
    assert table.schema.field("stance").metadata == {b"meaning": b"the winning stance label"}


def test_an_empty_parquet_table_has_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"

    assert write_parquet([], path) == 0

    assert pq.read_table(path).column_names == [column.name for column in columns()]
