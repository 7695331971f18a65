"""doccano's, Prodigy's and spreadsheets' files, as people leave them."""

import json
from pathlib import Path
from typing import Any

import pytest

from labels.document import Document
from labels.errors import InvalidCoding
from labels.exchange import csv, doccano, prodigy
from labels.exchange.offsets import Utf16Offsets
from labels.exchange.task import InvalidExchange, SentenceCoding, Task, actor_ids, read_coding
from labels.exchange.tools import Tool, read_tasks
from labels.scheme import Coding

TEXT = "They must leave."
CODED = SentenceCoding(0, len(TEXT), Coding("against", "public", "residents", ("UN",)), "ana")
TASK = Task(Document("a1", TEXT), (CODED,))


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + "\n")
    return path


def test_doccano_lines_with_entities_are_read(tmp_path: Path) -> None:
    spans = ["against", "speaker_type=public", "speaker=residents", "actor=UN"]
    entities = [{"start_offset": 0, "end_offset": 16, "label": label} for label in spans]
    path = write(tmp_path / "ana.jsonl", {"id": 4, "text": TEXT, "entities": entities})

    (found,) = doccano.read(path)

    assert found.document.id == "4"
    assert found.codings == (CODED,)


def test_doccano_numbers_go_back_out() -> None:
    (line,) = doccano.to_json(TASK)

    read = doccano.from_json(line | {"id": 12})

    assert [out["id"] for out in doccano.to_json(read)] == [12]


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ([0, 16], "start, end, label"),
        ([0, 99, "favor"], "leaves the text"),
        (["0", 16, "favor"], "whole numbers"),
        ([0, 16, "mood=good"], "no label of the codebook"),
        ([0, 16, "joy"], "no label of the codebook"),
        ([0, 16, "speaker=x"], "'' is not one of"),
    ],
)
def test_a_doccano_span_that_says_nothing_is_refused(label: list[Any], reason: str) -> None:
    with pytest.raises(InvalidCoding, match=reason):
        doccano.from_json({"id": 1, "text": TEXT, "label": [label]})


def test_a_doccano_actor_must_be_an_id() -> None:
    labels = [[0, 16, "favor"], [0, 16, "actor=?"]]

    with pytest.raises(InvalidCoding, match="not an actor id"):
        doccano.from_json({"id": 1, "text": TEXT, "label": labels})


def test_two_stances_on_one_sentence_are_refused() -> None:
    labels = [[0, 16, "favor"], [0, 16, "none"]]

    with pytest.raises(InvalidCoding, match="both 'favor' and 'none'"):
        doccano.from_json({"id": 1, "text": TEXT, "label": labels})


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("{}{\n")

    with pytest.raises(InvalidExchange, match="doccano, line 1: not JSON"):
        list(doccano.read(path))


def test_prodigy_hashes_are_kept(tmp_path: Path) -> None:
    (line,) = prodigy.to_json(TASK)
    path = write(tmp_path / "x.jsonl", line | {"_input_hash": 11, "_task_hash": -12})

    (found,) = read_tasks(path, Tool.PRODIGY)

    (out,) = prodigy.to_json(found)
    assert (out["_input_hash"], out["_task_hash"]) == (11, -12)


def test_prodigy_gives_the_same_sentence_the_same_hash_for_every_coder() -> None:
    other = SentenceCoding(0, len(TEXT), Coding("none", "author"), "ben")

    lines = list(prodigy.to_json(Task(TASK.document, (CODED, other))))

    assert len({line["_input_hash"] for line in lines}) == 1
    assert all(-(2**31) <= line["_input_hash"] < 2**31 for line in lines)


