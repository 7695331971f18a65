"""What commands share: the workspace with its settings, versions and store; who asks; progress."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store import Store
    from training.registry import Registry

Home = Annotated[Path | None, typer.Option(help="Workspace folder.", envvar="STANCEWIRE_HOME")]


def settings_of(home: Path | None) -> "Settings":
    """Return the settings of the environment, in another workspace if one is given."""
    from service.settings import Settings

    settings = Settings.from_env()
    return settings if home is None else replace(settings, home=home)


def registry_of(home: Path | None) -> "Registry":
    """Return the versions of the workspace."""
    from training.registry import Registry

    return Registry(settings_of(home).home)


@contextmanager
def store_of(settings: "Settings") -> Iterator["Store"]:
    """Open the workspace's store for a while."""
    from service.store import open_store

    store = open_store(settings.store_url)
    try:
        yield store
    finally:
        store.close()


def fail(told: str, code: int) -> typer.Exit:
    """Say on standard error what went wrong, and return the exit to raise."""
    typer.echo(f"stancewire: {told}", err=True)
    return typer.Exit(code)


def writable(out: Path) -> None:
    """Refuse a file to write whose folder isn't there, before any work is done.

    Raises:
        typer.Exit: with code 5, after saying so.
    """
    if not out.parent.is_dir():
        raise fail(f"{out.parent}: no such folder to write to; make it first", 5)


def whoami() -> str:
    """Return the name for the log: the user's, as the system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without an entry for its user id
        return "unknown"


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show a moving bar with the step and the time on a terminal, and nothing in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda step: bar.update(task, description=f"{what}: {step}")
