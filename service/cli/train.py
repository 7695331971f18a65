"""`stancewire train`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.workspace import Home, progress, registry_of, whoami

if TYPE_CHECKING:
    from labels.labelled_set import LabelledSet
    from model.tagger import Tagger


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(
    labelled: Annotated[
        list[Path] | None,
        typer.Option(
            help="Labelled file, one coded document a line; give it several times for several "
            "files [default: the labelled set that comes with stancewire].",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    scheme: Annotated[
        Path | None,
        typer.Option(
            help="Scheme file (TOML or JSON) that names other labels than the codebook's.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    coded: Annotated[
        Path | None,
        typer.Option(
            help="Coded documents that were not trained on: measure the version on them, and "
            "keep the report in its folder.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of every random choice.")] = 0,
    use: Annotated[
        bool, typer.Option("--use", help="Serve with it at once; the first version serves anyway.")
    ] = False,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Do nothing where a version serves already.")
    ] = False,
    why: Annotated[
        str, typer.Option(help="Reason, for the log.")
    ] = "trained from the command line",
    home: Home = None,
) -> None:
    """Fit a version on a labelled set and keep it in the workspace.

    The same files, configuration and seed give the same tags. The first version of a workspace
    serves at once; later ones when you say so (--use, or stancewire models use ID).

    \b
    Example:
        stancewire train --labelled mine.jsonl --seed 7

    Exit codes: 0 done, 2 a file is missing, 4 a labelled file or scheme has a fault.
    """  # fmt: skip
    from labels.labelled_set import read, shipped
    from labels.scheme import CODEBOOK, Scheme
    from training.fit import fit

    registry = registry_of(home)
    current = registry.serving_id()
    if if_missing and current is not None:
        print(f"version {current} serves already; nothing to do")
        return
    names = Scheme.from_file(scheme) if scheme else CODEBOOK
    labelled_set = read(labelled, names) if labelled else shipped()
    measured = read([coded], names, allow_copies=True) if coded else None
    if measured is not None:
        _warn_of_leaks(labelled_set, measured)
    with progress("Training") as step:
        tagger = fit(labelled_set, seed=seed, progress=step)
        step("saving")
        id = _keep(tagger, labelled_set, measured, seed=seed, why=why, home=home)
    print(f"version {id} fitted on {labelled_set.n_sentences} sentences: {registry.path(id)}")
    if use or current is None:
        registry.promote(id, who=whoami(), why=why if use else "the first version")
        print(f"it serves from now on{f', in place of {current}' if current else ''}")
    else:
        print(f"{current} goes on serving; change that with: stancewire models use {id}")


def _warn_of_leaks(labelled_set: "LabelledSet", measured: "LabelledSet") -> None:
    """Say so where documents to measure on are trained on too, as they are or nearly so."""
    from labels.copies import near_copies

    documents = (*labelled_set.documents, *measured.documents)
    n = len(labelled_set.documents)
    known = {one.document.text for one in labelled_set.documents}
    copies = {
        copy.place for copy in near_copies(one.document.text for one in documents) if copy.of < n
    }
    copies |= {i for i, one in enumerate(documents) if one.document.text in known}
    leaks = [documents[i].document.id for i in sorted(copies) if i >= n]
    if leaks:
        shown = ", ".join(leaks[:5]) + (" ..." if len(leaks) > 5 else "")
        print(
            f"stancewire: {len(leaks)} documents of the coded file are in the labelled set, or "
            f"nearly so: the figures will be too good ({shown})",
            file=sys.stderr,
        )


def _keep(
    tagger: "Tagger",
    labelled_set: "LabelledSet",
    measured: "LabelledSet | None",
    *,
    seed: int,
    why: str,
    home: Path | None,
) -> str:
    """Measure a tagger where there is something to measure it on, and add it to the registry."""
    from datetime import UTC, datetime

    from model.manifest import Provenance
    from training import report
    from training.card import as_json, first_card
    from training.evaluate import evaluate

    created = datetime.now(UTC)
    figures, beside, evaluation = {}, {}, None
    if measured is not None:
        tagged = tagger.tag([one.document for one in measured.documents])
        evaluation = evaluate(measured.documents, tagged, tagger.scheme)
        figures = dict(report.manifest_figures(evaluation, measured.sha256))
        beside = report.files(
            evaluation,
            title=f"Version of {created:%Y-%m-%d %H:%M} UTC",
            lines=[f"Fitted on {labelled_set.n_sentences} sentences, seed {seed}."],
        )
    made_from = Provenance.of(labelled_set, created=created, seed=seed, figures=figures)
    beside["card.json"] = as_json(first_card(tagger, labelled_set, evaluation))
    return registry_of(home).add(tagger, made_from, who=whoami(), why=why, beside=beside).id
