"""`stancewire serve`."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from service.cli.workspace import store_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on [default: 127.0.0.1].")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="TCP port [default: 8000].")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
    home: Annotated[
        Path | None, typer.Option(help="Workspace folder.", envvar="STANCEWIRE_HOME")
    ] = None,
) -> None:
    """Answer over HTTP: the JSON interface and the pages.

    Example:
    \b
        stancewire serve --port 8000
        curl -s localhost:8000/v1/tag --json '{"text": "The union will send troops."}'
    """
    import uvicorn

    from service.auth import may_listen
    from service.settings import Settings
    from service.store import keys

    if home is not None:
        os.environ["STANCEWIRE_HOME"] = str(home)
    settings = Settings.from_env()
    host = host or settings.host
    with store_of(settings) as store, store.read() as connection:
        has_keys = keys.any_active(connection)
    may_listen(host, has_keys=has_keys)
    if not has_keys:
        told = "no API keys yet: listening on loopback only (stancewire keys create NAME)"
        print(f"stancewire: {told}", file=sys.stderr)
    with ExitStack() as stack:
        if workers > 1:
            # Each worker counts for itself; from this folder any of them tells the sums.
            counted = stack.enter_context(TemporaryDirectory(prefix="stancewire-metrics-"))
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", counted)
        uvicorn.run(
            "service.app:from_env",
            factory=True,
            host=host,
            port=port or settings.port,
            workers=workers,
            timeout_graceful_shutdown=30,
            access_log=False,  # service.observe writes one line a request, with its id
        )
