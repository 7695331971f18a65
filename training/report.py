"""An evaluation to read: Markdown with pictures beside it, and the same numbers as JSON."""

import json
from collections.abc import Mapping, Sequence

from labels.agreement import Interval
from training.evaluate import Evaluation, Slice
from training.figure_names import name_of
from training.pictures import confusion_svg, reliability_svg

SLICED = ("stance_macro_f1", "speaker_type_acc", "speaker_name_acc", "actors_micro_f1", "statement_f1")  # fmt: skip


def told(figure: Interval) -> tuple[str, str]:
    """Return value and interval in three decimals; a dash where they are undefined."""
    value = "-" if figure.value is None else f"{figure.value:.3f}"
    if figure.low is None or figure.high is None:
        return value, "-"
    return value, f"{figure.low:.3f} to {figure.high:.3f}"


def files(evaluation: Evaluation, *, title: str, lines: Sequence[str] = ()) -> dict[str, bytes]:
    """Return the report's files by name: report.md, report.json and the pictures.

    Args:
        evaluation: what was measured.
        title: heading of the Markdown.
        lines: what to say of the version and the data, one paragraph each.
    """
    found = {
        "report.json": json.dumps(evaluation.to_json(), indent=1).encode() + b"\n",
        "stance_confusion.svg": confusion_svg(
            evaluation.scheme.stances, evaluation.stance_confusion, "Stance: coded and said"
        ).encode(),
        "reliability.svg": reliability_svg(evaluation.bins, "Stance: score and accuracy").encode(),
    }
    if evaluation.speaker_confusion:
        found["speaker_confusion.svg"] = confusion_svg(
            evaluation.scheme.speaker_types,
            evaluation.speaker_confusion,
            "Speaker type: coded and said",
        ).encode()
    text = markdown(evaluation, title=title, lines=lines, pictures=[*found])
    return {"report.md": text.encode(), **found}


def markdown(
    evaluation: Evaluation, *, title: str, lines: Sequence[str], pictures: Sequence[str]
) -> str:
    """Return the report as Markdown that shows the pictures that lie beside it."""
    missing = f", {evaluation.n_missing} of them not tagged" if evaluation.n_missing else ""
    blocks = [
        f"# {title}",
        *lines,
        f"{evaluation.n_documents} coded documents{missing}, {evaluation.n_sentences} sentences; "
        "95% intervals by bootstrap over documents.",
        _table(
            ("figure", "value", "95% interval"),
            [(name_of(name), *told(figure)) for name, figure in evaluation.figures.items()],
        ),
        *(f"![{name.removesuffix('.svg')}]({name})" for name in pictures if name.endswith(".svg")),
    ]
    for by in dict.fromkeys(one.by for one in evaluation.slices):
        blocks.append(f"## By {by}")
        blocks.append(_sliced([one for one in evaluation.slices if one.by == by]))
    return "\n\n".join(blocks) + "\n"


def slice_row(one: Slice) -> tuple[str, ...]:
    """Return one line of the table of slices: name, sizes, and the figures of `SLICED`."""
    values = (one.figures.get(figure) for figure in SLICED)
    numbers = ("-" if value is None else f"{value:.3f}" for value in values)
    return (one.name, str(one.n_documents), str(one.n_sentences), *numbers)


def slice_heads(by: str) -> tuple[str, ...]:
    """Return the heads of the columns of `slice_row`."""
    return (by, "documents", "sentences", *(figure.replace("_", " ") for figure in SLICED))


def manifest_figures(evaluation: Evaluation, coded_sha256: str) -> Mapping[str, object]:
    """Return what a version's manifest keeps of an evaluation."""
    return {
        "coded_sha256": coded_sha256,
        "documents": evaluation.n_documents,
        "sentences": evaluation.n_sentences,
        "values": {name: figure.to_json() for name, figure in evaluation.figures.items()},
    }


def _sliced(slices: Sequence[Slice]) -> str:
    return _table(slice_heads(slices[0].by), [slice_row(one) for one in slices])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
