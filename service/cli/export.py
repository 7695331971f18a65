"""`stancewire export`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.exports.choices import (
    DEFAULT_PASSWORD,
    Duplicates,
    Format,
    NetworkKind,
    NetworkOptions,
    Normalisation,
    Options,
    Qualifier,
    Selection,
    Unit,
)

SELECTION, NETWORK = "Which sentences", "Networks"
DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    tagged: Annotated[
        list[Path],
        typer.Argument(
            metavar="TAGGED...", help="Tagged documents: JSONL files, run folders, or - (stdin)."
        ),
    ],
    out: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    form: Annotated[
        Format | None, typer.Option("--format", "-f", help="Format; else OUT's ending says it.")
    ] = None,
    documents: Annotated[
        list[Path] | None,
        typer.Option(help="The articles themselves (JSONL), for DNA and annotation tools."),
    ] = None,
    per_actor: Annotated[
        bool, typer.Option("--per-actor", help="Tables: one row a statement and actor.")
    ] = False,
    bom: Annotated[
        bool, typer.Option("--bom", help="CSV: begin with a mark that Excel needs.")
    ] = False,
    password: Annotated[
        str,
        typer.Option(help="DNA: password of the file's coders.", envvar="STANCEWIRE_DNA_PASSWORD"),
    ] = DEFAULT_PASSWORD,
    neutral: Annotated[
        bool,
        typer.Option("--neutral", help="Also without a position.", rich_help_panel=SELECTION),
    ] = False,
    sure: Annotated[
        bool,
        typer.Option("--sure", help="Not where the version abstains.", rich_help_panel=SELECTION),
    ] = False,
    min_confidence: Annotated[
        float,
        typer.Option(min=0, max=1, help="Lowest confidence.", rich_help_panel=SELECTION),
    ] = 0.0,
    since: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="First day of publication.", rich_help_panel=SELECTION),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="Last day of publication.", rich_help_panel=SELECTION),
    ] = None,
    network: Annotated[
        NetworkKind, typer.Option(help="What is linked.", rich_help_panel=NETWORK)
    ] = NetworkKind.TWO_MODE,
    qualifier: Annotated[
        Qualifier, typer.Option(help="How stances are compared.", rich_help_panel=NETWORK)
    ] = Qualifier.STANCE_NUM,
    normalisation: Annotated[
        Normalisation,
        typer.Option("--normalisation", help="One mode: as in DNA.", rich_help_panel=NETWORK),
    ] = Normalisation.NO,
    duplicates: Annotated[
        Duplicates,
        typer.Option(help="Count repetitions once within this.", rich_help_panel=NETWORK),
    ] = Duplicates.INCLUDE,
    copies: Annotated[
        bool,
        typer.Option("--copies", help="Count every copy of a text.", rich_help_panel=NETWORK),
    ] = False,
    window: Annotated[
        Unit | None,
        typer.Option(help="One network a window that moves by this.", rich_help_panel=NETWORK),
    ] = None,
    window_size: Annotated[
        int, typer.Option(min=1, help="Units that a window spans.", rich_help_panel=NETWORK)
    ] = 1,
    min_ties: Annotated[
        int, typer.Option(min=1, help="Not rarer speakers.", rich_help_panel=NETWORK)
    ] = 1,
) -> None:
    """Turn tagged documents into tables, discourse networks or tasks for coders.

    \b
    Examples:
        stancewire export tagged/ -o statements.csv
        stancewire export tagged/ -o coded.dna --documents articles.jsonl
        stancewire export tagged/ -o network.gexf --window month
    """
    from service.archive.storage import telling
    from service.exports.formats import export as write_export, format_of

    selection = Selection(
        neutral=neutral,
        sure=sure,
        min_confidence=min_confidence,
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    options = Options(
        selection=selection,
        network=NetworkOptions(
            kind=network,
            qualifier=qualifier,
            normalisation=normalisation,
            duplicates=duplicates,
            copies=copies,
            window=window,
            window_size=window_size,
            min_ties=min_ties,
        ),
        documents=tuple(documents or ()),
        per_actor=per_actor,
        bom=bom,
        password=password,
    )
    with telling(out, consequence="nothing is written"):
        report = write_export(tagged, out, form or format_of(out), options)
    for path in report.files:
        typer.echo(path)
    typer.echo(report.told, err=True)
