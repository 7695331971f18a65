"""Reports: complete, readable as text, and drawn well enough to parse."""

import json
from xml.etree import ElementTree

import pytest

from labels.agreement import Interval
from labels.labelled_set import shipped
from labels.scheme import CODEBOOK
from tests.training.test_evaluate import TOY, echo
from training import report
from training.evaluate import Bin, Evaluation, evaluate
from training.figure_names import name_of
from training.pictures import confusion_svg, reliability_svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    documents = shipped().documents[::40]
    return evaluate(documents, [echo(one) for one in documents[1:]], CODEBOOK, n_boot=20)


def test_a_report_has_text_numbers_and_pictures(evaluation: Evaluation) -> None:
    found = report.files(evaluation, title="Version 1", lines=["Fitted on toys."])

    assert sorted(found) == [
        "reliability.svg", "report.json", "report.md", "speaker_confusion.svg",
        "stance_confusion.svg",
    ]  # fmt: skip
    assert json.loads(found["report.json"]) == json.loads(json.dumps(evaluation.to_json()))
    text = found["report.md"].decode()
    assert text.startswith("# Version 1\n\nFitted on toys.\n\n")
    assert "1 of them not tagged" in text
    for name in found:
        assert not name.endswith(".svg") or f"]({name})" in text


def test_every_figure_stands_in_the_text_by_a_readable_name(evaluation: Evaluation) -> None:
    text = report.files(evaluation, title="t")["report.md"].decode()

    for name, figure in evaluation.figures.items():
        value, interval = report.told(figure)
        assert f"| {name_of(name)} | {value} | {interval} |" in text
        assert "_f1" not in name_of(name)
    for one in evaluation.slices:
        assert f"| {one.name} | {one.n_documents} | {one.n_sentences} |" in text


def test_a_scheme_without_speakers_has_no_picture_of_them() -> None:
    whole = evaluate([TOY], [echo(TOY)], CODEBOOK, n_boot=5)
    without = Evaluation(
        whole.scheme, 1, 0, 4, whole.figures, whole.stance_confusion, (), whole.bins, ()
    )

    assert "speaker_confusion.svg" not in report.files(without, title="t")


def test_undefined_figures_are_dashes() -> None:
    assert report.told(Interval(None)) == ("-", "-")
    assert report.told(Interval(0.5, 0.25, 0.75)) == ("0.500", "0.250 to 0.750")


def test_a_conflict_with_a_bar_in_its_name_does_not_break_the_table() -> None:
    assert report._table(("a", "b"), [("x|y", "1")]).splitlines()[-1] == "| x/y | 1 |"


def test_a_manifest_keeps_figures_and_the_hash_of_what_they_were_measured_on(
    evaluation: Evaluation,
) -> None:
    kept = report.manifest_figures(evaluation, "abc")

    assert kept["coded_sha256"] == "abc"
    assert json.loads(json.dumps(kept))["values"]["statement_f1"]["value"] is not None


def test_a_confusion_matrix_is_drawn_cell_by_cell() -> None:
    drawn = ElementTree.fromstring(  # noqa: S314 - our own
        confusion_svg(("yes & no", "<none>"), ((3, 1), (0, 0)), "Toy")
    )

    cells = drawn.findall(f"{SVG}rect")[1:]
    assert len(cells) == 4
    titles = [cell.findtext(f"{SVG}title") for cell in cells]
    assert titles[0] == "yes & no tagged as yes & no: 3 of 4 (75%)"
    assert titles[3] == "<none> tagged as <none>: 0 of 0 (0%)"
    assert cells[0].get("fill") != cells[1].get("fill")


def test_bars_of_reliability_are_as_high_as_the_accuracy() -> None:
    drawn = ElementTree.fromstring(  # noqa: S314 - our own
        reliability_svg((Bin(0.7, 0.8, 10, 0.75, 0.5), Bin(0.9, 1.0, 5, 0.95, 1.0)), "Toy")
    )

    bars = drawn.findall(f"{SVG}rect")[1:]
    heights = [float(bar.get("height") or 0) for bar in bars]
    assert heights[1] == 2 * heights[0]
