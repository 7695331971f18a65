"""Which workspace a command works in: its settings and its store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store import Store

Home = Annotated[Path | None, typer.Option(help="Workspace folder.", envvar="STANCEWIRE_HOME")]


def settings_of(home: Path | None) -> "Settings":
    """Return the settings of the environment, in another workspace if one is given."""
    from service.settings import Settings

    settings = Settings.from_env()
    return settings if home is None else replace(settings, home=home)


@contextmanager
def store_of(settings: "Settings") -> Iterator["Store"]:
    """Open the workspace's store for a while."""
    from service.store import open_store

    store = open_store(settings.database_url or settings.home / "stancewire.db")
    try:
        yield store
    finally:
        store.close()


def fail(told: str, code: int) -> typer.Exit:
    """Say on standard error what went wrong, and return the exit to raise."""
    typer.echo(f"stancewire: {told}", err=True)
    return typer.Exit(code)
