"""`stancewire watch`."""

from typing import Annotated

import typer

from service.cli.workspace import Home, settings_of, store_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("watch")(watch)


def watch(
    metrics_port: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=65_535,
            envvar="STANCEWIRE_METRICS_PORT",
            help="Let Prometheus read this process too, on loopback [default: not].",
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Poll feeds, tag what is new, deliver alerts; until it is stopped (Ctrl-C, SIGTERM).

    Example:
    \b
        stancewire feeds add https://news.example/rss --host CAF
        stancewire watch --metrics-port 9101
    """
    import asyncio

    from service import logs, metrics
    from service.watching import watch as go_on

    settings = settings_of(home)
    logs.configure(as_json=settings.log_json)
    with store_of(settings) as store, metrics.served(metrics_port):
        asyncio.run(go_on(store, settings))
