"""`stancewire evaluate`."""

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.workspace import Home, progress, registry_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from labels.labelled_set import LabelledSet
    from labels.scheme import Scheme
    from training.evaluate import Evaluation, Mistake
    from training.splits import Fold


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    coded: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Coded documents, one a line; with --folds, the set to divide [default: the "
            "labelled set that comes with stancewire].",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="Measure this version, not the current one.")
    ] = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write all figures to this file as JSON.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Write report.md, report.json and pictures into this folder."),
    ] = None,
    errors: Annotated[
        int, typer.Option(min=0, help="Print this many sentences that were tagged otherwise.")
    ] = 0,
    folds: Annotated[
        str | None,
        typer.Option(
            help="Measure the method, not a version: fit on a part, tag the rest; 'origin' holds "
            "out one file at a time, a number so many parts of the documents. Slow.",
        ),
    ] = None,
    slices: Annotated[
        bool, typer.Option("--slices", help="Print the figures by conflict and by file too.")
    ] = False,
    scheme: Annotated[
        Path | None,
        typer.Option(
            help="Scheme file, for --folds; a version brings its own.",
            exists=True,
            dir_okay=False,
            metavar="FILE",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of bootstrap, folds and fitting.")] = 0,
    home: Home = None,
) -> None:
    """Measure a version on documents that people coded: every figure with its 95% interval.

    \b
    Example:
        stancewire evaluate coded.jsonl --errors 10
        stancewire evaluate --folds origin

    Exit codes: 0 done, 2 a file is missing, 4 a coded file has a fault, 5 no such version,
    6 it can't be loaded, 7 none serves yet.
    """  # fmt: skip
    from training import evaluate as measure

    mistakes: Sequence[Mistake] = ()
    if folds is not None:
        found, title = _folded(coded, folds, scheme, seed=seed)
    elif not coded:
        raise typer.BadParameter("give coded files, or --folds", param_hint="CODED")
    else:
        with progress("Evaluating") as step:
            step("loading")
            tagger = registry_of(home).load(version)
            labelled = _read(coded, tagger.scheme)
            step("tagging")
            tagged = tagger.tag([one.document for one in labelled.documents])
            step("intervals")
            found = measure.evaluate(labelled.documents, tagged, tagger.scheme, seed=seed)
            mistakes = measure.mistakes(labelled.documents, tagged, tagger.scheme, limit=errors)
        title = f"Version {tagger.version}"
    for one in mistakes:
        print(f"{one.document}: {one.text}\n    coded  {one.coded}\n    tagged {one.said}")
    _print(found, title, slices=slices)
    if json_out is not None:
        _write(json_out, json.dumps({"of": title, **found.to_json()}, indent=1).encode() + b"\n")
    if report is not None:
        from training.report import files

        for name, content in files(found, title=title).items():
            _write(report / name, content)
        print(f"report: {report / 'report.md'}")


def _folded(
    coded: list[Path] | None, folds: str, scheme: Path | None, *, seed: int
) -> "tuple[Evaluation, str]":
    from labels.labelled_set import read, shipped
    from labels.scheme import CODEBOOK, Scheme
    from training.evaluate import cross_validate
    from training.fit import fit

    names = Scheme.from_file(scheme) if scheme else CODEBOOK
    labelled = read(coded, names) if coded else shipped()
    parts = _folds(labelled, folds, seed=seed)
    with progress(f"Fitting {len(parts)} times") as step:
        step(f"{len(labelled.documents)} documents, two at a time")
        found = cross_validate(labelled, parts, functools.partial(fit, seed=seed), seed=seed)
    return found, f"{len(parts)} folds by {'origin' if folds == 'origin' else 'document'}"


def _folds(labelled: "LabelledSet", folds: str, *, seed: int) -> "tuple[Fold, ...]":
    from training import splits

    try:
        if folds == "origin":
            parts = splits.by_origin(labelled.documents)
            if len(parts) < 2:
                raise ValueError("one file alone can't be held out; give several, or a number")
            return parts
        return splits.by_document(len(labelled.documents), k=int(folds), seed=seed)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--folds") from error


def _read(paths: list[Path], scheme: "Scheme") -> "LabelledSet":
    from labels.labelled_set import read

    return read(paths, scheme, allow_copies=True)  # wire copies count as often as they stand there


def _print(found: "Evaluation", title: str, *, slices: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from training.figure_names import name_of
    from training.report import slice_heads, slice_row, told

    console = Console()
    if not console.is_terminal:  # a file or a pager has no edge to fold at
        console = Console(width=160)
    table = Table(
        "figure",
        title=f"{title}: {found.n_documents} documents, {found.n_sentences} sentences",
        box=box.SIMPLE,
    )
    table.add_column("value", justify="right")
    table.add_column("95% interval")
    for name, figure in found.figures.items():
        table.add_row(name_of(name), *told(figure))
    console.print(table)
    for heading, labels, counts in (
        ("Stance: coded (rows), said (columns)", found.scheme.stances, found.stance_confusion),
        (
            "Speaker type: coded (rows), said (columns)",
            found.scheme.speaker_types,
            found.speaker_confusion,
        ),
    ):
        if counts:
            console.print(_matrix(heading, labels, counts))
    for by in dict.fromkeys(one.by for one in found.slices if slices):
        sliced = Table(*slice_heads(by), title=f"By {by}", box=box.SIMPLE)
        for one in found.slices:
            if one.by == by:
                sliced.add_row(*slice_row(one))
        console.print(sliced)


def _matrix(heading: str, labels: "Sequence[str]", counts: "Sequence[Sequence[int]]") -> "Table":
    from rich import box
    from rich.table import Table

    table = Table("", *(label.replace("_", " ") for label in labels), title=heading, box=box.SIMPLE)
    for label, row in zip(labels, counts, strict=True):
        table.add_row(label, *map(str, row))
    return table


def _write(path: Path, content: bytes) -> None:
    from labels.durable import replacing

    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(content)
