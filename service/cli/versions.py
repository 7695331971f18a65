"""`stancewire models promote|use|diff|card`: what the gate held, what changed, what a version is."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.models import models
from service.cli.workspace import Home, registry_of, whoami

if TYPE_CHECKING:
    from model.manifest import ModelVersion
    from training.registry import Registry


def register(app: typer.Typer) -> None:
    """Add the commands to those of `stancewire models`."""
    models.command("use")(promote)
    models.command("promote")(promote)
    models.command("diff")(diff)
    models.command("card")(card)


def promote(
    id: Annotated[str, typer.Argument(help="Version that shall serve, a held one too.")],
    why: Annotated[str, typer.Option(help="Reason, for the log.")] = "promoted by hand",
    home: Home = None,
) -> None:
    """Let a version serve from now on; if the gate held it, the log says so.

    \b
    Example (both names do the same):
        stancewire models use 2026-11-21-3f9c2a
        stancewire models promote 2026-11-21-3f9c2a --why "the audit set says otherwise"

    Exit codes: 0 done, 5 no such version, 6 it can't be loaded (what served before still does).
    """
    from service.promotion import promote as let_serve

    let_serve(registry_of(home), id, who=whoami(), why=why)
    print(f"version {id} serves from now on")


def diff(
    old: Annotated[str, typer.Argument(help="A version.")],
    new: Annotated[str, typer.Argument(help="Another one.")],
    on: Annotated[
        Path | None,
        typer.Option(
            help="Coded documents: compare both on them, by a paired bootstrap.", exists=True
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Show what changed between two versions: data, figures, terms that came and went.

    \b
    Example:
        stancewire models diff 2026-11-20-1b2c3d 2026-11-21-3f9c2a --on coded.jsonl

    Exit codes: 0 done, 4 the coded file has a fault, 5 no such version, 6 it can't be loaded.
    """
    registry = registry_of(home)
    was, now = registry.manifest(old), registry.manifest(new)
    for name, a, b in (
        ("created", was.created, now.created),
        ("scheme", was.scheme.version, now.scheme.version),
        ("data", was.data_sha256[:12], now.data_sha256[:12]),
        ("documents", was.n_documents, now.n_documents),
        ("sentences", was.n_sentences, now.n_sentences),
    ):
        print(f"{name:24} {a} -> {b}" if a != b else f"{name:24} {a} (the same)")
    if on is None:
        _figures(was, now)
    else:
        _compare(registry, old, new, on)
    _terms(registry, old, new)


def _figures(was: "ModelVersion", now: "ModelVersion") -> None:
    """Print the figures of both manifests, if they were measured on the same documents."""
    before, after = was.figures.get("values", {}), now.figures.get("values", {})
    if was.figures.get("coded_sha256") != now.figures.get("coded_sha256"):
        print("figures                  measured on different documents: use --on CODED.jsonl")
        return
    for name in (name for name in after if name in before):
        a, b = before[name]["value"], after[name]["value"]
        if a is not None and b is not None:
            print(f"{name:24} {a:.3f} -> {b:.3f} ({b - a:+.3f})")


def _compare(registry: "Registry", old: str, new: str, on: Path) -> None:
    from labels.labelled_set import read
    from training.evaluate import compare

    coded = read([on])
    documents = [one.document for one in coded.documents]
    tagged = [registry.load(id).tag(documents) for id in (old, new)]
    for one in compare(coded.documents, tagged[0], tagged[1], coded.scheme):
        print(
            f"{one.figure:24} {one.current:.3f} -> {one.candidate:.3f} "
            f"(95% of the change in {one.low:+.3f}..{one.high:+.3f})"
        )


def _terms(registry: "Registry", old: str, new: str) -> None:
    """Print the top terms that only one of two versions has."""
    from training.card import top_terms

    was, now = registry.load(old).heads, registry.load(new).heads
    for head in (name for name in now if name in was):
        before, after = top_terms(was[head]), top_terms(now[head])
        for label in (name for name in after if name in before):
            had = {one["term"] for one in before[label]}
            has = {one["term"] for one in after[label]}
            changes = [f"+{term}" for term in sorted(has - had)]
            changes += [f"-{term}" for term in sorted(had - has)]
            if changes:
                print(f"{head + ': ' + label:24} {'  '.join(changes)}")


def card(
    id: Annotated[
        str | None, typer.Argument(help="Version [default: the one that serves].")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, not Markdown.")] = False,
    home: Home = None,
) -> None:
    """Print a version's model card: data, figures, calibration, top terms, changes, limits.

    \b
    Example:
        stancewire models card > MODEL_CARD.md

    Exit codes: 0 done, 5 no such version, 7 none serves yet.
    """
    from service.promotion import beside
    from training.card import markdown

    registry = registry_of(home)
    version = registry.manifest(id)
    told = beside(registry, version.id, "card.json")
    if as_json:
        print(json.dumps({"version": version.to_json(), **told}, indent=1))
    else:
        print(markdown(version, told), end="")