@pytest.mark.parametrize("change", [{"answer": "reject"}, {"answer": "ignore"}, {"accept": []}])
def test_what_a_prodigy_annotator_passed_over_is_no_coding(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    (line,) = prodigy.to_json(TASK)
    path = write(tmp_path / "x.jsonl", line | change)

    (found,) = prodigy.read(path)

    assert (found.codings, found.suggestions) == ((), ())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"meta": {}}, "needs meta"),
        ({"meta": {"id": "a", "start": 0, "end": 3}}, "don't fit"),
        ({"accept": ["favor", "none"]}, "one stance"),
        ({"speaker": 3}, "must be text"),
    ],
)
def test_a_prodigy_line_at_fault_is_named(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    (line,) = prodigy.to_json(TASK)
    path = write(tmp_path / "x.jsonl", line | change)

    with pytest.raises(InvalidExchange, match=f"Prodigy, line 1: .*{reason}"):
        list(prodigy.read(path))


@pytest.mark.parametrize("tool", [Tool.PRODIGY, Tool.CSV])
def test_sentences_that_stand_elsewhere_in_the_article_are_refused(
    tmp_path: Path, tool: Tool
) -> None:
    path = tmp_path / "x"
    {Tool.PRODIGY: prodigy.write, Tool.CSV: csv.write}[tool]([TASK], path)
    articles = {"a1": Document("a1", "Another article about it.")}
    faults: list[InvalidExchange] = []

    with pytest.raises(InvalidExchange, match=r"a1: .*isn't 'They must leave\.'"):
        list(read_tasks(path, tool, documents=articles))
    found = list(read_tasks(path, tool, documents=articles, on_error=faults.append))

    assert len(faults) == 1
    assert not any(task.codings for task in found)


def test_a_time_without_a_zone_is_taken_for_utc() -> None:
    coded = SentenceCoding(0, 4, Coding("none", "author"), coded_at="1970-01-01T00:01:00")

    (line,) = prodigy.to_json(Task(TASK.document, (coded,)))

    assert line["_timestamp"] == 60


def table(path: Path, *rows: str, header: str = "document_id,start,end,text,stance") -> Path:
    path.write_text("\r\n".join([header, *rows]), encoding="utf-8", newline="")
    return path


def test_a_table_saved_with_semicolons_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = table(
        tmp_path / "x.csv",
        f"a1;0;16;{TEXT};against;ana",
        "a1;20;23;Why;;",
        header="\ufeffdocument_id;start;end;text;stance;coder",
    )

    (found,) = csv.read(path)

    assert found.codings == (SentenceCoding(0, 16, Coding("against"), "ana"),)


def test_a_suggestion_becomes_a_coding_when_its_checker_signs(tmp_path: Path) -> None:
    rows = ["a1,0,3,Yes,favor,v1,", "a1,4,6,No,none,v1,ana"]
    header = "document_id,start,end,text,stance,suggested_by,coder"

    (found,) = csv.read(table(tmp_path / "x.csv", *rows, header=header))

    assert [item.coder for item in found.suggestions] == ["v1"]
    assert [item.coder for item in found.codings] == ["ana"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",0,3,Yes,favor", "document_id: must be filled in"),
        ("a1,x,3,Yes,favor", "'x' is not a whole number"),
        ("a1,0,9,Yes,favor", "was the sentence changed"),
        ("a1,0,3,Yes,fav", "'fav' is not one of"),
    ],
)
def test_a_row_at_fault_is_named(tmp_path: Path, row: str, reason: str) -> None:
    with pytest.raises(InvalidExchange, match=f"CSV, line 2: .*{reason}"):
        list(csv.read(table(tmp_path / "x.csv", row)))


@pytest.mark.parametrize(("column", "value"), [("coded_at", "last week"), ("score", "high")])
def test_times_and_scores_must_be_such(tmp_path: Path, column: str, value: str) -> None:
    header = f"document_id,start,end,text,stance,suggested_by,{column}"
    path = table(tmp_path / "x.csv", f"a1,0,3,Yes,favor,v1,{value}", header=header)

    with pytest.raises(InvalidExchange, match=f"{column}: '{value}' is not a"):
        list(csv.read(path))


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidExchange, match="no column document_id, end, start"):
        list(csv.read(table(tmp_path / "x.csv", header="text,stance")))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04\xff\xfe")

    with pytest.raises(InvalidExchange, match="not a table in UTF-8"):
        list(csv.read(path))


def test_no_cell_is_run_as_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    coding = Coding("none", "public", "=cmd|'/c calc'!A1")

    csv.write([Task(TASK.document, (SentenceCoding(0, 4, coding, "@ana"),))], path)

    assert ",'=cmd|" in path.read_text(encoding="utf-8-sig")
    assert ",'@ana," in path.read_text(encoding="utf-8-sig")
    assert next(csv.read(path)).codings[0].coding == coding


def test_utf_16_offsets_count_what_java_and_javascript_count() -> None:
    text = "a👩🏽b𐌰"
    offsets = Utf16Offsets(text)

    expected = [len(text[:i].encode("utf-16-le")) // 2 for i in range(len(text) + 1)]

    assert [offsets.units(i) for i in range(len(text) + 1)] == expected
    assert [offsets.code_points(unit) for unit in expected] == list(range(len(text) + 1))


def test_a_coding_of_parts_is_read_and_the_author_loses_the_name() -> None:
    assert read_coding({"stance": "none"}) == Coding("none")
    assert read_coding({"stance": "none", "speaker_type": "author", "speaker": "x"}).speaker is None
    with pytest.raises(InvalidCoding, match="'king' is not one of"):
        read_coding({"stance": "none", "speaker_type": "king"})


def test_actor_ids_must_be_texts() -> None:
    with pytest.raises(InvalidCoding, match="list of texts"):
        actor_ids([3])
