"""`stancewire keys`: who may use the service."""

from typing import Annotated

import typer

from service.cli.workspace import Home, settings_of, store_of

keys = typer.Typer(help="Who may use the service.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(keys, name="keys")


@keys.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="read, tag, label or admin; repeatable.")
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="Requests a minute [default: 600].")
    ] = None,
    home: Home = None,
) -> None:
    """Make a key and print it, this once. From the first key on, everybody needs one."""
    from service.keeping import utc_now
    from service.store import keys as stored

    with store_of(settings_of(home)) as store, store.write() as connection:
        scopes = scope or ["read", "tag"]
        _, key = stored.create(connection, name, scopes, now=utc_now(), per_minute=per_minute)
    print(key)


@keys.command("list")
def list_keys(home: Home = None) -> None:
    """Show all keys, without their secrets."""
    from service.store import keys as stored

    with store_of(settings_of(home)) as store, store.read() as connection:
        for row in stored.every(connection):
            state = "revoked" if row["revoked_at"] else ",".join(row["scopes"])
            print(f"{row['id']}\t{row['name']}\t{state}\t{row['created_at']:%Y-%m-%d}")


@keys.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="Id of the key in `stancewire keys list`.")],
    home: Home = None,
) -> None:
    """Let a key open nothing any more."""
    from service.keeping import utc_now
    from service.store import keys as stored

    with store_of(settings_of(home)) as store, store.write() as connection:
        stored.revoke(connection, key_id, now=utc_now())
    print(f"key {key_id} revoked")
