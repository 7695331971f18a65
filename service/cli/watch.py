"""`stancewire watch`."""

import typer

from service.cli.workspace import Home, settings_of, store_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("watch")(watch)


def watch(home: Home = None) -> None:
    """Poll feeds, tag what is new, deliver alerts; until it is stopped (Ctrl-C, SIGTERM)."""
    import asyncio

    from service import logs
    from service.watching import watch as go_on

    settings = settings_of(home)
    logs.configure(as_json=settings.log_json)
    with store_of(settings) as store:
        asyncio.run(go_on(store, settings))
