"""`stancewire tag`."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress as Bar

    from service.archive.job import Job
    from service.archive.run import Run, Summary
    from service.archive.watch import Progress

EXAMPLES = """
[bold]Examples[/bold]

    stancewire tag articles.jsonl -o tagged.jsonl
    stancewire tag archive/ "more/*.csv" --column text=BODY -o tagged/
    zcat articles.jsonl.gz | stancewire tag - > tagged.jsonl
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tag", epilog=EXAMPLES)(tag)


def tag(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Files, folders, globs, URLs; - for standard input.", metavar="IN..."),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="A folder for parts, a .jsonl file, or - for standard output."
        ),
    ] = Path("-"),
    home: Annotated[
        Path | None, typer.Option(help="Workspace folder.", envvar="STANCEWIRE_HOME")
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="Tag with this version, not the current one.")
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="Format of all inputs [default: by their endings].")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="FIELD=COLUMN: where a table holds a field of the documents."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="FIELD=VALUE for documents that lack the field."),
    ] = None,
    name_pattern: Annotated[
        str | None,
        typer.Option(help='What file names tell: "{publisher}_{published}_{*}.txt".'),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of all text [default: found for each file].")
    ] = None,
    any_language: Annotated[
        bool, typer.Option("--any-language", help="Tag what isn't English, too.")
    ] = False,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Put the text of each document into the output.")
    ] = False,
    no_copies: Annotated[
        bool, typer.Option("--no-copies", help="Don't look for wire copies.")
    ] = False,
    commit_every: Annotated[
        int, typer.Option(min=1, help="Documents that are committed together.")
    ] = 128,
    processes: Annotated[
        int | None, typer.Option("--processes", "-j", min=1, help="[default: one a core]")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler: tcp://scheduler:8786.")
    ] = None,
    retag: Annotated[
        bool, typer.Option("--retag", help="Start anew over an output that is there.")
    ] = False,
) -> None:
    """Tag documents of any format, from one line to an archive of millions.

    Into a folder or a .jsonl file the run can be killed at any point: the same command goes on
    where it was. Exit code 1 says that some documents couldn't be read (errors.jsonl).
    """
    from service.archive.job import Job
    from service.readers.fields import parse_mapping
    from service.readers.record import ReadOptions
    from service.settings import Settings

    settings = Settings.from_env()
    options = ReadOptions(
        columns=parse_mapping(column or []),
        name_pattern=name_pattern,
        encoding=encoding,
        format=format,
        fields=parse_mapping(set_ or []),
        max_chars=settings.max_document_chars,
    )
    job = Job(
        inputs=tuple(inputs),
        version=_version(home or settings.home, version, output, retag=retag),
        home=str((home or settings.home).resolve()),
        options=options,
        any_language=any_language,
        with_text=with_text,
        copies=not no_copies,
        commit_every=commit_every,
    )
    if str(output) == "-" or "-" in inputs:
        failed = _stream(job, output)
    else:
        failed = _run(job, output, processes=processes, cluster=cluster, retag=retag)
    if failed:
        raise typer.Exit(1)


def _version(home: Path, asked: str | None, output: Path, *, retag: bool) -> str:
    """Return the version asked for; else the one with which the output was begun; else the current."""
    from service.archive.state import begun_version
    from training.registry import Registry

    registry = Registry(home)
    if asked is not None:
        return registry.manifest(asked).id
    begun = None if retag or str(output) == "-" else begun_version(output)
    if begun is None:
        return registry.current_id()
    current = registry.serving_id()
    if current and current != begun:
        _say(f"begun with {begun}; {current} serves now: --retag starts anew with it")
    return begun


def _stream(job: "Job", output: Path) -> int:
    """Tag in one go, without a journal; return the number of errors."""
    from labels.durable import replacing
    from service.archive.layout import Layout
    from service.archive.run import OutputTaken
    from service.archive.storage import telling
    from service.archive.stream import tag_stream

    with telling(output):
        if str(output) == "-":
            return tag_stream(job, sys.stdout.buffer, complain=_say)
        if not Layout.of(output).is_one_file:
            raise OutputTaken(f"{output}: from standard input give a .jsonl file, or -")
        with replacing(output) as out:
            return tag_stream(job, out, complain=_say)


def _run(
    job: "Job", output: Path, *, processes: int | None, cluster: str | None, retag: bool
) -> int:
    """Tag with a journal; return the number of errors."""
    from service.archive.local import Pool, in_process
    from service.archive.run import Run

    with _bar() as on_progress, _stopped():
        run = Run(job, output, on_progress=on_progress)
        if cluster is not None:
            summary = _on_cluster(run, cluster, retag=retag)
        elif (n := processes or os.cpu_count() or 1) > 1:
            summary = run(Pool(n).run, n_workers=n, retag=retag)
        else:
            summary = run(in_process, retag=retag)
    _tell(summary, run)
    return summary.counts.errors


def _on_cluster(run: "Run", address: str, *, retag: bool) -> "Summary":
    from service.readers.formats import MissingExtra

    try:
        from service.archive.cluster import Cluster
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"--cluster needs {error.name}: pip install 'stancewire[cluster]'"
        ) from error
    connected = Cluster(address)
    return run(connected.run, n_workers=connected.n_workers, retag=retag)


def _tell(summary: "Summary", run: "Run") -> None:
    counts, layout = summary.counts, run.layout
    if summary.was_finished:
        _say("this command was finished before; nothing to do")
    _say(f"{counts.documents:,} documents tagged with {summary.version} into {layout.out}")
    if summary.n_groups:
        _say(f"{summary.n_groups:,} groups of copies (document.duplicate_group)")
    if counts.skipped:
        _say(f"{counts.skipped:,} skipped, not English: {layout.skipped}; --any-language tags them")
    if counts.errors:
        _say(f"{counts.errors:,} could not be read: {layout.errors}")
        _say(f"the first of them: {_first(layout.errors)}")
    if summary.passed_over:
        _say(f"{len(summary.passed_over):,} files of no known format, as {summary.passed_over[0]}")


def _first(errors: Path) -> str:
    from service.archive.stream import told_of

    with errors.open("rb") as lines:
        return told_of(next(lines))


def _say(text: str) -> None:
    print(f"stancewire: {text}", file=sys.stderr)


@contextmanager
def _stopped() -> "Iterator[None]":
    try:
        yield
    except KeyboardInterrupt:
        _say("stopped; what is tagged is kept, the same command goes on")
        raise


@contextmanager
def _bar() -> "Iterator[Callable[[Progress], None]]":
    """Show a progress bar on a terminal; elsewhere nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[documents]:,} documents"),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TextColumn("{task.fields[errors]:,} errors"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as bar:
        yield _shown(bar)


def _shown(bar: "Bar") -> "Callable[[Progress], None]":
    import time

    task = bar.add_task("tagging", total=None, documents=0, rate=0.0, errors=0)
    first: dict[str, float] = {}

    def show(progress: "Progress") -> None:
        counts, now = progress.counts, time.monotonic()
        start = first.setdefault("at", now)
        before = first.setdefault("documents", counts.documents)
        fields: Mapping[str, Any] = {
            "documents": counts.documents,
            "errors": counts.errors,
            "rate": (counts.documents - before) / max(now - start, 1e-3),
        }
        bar.update(
            task,
            description=progress.stage,
            completed=progress.bytes_done,
            total=max(progress.bytes_total, 1),
            **fields,
        )

    return show
