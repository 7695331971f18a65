"""`stancewire queue`: what to label next."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labels.exchange.tools import Tool
from service.cli.workspace import Home, fail, settings_of, store_of, writable

if TYPE_CHECKING:
    from labels.judgement import Place
    from service.store import Store
    from training.active import Queue


def register(root: typer.Typer) -> None:
    """Add the command."""
    root.command("queue")(queue)


def queue(
    coder: Annotated[str, typer.Option(help="Who labels; gets nothing twice.")],
    n: Annotated[int, typer.Option("-n", min=1, help="How many sentences.")] = 20,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write them for an annotation tool.")
    ] = None,
    form: Annotated[
        Tool, typer.Option("--format", help="The tool that the output is for.")
    ] = Tool.LABEL_STUDIO,
    skip: Annotated[
        list[str] | None, typer.Option(help="Put one off for a day: DOCUMENT:START:END.")
    ] = None,
    home: Home = None,
) -> None:
    """Say which sentences to label next, and why: one JSON object a line.

    They come from the articles that the service keeps. With --output, their whole articles are
    written for an annotation tool, with the machine's tags as suggestions.

    \b
    Example:
        stancewire queue --coder ada -n 50 -o todo.json --format label-studio
    """
    from datetime import UTC, datetime

    from service import label_desk, label_queue

    now = datetime.now(UTC)
    settings = settings_of(home)
    if not coder.strip():
        raise fail("--coder: say who labels", 2)
    if output is not None:
        writable(output)
    with store_of(settings) as store:
        for place in map(_place, skip or ()):
            label_queue.skip(store, place, coder=coder, now=now)
        found = label_queue.queue(
            store, coder=coder, n=n, now=now, base_counts=label_desk.base_counts(settings.labelled)
        )
        if output is not None:
            written = _write(store, found, output, form)
            typer.echo(f"{written} articles with {len(found.asks)} sentences written to {output}")
            return
    for ask in found.asks:
        typer.echo(json.dumps(label_queue.ask_json(ask), ensure_ascii=False))
    typer.echo(
        f"{len(found.asks)} of {found.n_waiting} that wait, {found.n_put_off} put off", err=True
    )


def _place(told: str) -> "Place":
    rest, _, end = told.rpartition(":")
    document, _, start = rest.rpartition(":")
    if not document or not start.isdecimal() or not end.isdecimal():
        raise fail(f"--skip {told}: write DOCUMENT:START:END, as the queue tells them", 2)
    return document, int(start), int(end)


def _write(store: "Store", found: "Queue", output: Path, form: Tool) -> int:
    from dataclasses import replace

    from labels.exchange.tools import write_tasks
    from service import label_queue

    wanted = {ask.item.place for ask in found.asks}
    tasks = label_queue.tasks(store, sorted({place[0] for place in wanted}))
    if form is not Tool.LABEL_STUDIO:  # tools for single sentences get only those asked for
        tasks = [
            replace(
                task,
                suggestions=tuple(
                    s for s in task.suggestions if (task.document.id, s.start, s.end) in wanted
                ),
            )
            for task in tasks
        ]
    write_tasks(tasks, output, form)
    return len(tasks)
