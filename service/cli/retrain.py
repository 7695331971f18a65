"""`stancewire retrain`: new judgements to a version that serves, in this process."""

import json
from pathlib import Path
from typing import Annotated

import typer

from service.cli.workspace import Home, fail, settings_of, store_of


def register(root: typer.Typer) -> None:
    """Add the command."""
    root.command("retrain")(retrain)


def retrain(
    promote: Annotated[
        bool, typer.Option("--promote", help="Promote even what the gate holds; it is logged.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another retraining, don't refuse.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Retrain although nothing is new.")
    ] = False,
    data: Annotated[
        list[Path] | None,
        typer.Option(help="A labelled file of your own beside the shipped set.", exists=True),
    ] = None,
    who: Annotated[str, typer.Option(help="Who asks, for the log.", envvar="USER")] = "somebody",
    job: Annotated[str | None, typer.Option(hidden=True)] = None,
    home: Home = None,
) -> None:
    """Fit a candidate on the labelled set and the judgements, and promote it if the gate lets it.

    Exit code 0: it serves. 3: it is held, the reasons are printed, and the current version goes on
    serving. 6: another retraining runs, or nothing is new.

    \b
    Example:
        stancewire retrain
        stancewire retrain --promote --who ada
    """
    from datetime import UTC, datetime

    from service import label_desk, retraining
    from service.errors import HELD
    from service.retrain_process import run

    settings = settings_of(home)
    base = label_desk.base_set(settings, data or ())
    with store_of(settings) as store:
        if job is None:
            with store.write() as connection:
                job = retraining.create(
                    connection, who=who, now=datetime.now(UTC), promote=promote, anyway=anyway
                )
        outcome = run(
            settings, store, job, base=base, wait=wait,
            progress=lambda step: typer.echo(f"{step} ...", err=True),
        )  # fmt: skip
    typer.echo(json.dumps(outcome.to_json(), indent=1))
    if not outcome.promoted:
        raise fail(
            f"candidate {outcome.version.id} is held; the current version goes on serving. "
            f"`stancewire models promote {outcome.version.id}` overrides this, and is logged",
            HELD,
        )
