"""`stancewire feeds`: which feeds are watched."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from service.cli.workspace import Home, settings_of, store_of

feeds = typer.Typer(help="Which feeds are watched.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The feed's number in `stancewire feeds list`.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(feeds, name="feeds")


@feeds.command("add")
def add(
    url: Annotated[str, typer.Argument(help="RSS, Atom or JSON Feed.")],
    publisher: Annotated[
        str | None, typer.Option(help="Outlet [default: the feed's title].")
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="ISO 3166 alpha-3 code of the state in conflict.")
    ] = None,
    interval: Annotated[
        int | None, typer.Option(min=60, help="Seconds between two polls [default: 900].")
    ] = None,
    home: Home = None,
) -> None:
    """Watch a feed from now on."""
    from service.keeping import utc_now
    from service.store import feeds as stored
    from service.watching import feed_values

    settings = settings_of(home)
    values = feed_values(url, settings, publisher=publisher, host=host, interval_s=interval)
    with store_of(settings_of(home)) as store, store.write() as connection:
        row = stored.add(connection, values, now=utc_now())
    print(f"feed {row['id']}: {url}")


@feeds.command("list")
def list_feeds(home: Home = None) -> None:
    """Show all feeds, how they fare, and why one fails."""
    from service.store import feeds as stored

    with store_of(settings_of(home)) as store, store.read() as connection:
        rows = stored.every(connection)
    for row in rows:
        polled = row["last_polled_at"]
        state = "never polled" if polled is None else f"polled {polled:%Y-%m-%d %H:%M} UTC"
        if row["failures"]:
            state = f"failed {row['failures']} times: {row['last_error']}"
        print(f"{row['id']}\t{row['url']}\t{row['publisher'] or row['title'] or ''}\t{state}")
    if not rows:
        print("no feeds: stancewire feeds add URL", file=sys.stderr)


@feeds.command("remove")
def remove(number: Number, home: Home = None) -> None:
    """Watch a feed no more; the documents that it brought stay."""
    from service.store import feeds as stored

    with store_of(settings_of(home)) as store, store.write() as connection:
        stored.remove(connection, number)
    print(f"feed {number} removed")


@feeds.command("import-opml")
def import_opml(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="OPML file.")],
    home: Home = None,
) -> None:
    """Watch all feeds of another feed reader's list; those that are there already stay as is."""
    from service.feeds import opml
    from service.watching import add_all

    settings = settings_of(home)
    listed = opml.read(file.read_bytes())
    with store_of(settings) as store:
        added, known = add_all(store, listed, settings)
    print(f"{added} added, {known} known")


@feeds.command("export-opml")
def export_opml(
    file: Annotated[Path, typer.Argument(help="OPML file to write; - for standard output.")],
    home: Home = None,
) -> None:
    """Write all feeds as a list that other feed readers take."""
    from service.feeds import opml
    from service.store import feeds as stored

    with store_of(settings_of(home)) as store, store.read() as connection:
        data = opml.write(map(stored.to_json, stored.every(connection)))
    if str(file) == "-":
        sys.stdout.buffer.write(data)
    else:
        file.write_bytes(data)


@feeds.command("poll")
def poll(home: Home = None) -> None:
    """Poll all feeds once, now, and read what is new."""
    import asyncio

    from service.keeping import utc_now
    from service.store import feeds as stored
    from service.watching import poll_once

    settings = settings_of(home)
    with store_of(settings) as store:
        with store.write() as connection:
            stored.make_due(connection, now=utc_now())
        print(f"{asyncio.run(poll_once(store, settings))} new")
