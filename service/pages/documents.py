"""`/documents/ID`, `/speakers/NAME`, `/actors/ID`: one article; one voice's positions over time."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from labels.errors import StancewireError
from service.api.documents import store_of
from service.contract import tagged_json
from service.pages.article import shown
from service.pages.shell import templates
from service.store import documents, statements
from service.store.filters import Filter

router = APIRouter(include_in_schema=False)

LISTED = 50


@router.get("/documents/{key:path}")
async def document(request: Request, key: str) -> Response:
    """Show a stored article with its tags."""

    def work() -> dict[str, Any]:
        with store_of(request).read() as connection:
            row = documents.find(connection, key)
            tagged = documents.contract(connection, row)
        kept = documents.as_document(row)
        return {
            "source": kept,
            **shown(kept.text, _explained(request, kept, tagged), headline=kept.title),
        }

    context = await run_in_threadpool(work)
    return templates.TemplateResponse(request, "document.html", context)


def _explained(request: Request, kept: Any, tagged: dict[str, Any]) -> dict[str, Any]:
    """Add the evidence, which is not stored: the same version finds the same again."""
    try:
        (again,) = request.app.state.current.get(tagged["model"]).tag([kept], explain=True)
    except StancewireError:
        return tagged  # the version is gone; its tags are not
    return tagged_json(again)


@router.get("/speakers/{name:path}")
async def speaker(request: Request, name: str) -> Response:
    """Show what one speaker said, newest first."""
    return await _positions(request, name, Filter(speaker=(name,)), "speaker")


@router.get("/actors/{actor}")
async def actor(request: Request, actor: str) -> Response:
    """Show what was said about one actor's intervention, newest first."""
    return await _positions(request, actor, Filter(actor=(actor,)), "actor")


async def _positions(request: Request, name: str, wanted: Filter, field: str) -> Response:
    def work() -> dict[str, Any]:
        with store_of(request).read() as connection:
            cursor = request.query_params.get("cursor")
            return {
                "page": statements.page(connection, wanted, cursor=cursor, limit=LISTED),
                "number": statements.count(connection, wanted),
            }

    context = await run_in_threadpool(work)
    return templates.TemplateResponse(
        request, "positions.html", {"name": name, "field": field, **context}
    )
