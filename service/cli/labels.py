"""`stancewire labels`: what people said of sentences, in and out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.workspace import Home, fail, settings_of, store_of, writable
from service.label_formats import Format

if TYPE_CHECKING:
    from labels.document import Document
    from service.store import Store

app = typer.Typer(
    help="What people said of sentences: import, export, check, count.", no_args_is_help=True
)


def register(root: typer.Typer) -> None:
    """Add the group."""
    root.add_typer(app, name="labels")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A file with codings.", exists=True, dir_okay=False)],
    form: Annotated[Format, typer.Option("--format", help="Its format.")] = Format.AUTO,
    coder: Annotated[
        str | None, typer.Option(help="Who coded, where the file doesn't say.")
    ] = None,
    adjudicate: Annotated[
        bool, typer.Option(help="Take these as decisions between coders.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option(help="Import the rest where an entry is at fault.")
    ] = False,
    home: Home = None,
) -> None:
    """Keep the codings of a file: all of them, or none if one is at fault.

    Importing the same file twice adds nothing. A later coding of the same sentence by the same
    coder supersedes the earlier one, which is kept.

    \b
    Example:
        stancewire labels import export.json --coder ada
    """
    from datetime import UTC, datetime

    from labels.errors import StancewireError
    from labels.judgement import Kind
    from service import label_desk, label_files
    from service.judging import machine_tags
    from training.registry import NoCurrentVersion, Registry

    settings = settings_of(home)
    now = datetime.now(UTC)
    faults: list[StancewireError] = []
    form = label_files.detect(file) if form is Format.AUTO else form
    with store_of(settings) as store:
        known = _known(store, form)
        on_error = faults.append if skip_bad else None
        batches = list(
            label_files.read_batches(file, form, known=known, coder=coder, on_error=on_error)
        )
        try:
            tagger = Registry(settings.home).load()
            machine = machine_tags(tagger, [b.document for b in batches if b.task])
        except NoCurrentVersion:
            machine = {}
        told, articles = [], []
        for batch in batches:
            try:
                told += label_files.judgements_of(
                    batch, tool=str(form), now=now, coder=coder,
                    machine=machine.get(batch.document.id),
                    kind=Kind.ADJUDICATION if adjudicate else Kind.CODING,
                )  # fmt: skip
            except StancewireError as error:
                if not skip_bad:
                    raise
                faults.append(error)
                continue
            articles.append(batch.document)
        appended = label_desk.keep(store, articles, told, now=now)
    for fault in faults:
        typer.echo(f"left out: {fault}", err=True)
    typer.echo(
        f"{len(appended.kept)} judgements kept, {appended.known} known before, "
        f"{len(articles)} articles, {len(faults)} entries left out"
    )
    if not told and any(batch.task and batch.task.suggestions for batch in batches):
        typer.echo(
            "the file holds the machine's suggestions alone: whoever checked one says so in the "
            f"tool (docs/formats.md tells how in {form})",
            err=True,
        )
    if faults:
        raise typer.Exit(1)


def _known(store: "Store", form: Format) -> "dict[str, Document]":
    """Return the articles that a file of single sentences refers to; other files hold their own."""
    from service import label_desk

    if form not in (Format.CSV, Format.PRODIGY):
        return {}
    with store.read() as connection:
        return label_desk.known_documents(connection)


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write.", dir_okay=False)],
    form: Annotated[
        Format, typer.Option("--format", help="jsonl: a labelled file.")
    ] = Format.JSONL,
    coder: Annotated[str | None, typer.Option(help="Only this coder's.")] = None,
    audit: Annotated[
        bool | None,
        typer.Option("--audit/--no-audit", help="Only the audit share, or only the rest."),
    ] = None,
    home: Home = None,
) -> None:
    """Write what people said, for another tool, for `evaluate`, or as a backup (judgements).

    \b
    Example:
        stancewire labels export test-set.jsonl --audit
        stancewire labels export all.jsonl --format judgements
    """
    from service import label_files
    from service.store.judgements import documents_of, read
    from training.active import is_audit

    writable(file)
    with store_of(settings_of(home)) as store, store.read() as connection:
        judgements = read(connection, coder=coder)
        documents = documents_of(connection)
    if audit is not None:
        judgements = [one for one in judgements if is_audit(one.document) is audit]
    n = label_files.write(file, form, judgements, documents)
    typer.echo(f"{n} articles written to {file}")


@app.command("check")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A file to check; none: what is kept.", exists=True)
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="The file's format.")] = Format.AUTO,
    home: Home = None,
) -> None:
    """Check a file before importing it, or what is kept; exit code 4 if something is at fault.

    \b
    Example:
        stancewire labels check export.json
    """
    from labels.errors import StancewireError
    from service import label_desk, label_files

    with store_of(settings_of(home)) as store:
        if file is None:
            with store.read() as connection:
                problems = label_desk.problems(connection)
            for line in problems:
                typer.echo(line)
            typer.echo(f"{len(problems)} points")
            return
        form = label_files.detect(file) if form is Format.AUTO else form
        known = _known(store, form)
    faults: list[StancewireError] = []
    batches = list(label_files.read_batches(file, form, known=known, on_error=faults.append))
    n = sum(len(b.judgements) + (len(b.task.codings) if b.task else 0) for b in batches)
    for fault in faults:
        typer.echo(str(fault))
    typer.echo(f"{len(batches)} articles, {n} codings, {len(faults)} faults")
    if faults:
        raise typer.Exit(4)


@app.command("stats")
def stats(home: Home = None) -> None:
    """Count what people said, as one JSON object.

    \b
    Example:
        stancewire labels stats
    """
    from service import label_desk

    with store_of(settings_of(home)) as store, store.read() as connection:
        typer.echo(json.dumps(label_desk.stats(connection), indent=1, ensure_ascii=False))


@app.command("adjudicate")
def adjudicate(
    document: Annotated[str, typer.Argument(help="Id of the article.")],
    start: Annotated[int, typer.Argument(help="First character of the sentence.")],
    end: Annotated[int, typer.Argument(help="One past its last.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    take: Annotated[str | None, typer.Option(help="The coder who is right.")] = None,
    stance: Annotated[str | None, typer.Option(help="Or the right stance ...")] = None,
    speaker_type: Annotated[str | None, typer.Option(help="... the type of the speaker")] = None,
    speaker: Annotated[str | None, typer.Option(help="... the name")] = None,
    actors: Annotated[str | None, typer.Option(help='... the actors ("RUS UN").')] = None,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    home: Home = None,
) -> None:
    """Decide between coders: take one's coding, and change what was wrong in it too.

    \b
    Example:
        stancewire labels adjudicate osh-1 0 87 --by eve --take ada --note "rule 4"
    """
    from datetime import UTC, datetime

    from labels.exchange.task import actor_ids
    from service import label_desk

    given = {
        "stance": stance, "speaker_type": speaker_type, "speaker": speaker,
        "proposed_actors": None if actors is None else list(actor_ids(actors)),
    }  # fmt: skip
    changes = {field: value for field, value in given.items() if value is not None}
    if take is None and stance is None:
        raise fail("say whose coding to --take, or the --stance", 2)
    with store_of(settings_of(home)) as store:
        decided = label_desk.adjudicate(
            store, (document, start, end), by=by, take=take, changes=changes, note=note,
            now=datetime.now(UTC),
        )  # fmt: skip
    typer.echo(json.dumps(decided.to_json(), ensure_ascii=False))


@app.command("suspects")
def suspects(
    n: Annotated[int, typer.Option("-n", min=1, help="How many, worst first.")] = 50,
    folds: Annotated[int, typer.Option(min=2, help="Fits; more are slower and finer.")] = 5,
    judged_only: Annotated[bool, typer.Option(help="Only what was judged here.")] = False,
    home: Home = None,
) -> None:
    """List codings that are probably wrong, one JSON object a line (some minutes).

    \b
    Example:
        stancewire labels suspects -n 20 > look-again.jsonl
    """
    from service import label_desk
    from training.fit import fit
    from training.retrain import assemble
    from training.suspect import suspects as find

    settings = settings_of(home)
    with store_of(settings) as store, store.read() as connection:
        judged = label_desk.judged(connection, until=0)
    data = assemble(label_desk.base_set(settings), judged.fitting, ())
    here = {coded.document.id for coded in judged.fitting}
    listed = [
        one for one in find(data.fitted, fit, k=folds) if not judged_only or one.place[0] in here
    ]
    for one in listed[:n]:
        typer.echo(json.dumps(one.to_json(), ensure_ascii=False))
