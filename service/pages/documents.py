"""`/documents/ID`, `/speakers/NAME`, `/actors/ID`: one article; one voice's positions over time."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from labels.actors import ActorRegister
from labels.document import Document
from labels.errors import StancewireError
from service.api.documents import store_of
from service.contract import tagged_json
from service.pages.article import shown
from service.pages.shell import templates
from service.store import counts, documents, statements, tags
from service.store.filters import Filter

router = APIRouter(include_in_schema=False)

LISTED = 50
# Of a voice: whom it speaks of; of an actor: who speaks of it.
MOST_OTHERS = 12


@router.get("/documents/{key:path}")
async def document(request: Request, key: str) -> Response:
    """Show a stored article with its tags; with `explain`, why each says what it says."""

    def work() -> dict[str, Any]:
        with store_of(request).read() as connection:
            row = documents.find(connection, key.replace("\0", "\ufffd"))
            tagged = tags.contract(connection, row)
        kept = documents.as_document(row)
        explained = "explain" in request.query_params
        told = _explained(request, kept, tagged) if explained else tagged
        return {
            "source": kept,
            "explained": explained,
            "corrected": request.query_params.get("corrected"),
            **shown(kept.text, told, headline=kept.title),
        }

    context = await run_in_threadpool(work)
    return templates.TemplateResponse(request, "document.html", context)


def _explained(request: Request, kept: Document, tagged: dict[str, Any]) -> dict[str, Any]:
    """Add the evidence, which is not stored: the same version finds the same again."""
    try:
        (again,) = request.app.state.current.get(tagged["model"]).tag([kept], explain=True)
    except StancewireError:
        return tagged  # the version is gone; its tags are not
    return tagged_json(again)


@router.get("/speakers/{name:path}")
async def speaker(request: Request, name: str) -> Response:
    """Show what one speaker said, newest first."""
    return await _positions(
        request, name, Filter.of({"voice": [name]}), field="voice", other="actor"
    )


@router.get("/actors/{actor}")
async def actor(request: Request, actor: str) -> Response:
    """Show what was said about one actor's intervention, newest first."""
    return await _positions(
        request, actor, Filter.of({"actor": [actor]}), field="actor", other="speaker"
    )


async def _positions(
    request: Request, name: str, wanted: Filter, *, field: str, other: str
) -> Response:
    def work() -> dict[str, Any]:
        with store_of(request).read() as connection:
            cursor = request.query_params.get("cursor")
            by_stance = counts.counts(connection, wanted, (other, "stance"))
            # A statement has one speaker, so those of an actor are all counted already.
            number = (
                sum(int(row["count"] or 0) for row in by_stance)
                if other == "speaker"
                else statements.count(connection, wanted)
            )
            return {
                "page": statements.page(connection, wanted, cursor=cursor, limit=LISTED),
                "number": number,
                "others": _others(by_stance, other),
            }

    context = await run_in_threadpool(work)
    shown_name = ActorRegister.shipped().name(name) if field == "actor" else name
    return templates.TemplateResponse(
        request,
        "positions.html",
        {"name": name, "shown_name": shown_name, "field": field, **context},
    )


def _others(found: list[dict[str, str | int | None]], field: str) -> list[dict[str, Any]]:
    """Return the other side by how often it occurs, each with its count of each stance."""
    by_name: dict[str, dict[str, Any]] = {}
    for row in found:
        if row[field] is None:
            continue
        one = by_name.setdefault(str(row[field]), {"name": row[field], "total": 0})
        one[str(row["stance"])] = row["count"]
        one["total"] += row["count"]
    return sorted(by_name.values(), key=lambda one: (-one["total"], one["name"]))[:MOST_OTHERS]
