"""`stancewire agreement`: how far coders agree, and where they don't."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.workspace import Home, settings_of, store_of

if TYPE_CHECKING:
    from labels.agreement import FieldAgreement, Interval


def register(root: typer.Typer) -> None:
    """Add the command."""
    root.command("agreement")(agreement)


def agreement(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    disagreements: Annotated[
        bool, typer.Option(help="List the sentences on which coders differ, open ones first.")
    ] = False,
    samples: Annotated[int, typer.Option(min=0, help="Bootstrap samples of articles.")] = 1000,
    home: Home = None,
) -> None:
    """Krippendorff's alpha and Cohen's kappa of each field, with 95% intervals by article.

    \b
    Example:
        stancewire agreement
        stancewire agreement --disagreements > adjudicate.jsonl
    """
    from labels.agreement import agreement as measure
    from service import label_desk
    from service.store.judgements import read

    with store_of(settings_of(home)) as store, store.read() as connection:
        if disagreements:
            for one in label_desk.disagreements_json(connection):
                typer.echo(json.dumps(one, ensure_ascii=False))
            return
        fields = measure(read(connection), n_boot=samples)
    if as_json:
        told = {"fields": [one.to_json() for one in fields]}
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    if not any(one.n for one in fields):
        typer.echo(
            "no sentence was coded by two people yet: the queue gives some to a second coder"
        )
        return
    _table(fields)


def _table(fields: "tuple[FieldAgreement, ...]") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for name in ("field", "sentences", "articles", "alpha", "coders", "shared", "same", "kappa"):
        table.add_column(name)
    for one in fields:
        row = [one.field, str(one.n), str(one.n_documents), _interval(one.alpha)]
        pairs = [
            [" / ".join(p.coders), str(p.n), f"{p.observed:.2f}", _interval(p.kappa)]
            for p in one.pairs
        ]
        table.add_row(*row, *(pairs[0] if pairs else []))
        for pair in pairs[1:]:
            table.add_row("", "", "", "", *pair)
    Console().print(table)


def _interval(figure: "Interval") -> str:
    if figure.value is None:
        return "-"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.2f} ({figure.low:.2f}..{figure.high:.2f})"
