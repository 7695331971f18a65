"""Label Studio's exports, as its versions and users leave them."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from labels.errors import InvalidCoding, InvalidDocument
from labels.exchange import label_studio
from labels.exchange.task import InvalidExchange, SentenceCoding
from labels.scheme import CODEBOOK, Coding

TEXT = "🕊️ Peace first. The union will send troops."
START, END = TEXT.index("The"), len(TEXT)
FAVOR = Coding("favor", "intergovernmental", "the union", ("AU",))


def region(start: int, end: int, text: str = TEXT[START:END]) -> list[dict[str, Any]]:
    regions = label_studio.result(TEXT, [SentenceCoding(START, END, FAVOR)])
    for one in regions:
        one["value"] |= {"start": start, "end": end}
        if isinstance(one["value"]["text"], str):
            one["value"]["text"] = text
    return regions


def task(**extra: Any) -> dict[str, Any]:
    return {"id": 7, "data": {"id": "a1", "text": TEXT}} | extra


def test_the_shipped_configuration_names_every_label_of_the_codebook() -> None:
    root = ElementTree.fromstring(label_studio.config())  # noqa: S314 - our own file

    choices = {
        tag.get("name"): [choice.get("value") for choice in tag.iter("Choice")]
        for tag in root.iter("Choices")
    }
    named = {tag.get("name") for tag in root.iter() if tag.get("toName")}
    assert choices == {
        "stance": list(CODEBOOK.stances),
        "speaker_type": list(CODEBOOK.speaker_types),
    }
    assert named == {one["from_name"] for one in region(START, END)}
    assert all(tag.get("toName") == "text" for tag in root.iter() if tag.get("toName"))


def test_offsets_in_utf_16_units_of_old_exports_are_recognised() -> None:
    units = region(START + 1, END + 1)  # the dove counts twice in a browser

    (found,) = label_studio.codings(TEXT, units)

    assert (found.start, found.end, found.coding) == (START, END, FAVOR)


def test_blanks_that_were_marked_with_a_sentence_are_cut_off() -> None:
    (found,) = label_studio.codings(TEXT, region(START - 1, END, " " + TEXT[START:END]))

    assert (found.start, found.end) == (START, END)


def test_a_region_whose_text_stands_elsewhere_is_refused() -> None:
    with pytest.raises(InvalidCoding, match="isn't 'another text'"):
        label_studio.codings(TEXT, region(START, END, "another text"))


def test_a_region_of_blanks_is_refused() -> None:
    regions = region(START - 1, START, " ")

    with pytest.raises(InvalidCoding, match="nothing but blanks"):
        label_studio.codings(TEXT, regions)


def test_a_region_without_a_stance_says_which_it_is() -> None:
    regions = [one for one in region(START, END) if one["from_name"] != "stance"]

    with pytest.raises(InvalidCoding, match=rf"region s{START}-{END}\.stance: '' is not one of"):
        label_studio.codings(TEXT, regions)


def test_actors_typed_in_one_line_are_read_as_several() -> None:
    regions = region(START, END)
    for one in regions:
        if one["from_name"] == "proposed_actors":
            one["value"]["text"] = "au, rus"

    (found,) = label_studio.codings(TEXT, regions)

    assert found.coding.proposed_actors == ("AU", "RUS")


def test_relations_and_foreign_fields_are_passed_over() -> None:
    foreign = [
        {"type": "relation", "from_id": "a", "to_id": "b"},
        {"id": "x", "from_name": "mood", "value": {"choices": ["good"]}},
    ]

    assert label_studio.codings(TEXT, foreign) == ()


def test_coder_and_time_come_from_the_annotation() -> None:
    entries: list[dict[str, Any]] = [
        {"id": 1, "completed_by": 3, "created_at": "2026-01-02T03:04:05Z"},
        {"id": 2, "completed_by": {"id": 4, "email": "ana@example.org"}},
        {"id": 3, "was_cancelled": True},
        {"id": 4},
    ]
    annotations = [entry | {"result": region(START, END)} for entry in entries]

    found = label_studio.from_json(task(annotations=annotations, predictions=[11]))

    assert [(c.coder, c.coded_at, c.tool_ids["annotation"]) for c in found.codings] == [
        ("3", "2026-01-02T03:04:05Z", 1),
        ("ana@example.org", None, 2),
        (None, None, 4),
    ]


def test_numbers_of_tasks_and_annotations_go_back_out() -> None:
    raw = task(annotations=[{"id": 5, "result": region(START, END)}])

    out = label_studio.to_json(label_studio.from_json(raw))

    assert out["id"] == 7
    assert [entry["id"] for entry in out["annotations"]] == [5]


def test_the_task_number_names_an_article_without_an_id() -> None:
    assert label_studio.from_json({"id": 7, "data": {"text": TEXT}}).document.id == "7"


def test_a_task_without_text_is_refused() -> None:
    with pytest.raises(InvalidDocument, match="text"):
        label_studio.from_json({"id": 7, "data": {"content": "?"}})


def test_a_faulty_task_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task(), {"id": 8}, task(id=9)]))
    faults: list[InvalidExchange] = []

    found = list(label_studio.read(path, on_error=faults.append))

    assert len(found) == 2
    assert [str(fault).partition(":")[0] for fault in faults] == ["Label Studio, task 2"]
    with pytest.raises(InvalidExchange, match="task 2"):
        list(label_studio.read(path))


@pytest.mark.parametrize(("content", "reason"), [("{", "not JSON"), ("{}", "list of tasks")])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(content)

    with pytest.raises(InvalidExchange, match=reason):
        list(label_studio.read(path))


def test_the_least_certain_sentence_scores_a_prediction() -> None:
    suggestions = tuple(
        SentenceCoding(START, END, FAVOR, "v1", score=score) for score in (0.9, 0.4)
    )
    found = label_studio.from_json(task())

    out = label_studio.to_json(type(found)(found.document, suggestions=suggestions))

    (prediction,) = out["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("v1", 0.4)
