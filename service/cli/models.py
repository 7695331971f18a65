"""`stancewire models`: which versions there are, and which one serves."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.workspace import Home, registry_of, whoami

if TYPE_CHECKING:
    from model.manifest import ModelVersion

models = typer.Typer(
    help="Versions of the tagger: list them, show one, choose the one that serves.",
    no_args_is_help=True,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    app.add_typer(models, name="models")


@models.command("list")
def list_versions(as_json: AsJson = False, home: Home = None) -> None:
    """List the versions of the workspace, oldest first; a star marks the one that serves.

    \b
    Example:
        stancewire models list

    Exit codes: 0 done, 1 some folder holds no sound version.
    """
    registry = registry_of(home)
    current = registry.serving_id()
    versions = registry.list()
    if as_json:
        print(json.dumps([_summary(one, current) for one in versions], indent=1))
    else:
        _print_table(versions, current)
    for fault in (faults := registry.faults()):
        print(f"stancewire: {fault}", file=sys.stderr)
    raise typer.Exit(1 if faults else 0)


@models.command("show")
def show(
    id: Annotated[
        str | None, typer.Argument(help="Version [default: the one that serves].")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Show what a version was made from and how good it was measured to be.

    \b
    Example:
        stancewire models show 2026-11-21-3f9c2a

    Exit codes: 0 done, 5 no such version, 6 it can't be read, 7 none serves yet.
    """
    from labels.agreement import Interval
    from training.figure_names import name_of
    from training.report import told

    registry = registry_of(home)
    version = registry.manifest(id)
    if as_json:
        print(json.dumps(version.to_json(), indent=1))
        return
    heads = ", ".join(
        f"{name} ({len(head['classes'])} labels)" for name, head in version.heads.items()
    )
    for key, value in (
        ("version", version.id + (" (serves)" if version.id == registry.serving_id() else "")),
        ("created", version.created),
        ("scheme", version.scheme.version),
        ("fitted on", f"{version.n_documents} documents, {version.n_sentences} sentences"),
        ("data", f"sha256 {version.data_sha256}"),
        ("seed", version.seed),
        ("heads", heads),
        ("libraries", ", ".join(f"{name} {release}" for name, release in version.libraries.items())),
        ("folder", registry.path(version.id)),
    ):  # fmt: skip
        print(f"{key:10} {value}")
    values: dict[str, Any] = version.figures.get("values", {})
    for name, raw in values.items():
        value, interval = told(Interval(**raw))
        print(f"{name_of(name):45} {value:>6}  {interval}")


@models.command("rollback")
def rollback(
    why: Annotated[str, typer.Option(help="Reason, for the log.")] = "rolled back by hand",
    home: Home = None,
) -> None:
    """Let the version serve again that served before the last change.

    \b
    Example:
        stancewire models rollback --why "misses African Union statements"

    Exit codes: 0 done, 5 none served before, 6 it can't be loaded.
    """
    id = registry_of(home).rollback(who=whoami(), why=why)
    print(f"version {id} serves again")


@models.command("log")
def log(as_json: AsJson = False, home: Home = None) -> None:
    """Show who added, chose and rolled back which version, when and why.

    \b
    Example:
        stancewire models log --json
    """
    import dataclasses

    for entry in registry_of(home).log():
        if as_json:
            print(json.dumps(dataclasses.asdict(entry), ensure_ascii=False))
        else:
            print(f"{entry.at}  {entry.action:8}  {entry.version}  {entry.who}: {entry.why}")


def _summary(version: "ModelVersion", current: str | None) -> dict[str, Any]:
    measured = version.figures.get("values", {}).get("stance_macro_f1") or {}
    return {
        "id": version.id,
        "serves": version.id == current,
        "created": version.created,
        "scheme": version.scheme.version,
        "documents": version.n_documents,
        "sentences": version.n_sentences,
        "stance_macro_f1": measured.get("value"),
    }


def _print_table(versions: "tuple[ModelVersion, ...]", current: str | None) -> None:
    if not versions:
        print("no versions yet; train one with: stancewire train")
        return
    print(f"  {'version':20}{'created':22}{'scheme':10}{'sentences':>10}  stance macro F1")
    for one in versions:
        row = _summary(one, current)
        measured = row["stance_macro_f1"]
        print(
            f"{'*' if row['serves'] else ' '} {one.id:20}{one.created[:16].replace('T', ' '):22}"
            f"{one.scheme.version:10}{one.n_sentences:>10}  "
            f"{'not measured' if measured is None else format(measured, '.3f')}"
        )
