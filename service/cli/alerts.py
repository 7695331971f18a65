"""`stancewire alerts`: who is told what, and whether it arrived."""

import json
from typing import Annotated

import typer

from service.cli.workspace import Home, settings_of, store_of

alerts = typer.Typer(help="Who is told what, and whether it arrived.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The alert's number in `stancewire alerts list`.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(alerts, name="alerts")


@alerts.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What you call it.")],
    webhook: Annotated[str | None, typer.Option(help="URL that is told.")] = None,
    email: Annotated[str | None, typer.Option(help="Address that is told.")] = None,
    when: Annotated[str, typer.Option(help="each, first or surge.")] = "each",
    stance: Annotated[list[str] | None, typer.Option(help="Stance label; repeatable.")] = None,
    speaker: Annotated[list[str] | None, typer.Option(help="Part of a name; repeatable.")] = None,
    speaker_type: Annotated[list[str] | None, typer.Option(help="Repeatable.")] = None,
    actor: Annotated[list[str] | None, typer.Option(help="Actor id; repeatable.")] = None,
    host: Annotated[list[str] | None, typer.Option(help="Country code; repeatable.")] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Publisher; repeatable.")] = None,
    min_score: Annotated[float, typer.Option(min=0, max=1, help="Stance score at least.")] = 0,
    q: Annotated[str | None, typer.Option(help="Full text.")] = None,
    days: Annotated[int, typer.Option(help="The two spans of a surge.")] = 7,
    factor: Annotated[float, typer.Option(help="How much more a surge is.")] = 3,
    at_least: Annotated[int, typer.Option(help="Statements that a surge needs.")] = 5,
    home: Home = None,
) -> None:
    """Add an alert; `stancewire watch` delivers. Give --webhook or --email."""
    from service.alerts import making
    from service.keeping import utc_now

    if (webhook is None) == (email is None):
        raise typer.BadParameter("give --webhook or --email")
    wanted = {
        "stance": stance,
        "speaker": speaker,
        "speaker_type": speaker_type,
        "actor": actor,
        "host": host,
        "outlet": outlet,
        "min_score": min_score,
        "q": q,
    }
    numbers = {"days": days, "factor": factor, "at_least": at_least}
    with store_of(settings_of(home)) as store, store.write() as connection:
        row = making.add(
            connection,
            name=name,
            rule={"filter": wanted, "when": when, **numbers},
            channel=making.WEBHOOK if webhook else making.EMAIL,
            target=str(webhook or email),
            now=utc_now(),
        )
    print(f"alert {row['id']}: {name}")
    if row["secret"]:
        print(f"secret (shown this once): {row['secret']}")


@alerts.command("list")
def list_alerts(home: Home = None) -> None:
    """Show all alerts."""
    from service.store import alerts as stored

    with store_of(settings_of(home)) as store, store.read() as connection:
        for row in stored.every(connection):
            print(f"{row['id']}\t{row['name']}\t{row['target']}\t{json.dumps(row['rule'])}")


@alerts.command("remove")
def remove(number: Number, home: Home = None) -> None:
    """Delete an alert with its log."""
    from service.store import alerts as stored

    with store_of(settings_of(home)) as store, store.write() as connection:
        stored.remove(connection, number)
    print(f"alert {number} removed")


@alerts.command("log")
def log(number: Number, home: Home = None) -> None:
    """Show what an alert delivered, and each try."""
    from service.store import alerts as stored

    with store_of(settings_of(home)) as store, store.read() as connection:
        for delivery in stored.log_of(connection, number):
            reason = delivery["payload"]["data"]["reason"]
            print(f"{delivery['id']}\t{delivery['created_at']}\t{delivery['state']}\t{reason}")
            for attempt in delivery["tries"]:
                told = attempt["error"] or f"arrived ({attempt['status'] or 'mail'})"
                print(f"\t{attempt['at']}\t{told}")


@alerts.command("replay")
def replay(
    delivery: Annotated[int, typer.Argument(help="Number of a delivery in the log.")],
    home: Home = None,
) -> None:
    """Send a delivery again."""
    from service.keeping import utc_now
    from service.store import alerts as stored

    with store_of(settings_of(home)) as store, store.write() as connection:
        stored.replay(connection, delivery, now=utc_now())
    print(f"delivery {delivery} waits to be sent")
